package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// constants returns a random constant for each column, with a guard around them.
func constants(t *testing.T, rng *rand.Rand, c, offset int) (k []float32, check func(any)) {
	k, check = guarded[float32](t, c, offset, 7)
	copy(k, random(rng, c, 0))
	return k, check
}

// someLines returns random lines, which cut many of what lies on them, with a
// guard around their constants. Every third leaves what there is, so that it may
// lie right on a bound.
func someLines(t *testing.T, rng *rand.Rand, c int) (l Lines, check func(any)) {
	l.Low, l.High = -0.5, 0.75
	var checks [3]func(any)
	l.Mean, checks[0] = constants(t, rng, c, 1)
	l.Factor, checks[1] = constants(t, rng, c, 2)
	l.Offset, checks[2] = constants(t, rng, c, 3)
	for j := 0; j < c; j += 3 {
		l.Mean[j], l.Factor[j], l.Offset[j] = 0, 1, 0
	}
	return l, func(what any) {
		for _, check := range checks {
			check(what)
		}
	}
}

// uncut is the gradient before the cut of what the lines make of x.
func (l Lines) uncut(g, x []float32) []float32 {
	y, dst := make([]float32, len(x)), make([]float32, len(x))
	Affine(y, x, nil, l)
	Unclamp(dst, g, y, l.Low, l.High)
	return dst
}

func TestAffine(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(141, 142))
		eachMatrix(func(m matrix) {
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			skip, checkSkip := someSpecial(t, rng, m.rows*m.c, m.rows%4)
			y, checkY := guarded[float32](t, m.rows*m.c, m.rows%3, 7)
			cut, checkLines := someLines(t, rng, m.c)
			whole := cut
			whole.Low, whole.High = 0, 0
			Affine(y, x, nil, whole)
			for i, v := range y {
				j := i % m.c
				product := float64(x[i]-whole.Mean[j]) * float64(whole.Factor[j])
				offset := float64(whole.Offset[j])
				wantNear(t, m, v, product+offset, math.Abs(product)+math.Abs(offset), 1)
			}
			before := slices.Clone(x)
			Affine(x, x, nil, whole)
			wantSame(t, m, x, y)

			Clamp(x, cut.Low, cut.High)
			cutY := slices.Clone(y)
			Affine(cutY, before, nil, cut)
			wantSame(t, m, cutY, x)

			sum := slices.Clone(y)
			AddTo(sum, skip)
			Affine(y, before, skip, whole)
			wantSame(t, m, y, sum)
			Clamp(sum, cut.Low, cut.High)
			Affine(y, before, skip, cut)
			wantSame(t, m, y, sum)
			Affine(skip, before, skip, cut)
			wantSame(t, m, skip, sum)
			for _, check := range []func(any){checkX, checkSkip, checkY, checkLines} {
				check(m)
			}
		})
	})
}

// The cut keeps the signs of zeros, and NaN.
func TestAffineCutSpecial(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		l, x := NewLines(Lanes), make([]float32, Lanes)
		special(rand.New(rand.NewPCG(149, 150)), x)
		for j := range l.Factor {
			l.Factor[j], l.Offset[j] = 1, float32(math.Copysign(0, -1))
		}
		want := slices.Clone(x)
		Rectify(want)
		l.High = float32(math.Inf(1))
		Affine(x, x, nil, l)
		wantSame(t, "ReLU", x, want)
	})
}

func TestAffineGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(143, 144))
		eachMatrix(func(m matrix) {
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			g, checkG := someSpecial(t, rng, m.rows*m.c, m.rows%2)
			dx, check := guarded[float32](t, m.rows*m.c, m.rows%3, 7)
			cut, checkLines := someLines(t, rng, m.c)
			whole := cut
			whole.Low, whole.High = 0, 0
			level, checkLevel := constants(t, rng, m.c, 3)
			slope, checkSlope := constants(t, rng, m.c, 4)
			AffineGrad(dx, g, x, whole, level, slope)
			for i, v := range dx {
				j := i % m.c
				product := float64(x[i]-whole.Mean[j]) * float64(slope[j])
				rest, factor := float64(g[i])-float64(level[j]), float64(whole.Factor[j])
				size := (math.Abs(product) + math.Abs(rest)) * math.Abs(factor)
				wantNear(t, m, v, factor*(rest-product), size, 2)
			}
			onBounds(rng, x, [2]float32{cut.Low, cut.High})
			want := make([]float32, len(x))
			AffineGrad(want, cut.uncut(g, x), x, whole, level, slope)
			AffineGrad(dx, g, x, cut, level, slope)
			wantSame(t, m, dx, want)
			copyX, copyG := slices.Clone(x), slices.Clone(g)
			AffineGrad(copyX, g, copyX, cut, level, slope)
			AffineGrad(copyG, copyG, x, cut, level, slope)
			wantSame(t, m, copyX, dx)
			wantSame(t, m, copyG, dx)
			for _, check := range []func(any){check, checkX, checkG, checkLines, checkLevel, checkSlope} {
				check(m)
			}
		})
	})
}

// Both levels of assembly round alike.
func TestAffineSameOnAVX2(t *testing.T) {
	if Best() < AVX512 {
		t.Skip("needs AVX-512")
	}
	rng := rand.New(rand.NewPCG(145, 146))
	const c, n = 112, 5 * 112
	x, g := random(rng, n, 0), random(rng, n, 0)
	level, slope := random(rng, c, 0), random(rng, c, 0)
	cut, _ := someLines(t, rng, c)
	whole := NewLines(c)
	whole.Mean, whole.Factor, whole.Offset = cut.Mean, cut.Factor, cut.Offset
	run := func(on Level) (all [4][]float32) {
		defer Use(Use(on))
		for i := range all {
			all[i] = make([]float32, n)
		}
		Affine(all[0], x, nil, whole)
		Affine(all[1], x, g, cut)
		AffineGrad(all[2], g, x, whole, level, slope)
		AffineGrad(all[3], g, x, cut, level, slope)
		return all
	}
	narrow, wide := run(AVX2), run(AVX512)
	for i := range narrow {
		if !sameBits(narrow[i], wide[i]) {
			t.Errorf("AVX2 and AVX-512 differ in %d", i)
		}
	}
}
