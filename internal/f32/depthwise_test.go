package f32

import (
	"fmt"
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

// grids is a grid of windows over an image whose channels lie last.
type grids struct {
	Grid
	c                 int
	taps              []Tap
	sizeX, sizeW, out int // what x, the weights and the output need at the least
}

func (g grids) String() string { return fmt.Sprintf("%+v c=%d taps=%v", g.Grid, g.c, g.taps) }

// newGrids is a grid of windows of kh×kw taps that lie step pixels apart, in the
// image or, where spread is true, in what is made of it. The weights of the taps
// lie in reverse.
func newGrids(rows, cols, step, kh, kw, c int, spread bool) grids {
	inX, inY := step, 1
	if spread {
		inX, inY = 1, step
	}
	reach := func(n int) int { return max(n-1, 0) }
	row, made := (reach(cols)*inX+kw+1)*c, (reach(cols)*inY+2)*c
	g := grids{Grid: Grid{rows, cols, inX * row, inX * c, inY * made, inY * c}, c: c, sizeW: (kh*kw + 1) * c}
	for u := range kh {
		for v := range kw {
			g.taps = append(g.taps, Tap{u*row + v*c, g.sizeW - (u*kw+v+1)*c})
		}
	}
	g.sizeX = g.taps[len(g.taps)-1].X + reach(rows)*g.XRow + reach(cols)*g.XPixel + c
	g.out = reach(rows)*g.YRow + reach(cols)*g.YPixel + c
	return g
}

func eachGrids(f func(g grids)) {
	for _, c := range []int{16, 32, 48, 64, 112} {
		for _, kernel := range [][2]int{{1, 1}, {1, 2}, {2, 2}, {3, 3}, {2, 5}, {5, 5}, {3, 4}} {
			for cols := range 17 {
				step := 1 + (cols+kernel[1])%3
				f(newGrids((cols+c/16)%4, cols, step, kernel[0], kernel[1], c, cols%2 == 0))
			}
		}
	}
	for _, cols := range []int{27, 28, 29, 32, 43} {
		f(newGrids(1, cols, 1, 3, 3, 16, false))
		f(newGrids(2, cols, 2, 3, 3, 32, true).turned())
	}
}

func (g grids) turned() grids {
	g.Grid = g.Turned()
	return g
}

// each calls f with where each number of the output lies, under which row and
// column, of which channel.
func (g grids) each(f func(at, x, ch int)) {
	for r := range g.Rows {
		for i := range g.Cols {
			for ch := range g.c {
				f(r*g.YRow+i*g.YPixel+ch, r*g.XRow+i*g.XPixel+ch, ch)
			}
		}
	}
}

func TestDepthwise(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(121, 122))
		eachGrids(func(g grids) {
			x, checkX := someSpecial(t, rng, g.sizeX, g.Cols%5)
			weights, checkW := guarded[float32](t, g.sizeW, g.Cols%4, 7)
			copy(weights, random(rng, len(weights), 0))
			bias, checkBias := someSpecial(t, rng, g.c, g.Cols%2)
			y, checkY := guarded[float32](t, g.out, g.Cols%3, 7)
			Depthwise(y, x, weights, bias, g.taps, g.Grid, g.c, 0, 0)
			made := make([]bool, len(y))
			g.each(func(at, in, ch int) {
				made[at] = true
				sum := float64(bias[ch])
				size := math.Abs(sum)
				for _, tap := range g.taps {
					term := float64(x[tap.X+in]) * float64(weights[tap.W+ch])
					sum += term
					size += math.Abs(term)
				}
				wantNear(t, g, y[at], sum, size, len(g.taps))
			})
			for i, made := range made {
				if !made && y[i] != 7 {
					t.Fatalf("%v: wrote %v between pixels", g, y[i])
				}
			}
			for _, check := range []func(any){checkX, checkW, checkBias, checkY} {
				check(g)
			}
		})
	})
}

