package onnx

import "math/bits"

// Arithmetic on sizes reports whether the result is a Dim: not if a product has N
// twice, a quotient is not whole, or a number does not fit.

func (d Dim) plus(e Dim) (Dim, bool) {
	a, ok1 := addInts(d.A, e.A)
	b, ok2 := addInts(d.B, e.B)
	return Dim{a, b}, ok1 && ok2
}

func (d Dim) minus(e Dim) (Dim, bool) {
	a, ok1 := addInts(d.A, -e.A)
	b, ok2 := addInts(d.B, -e.B)
	return Dim{a, b}, ok1 && ok2
}

func (d Dim) times(e Dim) (Dim, bool) {
	if d.A != 0 && e.A != 0 {
		return Dim{}, false
	}
	if e.A != 0 {
		d, e = e, d
	}
	a, ok1 := mulInts(d.A, e.B)
	b, ok2 := mulInts(d.B, e.B)
	return Dim{a, b}, ok1 && ok2
}

// over divides where nothing is left for any N.
func (d Dim) over(e Dim) (Dim, bool) {
	if e.A == 0 {
		if e.B == 0 || d.A%e.B != 0 || d.B%e.B != 0 {
			return Dim{}, false
		}
		return Dim{d.A / e.B, d.B / e.B}, true
	}
	if d.A%e.A != 0 {
		return Dim{}, false
	}
	q := d.A / e.A
	back, ok := mulInts(q, e.B)
	return Fixed(q), ok && back == d.B
}

// is reports whether d is n: for each N, for none, or neither, which is not ok.
func (d Dim) is(n int) (equal, ok bool) {
	if d.A == 0 {
		return d.B == n, true
	}
	if (n-d.B)%d.A == 0 && (n-d.B)/d.A >= 1 {
		return false, false
	}
	return false, true
}

func addInts(a, b int) (int, bool) {
	s := a + b
	return s, b == 0 || (s > a) == (b > 0)
}

func mulInts(a, b int) (int, bool) {
	negative := (a < 0) != (b < 0)
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > 1<<63-1 || uint64(int(low)) != low {
		return 0, false
	}
	if negative {
		return -int(low), true
	}
	return int(low), true
}

func magnitude(a int) uint64 {
	if a < 0 {
		return -uint64(a)
	}
	return uint64(a)
}

// size is the product of all sizes.
func (s Shape) size() (Dim, bool) {
	n, ok := Fixed(1), true
	for _, d := range s {
		if d == Fixed(0) {
			return d, true
		}
		if ok {
			n, ok = n.times(d)
		}
	}
	return n, ok
}

// broadcast is the shape that operands of shapes s and t have together in NumPy: from
// the last dimension on, equal, or one of them 1.
func broadcast(s, t Shape) (Shape, bool) {
	if len(s) < len(t) {
		s, t = t, s
	}
	out := append(Shape{}, s...)
	for i, d := range t {
		at := len(s) - len(t) + i
		switch {
		case out[at] == d || d == Fixed(1):
		case out[at] == Fixed(1):
			out[at] = d
		default:
			return nil, false
		}
	}
	return out, true
}
