package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// inTiles declares a convolution by Winograd's minimal filtering.
func (q wide) inTiles(tile int) declaration { return q.cutTiles(tile, q.cut()) }

func (q wide) cutTiles(tile int, cut engine.Cut) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		x, err := engine.Last(x)
		if err != nil {
			return nil, err
		}
		y, err := engine.ConvLast(x, w[0], bias(w), q.tileConfig(tile, cut))
		if err != nil {
			return nil, err
		}
		return engine.Planar(y, q.f)
	}
}

func (q wide) tileConfig(tile int, cut engine.Cut) engine.ConvLastConfig {
	return engine.ConvLastConfig{ConvConfig: q.config(), Channels: q.c, Tile: tile, Cut: cut}
}

// operands are the image, the filters and, if there is one, the bias.
func (q wide) operands() []*tensor.Dense {
	in := []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c, q.kernel[0], q.kernel[1])}
	if q.bias {
		in = append(in, random(3, q.f))
	}
	return in
}

func drawnTiles(rng *rand.Rand) wide { return drawnTilesOf(rng, 3) }

// drawnTilesOf is one of kernels of a side.
func drawnTilesOf(rng *rand.Rand, side int) wide {
	pads := func() [2]int { return [2]int{rng.IntN(side), rng.IntN(side)} }
	return wide{
		n: 1 + rng.IntN(12), c: 16 + rng.IntN(55), f: 16 + rng.IntN(55), h: 1 + rng.IntN(20), w: 1 + rng.IntN(20), groups: 1,
		kernel: [2]int{side, side}, stride: [2]int{1, 1}, dilation: [2]int{1, 1}, before: pads(), after: pads(),
		bias: rng.IntN(2) == 0, relu: rng.IntN(2) == 0,
	}
}

// nearLargest is agree with an error in parts of the largest value.
func nearLargest(t *testing.T, what string, got, want *tensor.Dense, part float64) {
	t.Helper()
	if !got.Shape().Eq(want.Shape()) {
		t.Fatalf("%s: got shape %v, want %v", what, got.Shape(), want.Shape())
	}
	w := want.Float32s()
	var largest float64
	for _, v := range w {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i, v := range got.Float32s() {
		if d := math.Abs(float64(v) - float64(w[i])); !(d <= part*largest) {
			t.Fatalf("%s: got %v at %d, want %v, of at most %v", what, v, i, w[i], largest)
		}
	}
}

// TestConvLastTiles compares drawn convolutions with the definition.
func TestConvLastTiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for done := 0; done < 54; {
		side, tiles := 3, []int{2, 4}
		if done%3 == 2 {
			side, tiles = 5, []int{2}
		}
		q := drawnTilesOf(rng, side)
		if !q.fits() {
			continue
		}
		done++
		q.relu = false // where it cuts depends on the last bit
		in := q.operands()
		wantY, wants := differentiated(t, q.byDefinition, in...)
		for _, tile := range tiles {
			t.Run(fmt.Sprintf("F%d %v", tile, q), func(t *testing.T) {
				y, grads := differentiated(t, q.inTiles(tile), in...)
				nearLargest(t, "output", y, wantY, 2e-5)
				for i, part := range []float64{2e-5, 1e-4, 1e-4}[:len(grads)] {
					nearLargest(t, []string{"gradient by the image", "gradient by the filters", "gradient by the bias"}[i], grads[i], wants[i], part)
				}
			})
		}
	}
}

// TestConvLastTilesCut: a cut is the same bits as one behind the convolution.
func TestConvLastTilesCut(t *testing.T) {
	cuts := map[engine.Cut]func(y *G.Node) (*G.Node, error){
		engine.AtZero:    func(y *G.Node) (*G.Node, error) { return engine.Rectify(y, 0) },
		engine.ZeroToSix: func(y *G.Node) (*G.Node, error) { return engine.Pointwise(y, f32.ReLU6) },
	}
	rng := rand.New(rand.NewPCG(13, 14))
	for done := 0; done < 8; {
		q := drawnTiles(rng)
		if !q.fits() {
			continue
		}
		done++
		in := q.operands()
		for _, tile := range []int{2, 4} {
			for cut, after := range cuts {
				y, grads := differentiated(t, q.cutTiles(tile, cut), in...)
				wantY, wants := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
					y, err := q.cutTiles(tile, engine.Uncut)(x, w...)
					if err != nil {
						return nil, err
					}
					return after(y)
				}, in...)
				sameNumbers(t, "output", y, wantY)
				for i, g := range grads {
					sameNumbers(t, fmt.Sprint("gradient ", i), g, wants[i])
				}
			}
		}
	}
}