// The cut is Clamp's, to the bit; that at zero is Rectify's.
func TestDepthwiseCuts(t *testing.T) {
	infinity := float32(math.Inf(1))
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(127, 128))
		for _, g := range []grids{newGrids(2, 14, 1, 1, 1, 32, false), newGrids(3, 5, 2, 3, 3, 48, true)} {
			x, weights, bias := make([]float32, g.sizeX), make([]float32, g.sizeW), make([]float32, g.c)
			special(rng, x)
			special(rng, bias)
			for i := range weights {
				weights[i] = 1
			}
			run := func(taps []Tap, low, high float32) []float32 {
				y := make([]float32, g.out)
				Depthwise(y, x, weights, bias, taps, g.Grid, g.c, low, high)
				return y
			}
			for _, taps := range [][]Tap{g.taps, nil} {
				want := run(taps, 0, 0)
				rectified := slices.Clone(want)
				Rectify(rectified)
				wantSame(t, g, run(taps, 0, infinity), rectified)
				Clamp(want, 0, 1.5)
				wantSame(t, g, run(taps, 0, 1.5), want)
			}
			y := run(nil, 0, 0)
			g.each(func(at, _, ch int) { wantSame(t, g, y[at:at+1], bias[ch:ch+1]) })
		}
	})
}

func TestDepthwiseGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(123, 124))
		eachGrids(func(g grids) {
			x, checkX := someSpecial(t, rng, g.sizeX, g.Cols%5)
			dy, checkG := guarded[float32](t, g.out, g.Cols%4, 7)
			copy(dy, random(rng, len(dy), 0))
			dw, checkW := someSpecial(t, rng, g.sizeW, g.Cols%3)
			sums, sizes := make([]float64, len(dw)), make([]float64, len(dw))
			for i, v := range dw {
				sums[i], sizes[i] = float64(v), math.Abs(float64(v))
			}
			g.each(func(at, in, ch int) {
				for _, tap := range g.taps {
					term := float64(x[tap.X+in]) * float64(dy[at])
					sums[tap.W+ch] += term
					sizes[tap.W+ch] += math.Abs(term)
				}
			})
			DepthwiseGrad(dw, x, dy, g.taps, g.Grid, g.c)
			for i, v := range dw {
				wantNear(t, g, v, sums[i], sizes[i], g.Rows*g.Cols)
			}
			for _, check := range []func(any){checkX, checkG, checkW} {
				check(g)
			}
		})
	})
}

// A grid in pieces, or turned, has the same bits, and both levels of assembly
// compute the same chains.
func TestDepthwiseCutAnywhere(t *testing.T) {
	defer Use(Current())
	var before [][2][]float32
	for _, level := range Levels() {
		Use(level)
		rng, n := rand.New(rand.NewPCG(125, 126)), 0
		eachGrids(func(g grids) {
			x, weights, bias := random(rng, g.sizeX, 0), random(rng, g.sizeW, 0), random(rng, g.c, 0)
			y, dw := make([]float32, g.out), slices.Clone(weights)
			pieces, dwPieces, turned := slices.Clone(y), slices.Clone(weights), slices.Clone(y)
			Depthwise(y, x, weights, bias, g.taps, g.Grid, g.c, -1, 1)
			Depthwise(turned, x, weights, bias, g.taps, g.Turned(), g.c, -1, 1)
			DepthwiseGrad(dw, x, y, g.taps, g.Grid, g.c)
			for r := range g.Rows {
				for i, step := 0, 1+g.Cols/3; i < g.Cols; i += step {
					at, made := x[r*g.XRow+i*g.XPixel:], r*g.YRow+i*g.YPixel
					piece := g.Grid
					piece.Rows, piece.Cols = 1, min(step, g.Cols-i)
					Depthwise(pieces[made:], at, weights, bias, g.taps, piece, g.c, -1, 1)
					DepthwiseGrad(dwPieces, at, y[made:], g.taps, piece, g.c)
				}
			}
			if !sameBits(pieces, y) || !sameBits(turned, y) || !sameBits(dwPieces, dw) {
				t.Fatalf("%v: %v: other bits in pieces", level, g)
			}
			if level == AVX2 {
				before = append(before, [2][]float32{y, dw})
			} else if level == AVX512 {
				if b := before[n]; !sameBits(b[0], y) || !sameBits(b[1], dw) {
					t.Fatalf("%v: AVX2 and AVX-512 differ", g)
				}
			}
			n++
		})
	}
}

