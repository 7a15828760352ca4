package f32

import "math"

// What ReLU cut is zero, and so are most gradients behind a max-pool. Vectors are
// through with them before anything could tell them apart; products of scalars in
// generic Go leave them out where there are many.

// A product is looked at if it has enough multiplications, and enough for each
// factor. manyZeros is how many of 32 factors are zero where leaving them out pays.
const (
	enough    = 1 << 13
	manyZeros = 8
)

// leavesOut says whether a product is better off without the factors of A that are
// zero, as far as some of them tell, and may be: B must be finite, since zero times
// infinity is not a number.
func leavesOut(a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int) bool {
	steps := len(taps) * k
	if n < Lanes || m*n*steps < enough {
		return false
	}
	zeros := 0
	for i := range 4 {
		at := taps[len(taps)*(2*i+1)/8] + m*(2*i+1)/8*rsa
		for p := range 8 {
			if a[at+k*(2*p+1)/16*csa] == 0 {
				zeros++
			}
		}
	}
	if zeros < manyZeros {
		return false
	}
	for p := range steps {
		if !Finite(b[p*ldb:][:n]) {
			return false
		}
	}
	return true
}

// Finite says whether all of x is, so that what is multiplied by zero may be left out.
func Finite(x []float32) bool {
	var a, b, c, d, e, f, g, h float32 // so many that none waits for its addition
	for ; len(x) >= 8; x = x[8:] {
		a, b, c, d = a+0*x[0], b+0*x[1], c+0*x[2], d+0*x[3]
		e, f, g, h = e+0*x[4], f+0*x[5], g+0*x[6], h+0*x[7]
	}
	for _, v := range x {
		a += 0 * v
	}
	return a+b+c+d+e+f+g+h == 0
}

// Alive is 1 where v is not zero, and 0 where it is, without a branch.
func Alive(v float32) uint32 {
	bits := math.Float32bits(v) << 1
	return (bits | -bits) >> 31
}

// live lists factors that are not zero, and where what they multiply begins.
type live struct {
	factor [256]float32
	at     [256]int32
	held   int
}

// take lists those of n factors, which lie a stride apart, as long as there is room,
// and returns how many it has looked at. What the first multiplies begins at at, the
// others' at steps from it. Each is written, and counted if it is not zero: a branch
// here could not be predicted.
func (l *live) take(a []float32, stride, n, at, step int) int {
	held := l.held
	n = min(n, len(l.at)-held)
	if stride == 1 {
		factor, begins := &l.factor, &l.at
		for _, v := range a[:n] {
			factor[held&255], begins[held&255] = v, int32(at)
			at += step
			held += int(Alive(v))
		}
		l.held = held
		return n
	}
	for p := range n {
		v := a[p*stride]
		l.factor[held&255], l.at[held&255] = v, int32(at)
		at += step
		held += int(Alive(v))
	}
	l.held = held
	return n
}

// add adds what is listed of b to x, and empties the list.
func (l *live) add(x, b []float32) {
	addLive(x, b, l.factor[:l.held], l.at[:l.held])
	l.held = 0
}

// addLive adds rows of b, which begin at at, to x, each times its factor: four at a
// time, and two of what is left, so that a number of x is loaded and stored once for
// them.
func addLive(x, b, factor []float32, at []int32) {
	n := len(x)
	for ; len(at) >= 4 && len(factor) >= 4; factor, at = factor[4:], at[4:] {
		b0, b1, b2, b3 := b[at[0]:][:n], b[at[1]:][:n], b[at[2]:][:n], b[at[3]:][:n]
		s0, s1, s2, s3 := factor[0], factor[1], factor[2], factor[3]
		for j, v := range x {
			v += s0 * b0[j]
			v += s1 * b1[j]
			v += s2 * b2[j]
			x[j] = v + s3*b3[j]
		}
	}
	if len(at) >= 2 && len(factor) >= 2 {
		b0, b1 := b[at[0]:][:n], b[at[1]:][:n]
		s0, s1 := factor[0], factor[1]
		for j, v := range x {
			v += s0 * b0[j]
			x[j] = v + s1*b1[j]
		}
		factor, at = factor[2:], at[2:]
	}
	for i, at := range at {
		addRow(x, b[at:], factor[i])
	}
}
