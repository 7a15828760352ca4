package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// inRows declares a convolution by minimal filtering along rows, of channels last or of
// planes, with a max-pool or without.
func (q wide) inRows(last bool, pool []int) declaration {
	return func(x *G.Node, w ...*G.Node) (_ *G.Node, err error) {
		c := engine.ConvLastConfig{ConvConfig: q.config(), Cut: q.cut(), Rows: true, Pool: pool}
		if c.InputGrad = last; last {
			c.Channels = q.c
			if x, err = engine.Last(x); err != nil {
				return nil, err
			}
		}
		y, err := engine.ConvLast(x, w[0], bias(w), c)
		if err != nil {
			return nil, err
		}
		return engine.Planar(y, q.f)
	}
}

// drawnRows is a convolution of few channels.
func drawnRows(rng *rand.Rand) wide {
	q := drawnTilesOf(rng, 5)
	q.c, q.f, q.relu = 1+rng.IntN(15), 1+rng.IntN(20), false // where that cuts depends on the last bit
	return q
}

// TestConvLastRows compares drawn convolutions with the definition.
func TestConvLastRows(t *testing.T) {
	defer f32.Use(f32.Use(f32.Generic))
	rng := rand.New(rand.NewPCG(41, 42))
	for done := 0; done < 40; {
		q := drawnRows(rng)
		if !q.fits() {
			continue
		}
		var pool []int
		declare := q.byDefinition
		if rows, cols := q.h+q.before[0]+q.after[0]-4, q.w+q.before[1]+q.after[1]-4; done%2 == 0 {
			pool = []int{1 + rng.IntN(3), 1 + rng.IntN(3)}
			if rows < pool[0] || cols < pool[1] {
				continue
			}
			declare = func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				y, err := q.byDefinition(x, w...)
				if err != nil {
					return nil, err
				}
				return engine.MaxPool(y, engine.PoolConfig{Kernel: pool, Stride: pool})
			}
		}
		done++
		t.Run(fmt.Sprint(q, pool), func(t *testing.T) {
			in := q.operands()
			wantY, wants := differentiated(t, declare, in...)
			y, grads := differentiated(t, q.inRows(true, pool), in...)
			nearLargest(t, "output", y, wantY, 3e-6)
			for i, g := range grads {
				nearLargest(t, fmt.Sprint("gradient ", i), g, wants[i], 2e-5)
			}
			y, grads = weighed(t, q.inRows(false, pool), in...)
			nearLargest(t, "output of planes", y, wantY, 3e-6)
			for i, g := range grads {
				nearLargest(t, fmt.Sprint("gradient of planes ", i), g, wants[i+1], 2e-5)
			}
		})
	}
}

// TestConvLastRowsCores: the bits do not depend on the number of cores.
func TestConvLastRowsCores(t *testing.T) {
	defer f32.Use(f32.Use(f32.Generic))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, n := range []int{1, 3, 32} {
		q := wide{
			n: n, c: 6, f: 16, h: 14, w: 14, groups: 1, kernel: [2]int{5, 5}, stride: [2]int{1, 1}, dilation: [2]int{1, 1}, bias: true, relu: true,
		}
		in := q.operands()
		for _, pool := range [][]int{nil, {2, 2}} {
			runtime.GOMAXPROCS(1)
			wantY, wants := differentiated(t, q.inRows(true, pool), in...)
			for _, procs := range []int{2, 5} {
				runtime.GOMAXPROCS(procs)
				y, grads := differentiated(t, q.inRows(true, pool), in...)
				sameNumbers(t, "output", y, wantY)
				for i, g := range grads {
					sameNumbers(t, fmt.Sprint("gradient ", i), g, wants[i])
				}
			}
		}
	}
}

// TestConvLastRowsNaN: what is not finite shows wherever the window sees it, in no other
// image, and the padding of channels stays zero.
func TestConvLastRowsNaN(t *testing.T) {
	defer f32.Use(f32.Use(f32.Generic))
	for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		q := wide{
			n: 3, c: 3, f: 6, h: 9, w: 11, groups: 1, kernel: [2]int{5, 5}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
			before: [2]int{2, 2}, after: [2]int{2, 2},
		}
		in := q.operands()
		in[0].Float32s()[q.c*99+99+4*11+10] = float32(special) // image 1, channel 1, at (4, 10)
		y, _ := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			x, err := engine.Last(x)
			if err != nil {
				return nil, err
			}
			return engine.ConvLast(x, w[0], nil, engine.ConvLastConfig{ConvConfig: q.config(), Channels: q.c, Rows: true})
		}, in...)
		for at, v := range y.Float32s() {
			image, row, col, f := at/(99*16), at/(11*16)%9, at/16%11, at%16
			over := image == 1 && row >= 2 && row <= 6 && col >= 8
			finite := !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0)
			switch {
			case f >= q.f && v != 0:
				t.Fatalf("%v: got %v in the padding", special, v)
			case f < q.f && over && finite, image != 1 && !finite:
				t.Fatalf("%v: got %v at image %d, (%d, %d)", special, v, image, row, col)
			}
		}
	}
}

func TestConvLastRowsRefused(t *testing.T) {
	defer f32.Use(f32.Current())
	plain := wide{n: 1, c: 6, f: 16, h: 8, w: 8, groups: 1, kernel: [2]int{5, 5}, stride: [2]int{1, 1}, dilation: [2]int{1, 1}}
	change := func(f func(q *wide)) wide {
		q := plain
		f(&q)
		return q
	}
	const fits = "ConvLast: want 5×5, stride 1, fewer than 16 channels, padding of less than 5 and no groups, dilation or tiles for minimal filtering along rows, got "
	for name, c := range map[string]struct {
		q    wide
		tile int
		want string
	}{
		"fits":     {plain, 0, ""},
		"tiles":    {plain, 2, fits + "5×5, stride 1×1, dilation 1×1, padding [0 0 0 0], 1 groups of 6 channels, tiles of 2"},
		"kernel":   {change(func(q *wide) { q.kernel[0] = 3 }), 0, fits + "3×5, stride 1×1, dilation 1×1, padding [0 0 0 0], 1 groups of 6 channels, tiles of 0"},
		"stride":   {change(func(q *wide) { q.stride[1] = 2 }), 0, fits + "5×5, stride 1×2, dilation 1×1, padding [0 0 0 0], 1 groups of 6 channels, tiles of 0"},
		"groups":   {change(func(q *wide) { q.groups = 2 }), 0, fits + "5×5, stride 1×1, dilation 1×1, padding [0 0 0 0], 2 groups of 6 channels, tiles of 0"},
		"channels": {change(func(q *wide) { q.c = 16 }), 0, fits + "5×5, stride 1×1, dilation 1×1, padding [0 0 0 0], 1 groups of 16 channels, tiles of 0"},
	} {
		for _, level := range f32.Levels() {
			f32.Use(level)
			want := c.want
			if level != f32.Generic {
				want = fmt.Sprintf("ConvLast: want generic Go for minimal filtering along rows, got %v", level)
			}
			g := G.NewGraph()
			x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(1, 8, 8, 16), G.WithName("x"))
			w := G.NewTensor(g, tensor.Float32, 4, G.WithShape(16, c.q.c/c.q.groups, c.q.kernel[0], c.q.kernel[1]), G.WithName("w"))
			config := c.q.tileConfig(c.tile, engine.Uncut)
			config.Rows = true
			got := ""
			if _, err := engine.ConvLast(x, w, nil, config); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s on %v: got %q, want %q", name, level, got, want)
			}
		}
	}
}