func TestDepthwisePanics(t *testing.T) {
	x, grid := make([]float32, 64), Grid{2, 1, 16, 16, 16, 16}
	taps := []Tap{{0, 16}, {16, 0}}
	forward := func(y, x, w, bias []float32, low, high float32) func() {
		return func() { Depthwise(y, x, w, bias, taps, grid, 16, low, high) }
	}
	forward(x[:32], x[:48], x[:32], x[:16], 0, 0)() // as short as allowed
	wantPanic(t, "f32: Depthwise: tap outside its slices", forward(x, x[:47], x, x, 0, 6))
	wantPanic(t, "f32: Depthwise: output too short", forward(x[:31], x, x, x, 0, 6))
	wantPanic(t, "f32: Depthwise: tap outside its slices", forward(x, x, x[:31], x, 0, 6))
	wantPanic(t, "f32: Depthwise: bias too short", forward(x, x, x, x[:15], 0, 6))
	wantPanic(t, "f32: Depthwise: want low at most high", forward(x, x, x, x, 1, 0))
	backward := func(dw, x, dy []float32) func() { return func() { DepthwiseGrad(dw, x, dy, taps, grid, 16) } }
	wantPanic(t, "f32: DepthwiseGrad: tap outside its slices", backward(x, x[:47], x))
	wantPanic(t, "f32: DepthwiseGrad: tap outside its slices", backward(x[:31], x, x))
	wantPanic(t, "f32: DepthwiseGrad: output too short", backward(x, x, x[:31]))
	for _, grid = range []Grid{{-1, 1, 16, 16, 16, 16}, {1, -1, 16, 16, 16, 16}, {1, 1, -16, 16, 16, 16}, {1, 1, 16, 16, 16, -16}} {
		wantPanic(t, "f32: DepthwiseGrad: negative size", backward(x, x, x))
	}
	grid = Grid{1, 1, 16, 16, 16, 16}
	wantPanic(t, "f32: DepthwiseGrad: want channels in multiples of Lanes", func() { DepthwiseGrad(x, x, x, taps, grid, 15) })
	taps[1].W = -1
	wantPanic(t, "f32: Depthwise: tap outside its slices", forward(x, x, x, x, 0, 6))
	taps[0].X = -1
	wantPanic(t, "f32: Depthwise: tap outside its slices", forward(x, x, x, x, 0, 6))
}

var depthwiseShapes = []grids{
	newGrids(28, 28, 1, 3, 3, 32, false), newGrids(14, 14, 1, 3, 3, 64, false), newGrids(7, 7, 1, 3, 3, 128, false),
	newGrids(14, 14, 2, 3, 3, 48, false), newGrids(14, 14, 2, 2, 2, 48, true), newGrids(16, 16, 1, 5, 5, 16, false),
}

// benchmarkDepthwise measures a kernel over an image.
func benchmarkDepthwise(b *testing.B, prepare func(g grids, rng *rand.Rand) func()) {
	for _, g := range depthwiseShapes {
		for _, level := range Levels() {
			b.Run(fmt.Sprintf("rows=%d,cols=%d,c=%d,taps=%d/%v", g.Rows, g.Cols, g.c, len(g.taps), level), func(b *testing.B) {
				defer Use(Use(level))
				run := prepare(g, rand.New(rand.NewPCG(1, 2)))
				for b.Loop() {
					run()
				}
				reportFlops(b, 2*g.Rows*g.Cols*g.c*len(g.taps))
			})
		}
	}
}

func BenchmarkDepthwise(b *testing.B) {
	benchmarkDepthwise(b, func(g grids, rng *rand.Rand) func() {
		x, y, weights, bias := random(rng, g.sizeX, 0), random(rng, g.out, 0), random(rng, g.sizeW, 0), random(rng, g.c, 0)
		return func() { Depthwise(y, x, weights, bias, g.taps, g.Grid, g.c, 0, 6) }
	})
}

func BenchmarkDepthwiseGrad(b *testing.B) {
	benchmarkDepthwise(b, func(g grids, rng *rand.Rand) func() {
		x, dy, dw := random(rng, g.sizeX, 0), random(rng, g.out, 0), random(rng, g.sizeW, 0)
		return func() { DepthwiseGrad(dw, x, dy, g.taps, g.Grid, g.c) }
	})
}
