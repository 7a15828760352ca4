package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// wantNear compares got with sums in double precision, within the bound of the
// rounding error of so many terms in any order. Where the sum is not finite, got
// must be what it is.
func wantNear(t *testing.T, what any, got float32, sum, size float64, terms int) {
	t.Helper()
	bound := float64(2*terms+1)*size*0x1p-24 + float64(terms)*0x1p-149
	if !(math.Abs(float64(got)-sum) <= bound) && !same([]float32{got}, []float32{float32(sum)}) {
		t.Fatalf("%v: %v, want %v ± %.2g", what, got, sum, bound)
	}
}

// someSpecial returns normally distributed floats with a guard around them, of
// which a few are special, but none so large that products of finite ones are
// not.
func someSpecial(t *testing.T, rng *rand.Rand, n, offset int) (x []float32, check func(any)) {
	x, check = surrounded(t, rng, n, offset)
	for i, v := range x {
		if large := math.Abs(float64(v)) > 1e30; large && !math.IsInf(float64(v), 0) || rng.IntN(16) > 0 {
			x[i] = float32(rng.NormFloat64())
		}
	}
	return x, check
}

func TestDepthwise(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(121, 122))
		eachWindows(func(w windows) {
			x, checkX := someSpecial(t, rng, w.size, w.cols%5)
			weights, checkW := guarded[float32](t, len(w.taps)*w.c, w.cols%4, 7)
			copy(weights, random(rng, len(weights), 0))
			y, checkY := someSpecial(t, rng, w.cols*w.c, w.cols%3)
			before := slices.Clone(y)
			Depthwise(y, x, weights, w.taps, w.cols, w.stride, w.c)
			for at, v := range y {
				i, ch := at/w.c, at%w.c
				sum := float64(before[at])
				size := math.Abs(sum)
				for tap := range w.taps {
					term := float64(x[w.at(i, tap, ch)]) * float64(weights[tap*w.c+ch])
					sum += term
					size += math.Abs(term)
				}
				wantNear(t, w, v, sum, size, len(w.taps))
			}
			for _, check := range []func(any){checkX, checkW, checkY} {
				check(w)
			}
		})
	})
}

func TestDepthwiseGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(123, 124))
		eachWindows(func(w windows) {
			x, checkX := someSpecial(t, rng, w.size, w.cols%5)
			g, checkG := guarded[float32](t, w.cols*w.c, w.cols%4, 7)
			copy(g, random(rng, len(g), 0))
			dw, checkW := someSpecial(t, rng, len(w.taps)*w.c, w.cols%3)
			before := slices.Clone(dw)
			DepthwiseGrad(dw, x, g, w.taps, w.cols, w.stride, w.c)
			for at, v := range dw {
				tap, ch := at/w.c, at%w.c
				sum := float64(before[at])
				size := math.Abs(sum)
				for i := range w.cols {
					term := float64(x[w.at(i, tap, ch)]) * float64(g[i*w.c+ch])
					sum += term
					size += math.Abs(term)
				}
				wantNear(t, w, v, sum, size, w.cols)
			}
			for _, check := range []func(any){checkX, checkG, checkW} {
				check(w)
			}
		})
	})
}

// A row in pieces has the same bits, and both levels of assembly compute the
// same chains.
func TestDepthwiseCutAnywhere(t *testing.T) {
	defer Use(Current())
	var before [][2][]float32
	for level := Generic; level <= Best(); level++ {
		Use(level)
		rng, n := rand.New(rand.NewPCG(125, 126)), 0
		eachWindows(func(w windows) {
			x, weights := random(rng, w.size, 0), random(rng, len(w.taps)*w.c, 0)
			y, dw := random(rng, w.cols*w.c, 0), slices.Clone(weights)
			pieces, dwPieces := slices.Clone(y), slices.Clone(weights)
			Depthwise(y, x, weights, w.taps, w.cols, w.stride, w.c)
			DepthwiseGrad(dw, x, y, w.taps, w.cols, w.stride, w.c)
			for i, step := 0, 1+w.cols/3; i < w.cols; i += step {
				cols := min(step, w.cols-i)
				Depthwise(pieces[i*w.c:], x[i*w.stride:], weights, w.taps, cols, w.stride, w.c)
				DepthwiseGrad(dwPieces, x[i*w.stride:], y[i*w.c:], w.taps, cols, w.stride, w.c)
			}
			if !sameBits(pieces, y) || !sameBits(dwPieces, dw) {
				t.Fatalf("%v: %v: other bits in pieces", level, w)
			}
			if level == AVX2 {
				before = append(before, [2][]float32{y, dw})
			} else if level == AVX512 {
				if b := before[n]; !sameBits(b[0], y) || !sameBits(b[1], dw) {
					t.Fatalf("%v: AVX2 and AVX-512 differ", w)
				}
			}
			n++
		})
	}
}

func TestDepthwisePanics(t *testing.T) {
	x, taps := make([]float32, 64), []int{0, 16}
	forward := func(y, x, w []float32) func() { return func() { Depthwise(y, x, w, taps, 2, 16, 16) } }
	forward(x[:32], x[:48], x[:32])() // as short as allowed
	wantPanic(t, "f32: Depthwise: tap outside its slice", forward(x, x[:47], x))
	wantPanic(t, "f32: Depthwise: y too short", forward(x[:31], x, x))
	wantPanic(t, "f32: Depthwise: w too short", forward(x, x, x[:31]))
	backward := func(dw, x, g []float32) func() { return func() { DepthwiseGrad(dw, x, g, taps, 2, 16, 16) } }
	wantPanic(t, "f32: DepthwiseGrad: tap outside its slice", backward(x, x[:47], x))
	wantPanic(t, "f32: DepthwiseGrad: dw too short", backward(x[:31], x, x))
	wantPanic(t, "f32: DepthwiseGrad: g too short", backward(x, x, x[:31]))
}

var depthwiseShapes = []windows{newWindows(28, 1, 3, 3, 32), newWindows(14, 1, 3, 3, 64), newWindows(7, 1, 3, 3, 128), newWindows(14, 2, 3, 3, 48), newWindows(16, 1, 5, 5, 16)}

func BenchmarkDepthwise(b *testing.B) {
	benchmarkWindows(b, depthwiseShapes, func(w windows, rng *rand.Rand) func() {
		x, y, weights := random(rng, w.size, 0), random(rng, w.cols*w.c, 0), random(rng, len(w.taps)*w.c, 0)
		return func() { Depthwise(y, x, weights, w.taps, w.cols, w.stride, w.c) }
	})
}

func BenchmarkDepthwiseGrad(b *testing.B) {
	benchmarkWindows(b, depthwiseShapes, func(w windows, rng *rand.Rand) func() {
		x, g, dw := random(rng, w.size, 0), random(rng, w.cols*w.c, 0), random(rng, len(w.taps)*w.c, 0)
		return func() { DepthwiseGrad(dw, x, g, w.taps, w.cols, w.stride, w.c) }
	})
}