func sameNumbers(t *testing.T, what string, got, want *tensor.Dense) {
	t.Helper()
	if !slices.Equal(got.Float32s(), want.Float32s()) {
		t.Fatalf("%s: got other numbers", what)
	}
}

// TestConvLastTilesCores: the bits do not depend on the number of cores.
func TestConvLastTilesCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 3, 32} {
		for i, side := range []int{4, 8, 21, 9} {
			kernel, tile := 3, 4
			if i == 3 {
				kernel, tile = 5, 2
			}
			q := wide{
				n: n, c: 32, f: 48, h: side, w: side, groups: 1, kernel: [2]int{kernel, kernel}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
				before: [2]int{1, 1}, after: [2]int{1, 1}, bias: true, relu: true,
			}
			in := q.operands()
			runtime.GOMAXPROCS(1)
			wantY, wants := differentiated(t, q.inTiles(tile), in...)
			for _, procs := range []int{2, 5} {
				runtime.GOMAXPROCS(procs)
				y, grads := differentiated(t, q.inTiles(tile), in...)
				sameNumbers(t, "output", y, wantY)
				for i, g := range grads {
					sameNumbers(t, fmt.Sprint("gradient ", i), g, wants[i])
				}
			}
		}
	}
}

// TestConvLastTilesNaN: what is not a number shows wherever the window sees it,
// and the padding of channels stays zero.
func TestConvLastTilesNaN(t *testing.T) {
	for _, tile := range []int{2, 4} {
		for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			q := wide{
				n: 2, c: 17, f: 18, h: 9, w: 9, groups: 1, kernel: [2]int{3, 3}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
				before: [2]int{1, 1}, after: [2]int{1, 1},
			}
			in := q.operands()
			in[0].Float32s()[q.c*81+5*81+4*9+6] = float32(special) // image 1, channel 5, at (4, 6)
			declare := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				x, err := engine.Last(x)
				if err != nil {
					return nil, err
				}
				return engine.ConvLast(x, w[0], nil, q.tileConfig(tile, engine.Uncut))
			}
			y, grads := differentiated(t, declare, in...)
			for at, v := range y.Float32s() {
				image, row, col, f := at/(81*32), at/(9*32)%9, at/32%9, at%32
				over := image == 1 && row >= 3 && row <= 5 && col >= 5 && col <= 7
				finite := !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0)
				switch {
				case f >= q.f && v != 0:
					t.Fatalf("F%d, %v: got %v in the padding", tile, special, v)
				case f < q.f && over && finite, image == 0 && !finite:
					t.Fatalf("F%d, %v: got %v at image %d, (%d, %d)", tile, special, v, image, row, col)
				}
			}
			for i, v := range grads[1].Float32s() {
				if finite := !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0); finite != (i/9%q.c != 5) {
					t.Fatalf("F%d, %v: got %v in the gradient by channel %d of the filters", tile, special, v, i/9%q.c)
				}
			}
		}
	}
}

