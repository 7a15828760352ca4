package lower

import (
	"euryale/internal/f32"
	"euryale/internal/ir"
)

// wideEnough is from how many channels and filters on Winograd's minimal
// filtering is looked at.
const wideEnough = 16

// A convolution is looked at as if batches were of these sizes, whatever they are:
// so that what is made of a picture does not depend on who comes with it. A picture
// by itself is common in inference alone, where the weights weigh most.
var (
	trainingBatches  = []int{32}
	inferenceBatches = []int{1, 8}
)

// product is the kernel of a convolution with channels last: by taps, or by
// Winograd's minimal filtering where that is clearly faster.
func (p *program) product(v *ir.Value) Kernel {
	o, in, out := v.Op.(ir.Conv), v.In[0].Shape, v.Shape
	if o.Groups > 1 || max(o.Before[0], o.Before[1], o.After[0], o.After[1]) >= o.Kernel[0] {
		return Taps
	}
	plain := o.Window
	plain.Before, plain.After = [2]int{}, [2]int{}
	if min(in[0], out[0]) < wideEnough {
		return fewToFilter(plain, in[0], out[2])
	}
	var kernels []Kernel
	switch {
	case plain == ir.Square(3, 1, 1, 0):
		kernels = []Kernel{Winograd2, Winograd4}
	case plain == ir.Square(5, 1, 1, 0) && f32.Current() == f32.Generic:
		kernels = []Kernel{Winograd2By5}
	}
	w := work{training: p.Training, taps: o.Kernel[0] * o.Kernel[1], channels: in[0], filters: out[0], rows: out[1], cols: out[2]}
	const clearly = 1.15
	best, least := Taps, w.over((*work).byTaps)
	for _, k := range kernels {
		if n := w.over(func(w *work) float64 { return clearly * w.inTiles(k.tile()) }); n < least {
			best, least = k, n
		}
	}
	return best
}

// fewToFilter is the kernel of a convolution of few channels or filters, with cols
// outputs in a row. A tile has half of the multiplications by taps, of which a row that
// ends within one must not lose too many.
func fewToFilter(w ir.Window, channels, cols int) Kernel {
	tiles := (cols + f32.RowTile - 1) / f32.RowTile
	if f32.Current() == f32.Generic && w == ir.Square(f32.RowKernel, 1, 1, 0) && channels < wideEnough && 2*tiles*f32.RowTile <= 3*cols {
		return AlongRows
	}
	return Taps
}

// over is the product of the cost of all batches.
func (w work) over(cost func(*work) float64) float64 {
	all := 1.0
	batches := inferenceBatches
	if w.training {
		batches = trainingBatches
	}
	for _, w.batch = range batches {
		all *= cost(&w)
	}
	return all
}

// tile is the minimal filtering that a kernel is, or 0.
func (k Kernel) tile() f32.Minimal {
	switch k {
	case Winograd2:
		return f32.F2
	case Winograd4:
		return f32.F4
	case Winograd2By5:
		return f32.F2By5
	}
	return 0
}

// Tile is the side of the tiles that the kernel computes at once, or 0.
func (k Kernel) Tile() int { return k.tile().Tile() }

// work estimates what a convolution costs, in multiply-adds. The constants are
// fitted to measurements of 2 to 56 pixels a side, 16 to 512 channels and
// batches of 1, 8 and 32, with AVX-512; the gradients cost much the same.
type work struct {
	training                                   bool
	taps, batch, channels, filters, rows, cols int
}

func (w *work) weights() float64 { return float64(w.channels * w.filters) }

// secondCache and thirdCache are about how many values they hold that a product goes
// over.
const (
	secondCache = 1 << 18 // 1 MiB
	thirdCache  = 1 << 21 // 8 MiB
)

// read is what it costs to have n values of weights come: in inference they are laid
// out, and lie in a cache or come from further away.
func read(n float64) float64 {
	switch {
	case n <= secondCache:
		return 5 * n
	case n <= thirdCache:
		return 20 * n
	}
	return 50 * n
}

// byTaps is one for each tap, output, channel and filter, and the weights, which in
// training are laid out first.
func (w *work) byTaps() float64 {
	const perWeight = 150
	products := float64(w.taps*w.batch*w.rows*w.cols) * w.weights()
	if w.training {
		return products + perWeight*w.weights()
	}
	return products + read(float64(w.taps)*w.weights())
}

// inTiles is one for each element of a tile, channel and filter; the transforms of
// the tiles, which go through the second cache; and the weights, which in training
// are transformed first, and may leave it.
func (w *work) inTiles(m f32.Minimal) float64 {
	elements := float64(m.Elements())
	perValue, perWeight := 112., 20.
	if m == f32.F4 {
		perValue = 400
	}
	if elements*w.weights() >= secondCache {
		perWeight = 60
	}
	tiles := float64(w.batch * m.Tiles(w.rows) * m.Tiles(w.cols))
	products := tiles * (elements*w.weights() + perValue*float64(w.channels+w.filters))
	if w.training {
		return products + perWeight*elements*w.weights()
	}
	return products + read(elements*w.weights())
}