func TestConvLastTilesRefused(t *testing.T) {
	plain := wide{
		n: 1, c: 16, f: 16, h: 8, w: 8, groups: 1, kernel: [2]int{3, 3}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
	}
	change := func(f func(q *wide)) wide {
		q := plain
		f(&q)
		return q
	}
	const fits = "ConvLast: want channels last, 3×3 (or 5×5 for tiles of 2), stride 1, padding of less than that and no groups or dilation for tiles of 4, got "
	for name, c := range map[string]struct {
		q    wide
		tile int
		want string
	}{
		"tile":     {plain, 3, "ConvLast: want tiles of 2 or 4 pixels, got 3"},
		"stride":   {change(func(q *wide) { q.stride = [2]int{1, 2} }), 4, fits + "3×3, stride 1×2, dilation 1×1, padding [0 0 0 0], 1 groups"},
		"dilation": {change(func(q *wide) { q.dilation = [2]int{2, 1} }), 4, fits + "3×3, stride 1×1, dilation 2×1, padding [0 0 0 0], 1 groups"},
		"kernel":   {change(func(q *wide) { q.kernel = [2]int{3, 1} }), 4, fits + "3×1, stride 1×1, dilation 1×1, padding [0 0 0 0], 1 groups"},
		"of five":  {change(func(q *wide) { q.kernel = [2]int{5, 5} }), 4, fits + "5×5, stride 1×1, dilation 1×1, padding [0 0 0 0], 1 groups"},
		"padding":  {change(func(q *wide) { q.after[1] = 3 }), 4, fits + "3×3, stride 1×1, dilation 1×1, padding [0 0 0 3], 1 groups"},
		"groups":   {change(func(q *wide) { q.groups = 2 }), 4, fits + "3×3, stride 1×1, dilation 1×1, padding [0 0 0 0], 2 groups"},
	} {
		g := G.NewGraph()
		x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(1, 8, 8, 16), G.WithName("x"))
		w := G.NewTensor(g, tensor.Float32, 4, G.WithShape(16, 16/c.q.groups, c.q.kernel[0], c.q.kernel[1]), G.WithName("w"))
		if _, err := engine.ConvLast(x, w, nil, c.q.tileConfig(c.tile, engine.Uncut)); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestConvLastTilesDeviation holds convolutions of images that are not centred,
// as behind ReLU, and their gradients by the filters against sums in float64.
func TestConvLastTilesDeviation(t *testing.T) {
	for _, q := range []wide{
		{n: 16, c: 64, f: 64, h: 14, w: 14, kernel: [2]int{3, 3}},
		{n: 8, c: 256, f: 32, h: 9, w: 9, kernel: [2]int{3, 3}},
		{n: 8, c: 32, f: 64, h: 18, w: 18, kernel: [2]int{5, 5}},
	} {
		q.groups, q.stride, q.dilation = 1, [2]int{1, 1}, [2]int{1, 1}
		side := q.kernel[0]
		in := q.operands()
		for i, x := 0, in[0].Float32s(); i < len(x); i++ {
			x[i] = max(0, x[i])
		}
		rows, cols := q.h-side+1, q.w-side+1
		g := random(99, q.n, q.f, rows, cols).Float32s() // as differentiated has it
		wantY, wantDW := make([]float64, len(g)), make([]float64, in[1].Size())
		x, w := in[0].Float32s(), in[1].Float32s()
		for at := range g {
			image, f, row, col := at/(q.f*rows*cols), at/(rows*cols)%q.f, at/cols%rows, at%cols
			for ch := range q.c {
				for tap := range side * side {
					pixel := float64(x[((image*q.c+ch)*q.h+row+tap/side)*q.w+col+tap%side])
					k := (f*q.c+ch)*side*side + tap
					wantY[at] += pixel * float64(w[k])
					wantDW[k] += pixel * float64(g[at])
				}
			}
		}
		for _, c := range []struct {
			tile           int
			output, filter float64
		}{{0, 3e-6, 1e-6}, {2, 2e-6, 1e-6}, {4, 4e-6, 3e-6}} {
			switch {
			case side == 5 && c.tile == 4:
				continue
			case side == 5: // which has the points of tiles of 4
				c.filter = 3e-6
			}
			y, grads := differentiated(t, q.inTiles(c.tile), in...)
			worstY, worstDW := deviation(y, wantY), deviation(grads[1], wantDW)
			t.Logf("%d channels, F%d: output %.2g, gradient by the filters %.2g of the largest", q.c, c.tile, worstY, worstDW)
			if worstY > c.output || worstDW > c.filter {
				t.Errorf("%d channels, F%d: deviates by %.2g and %.2g of the largest, want at most %.2g and %.2g",
					q.c, c.tile, worstY, worstDW, c.output, c.filter)
			}
		}
	}
}

func deviation(got *tensor.Dense, want []float64) float64 {
	var worst, largest float64
	for i, v := range got.Float32s() {
		worst = max(worst, math.Abs(float64(v)-want[i]))
		largest = max(largest, math.Abs(want[i]))
	}
	return worst / largest
}
