package graph

import (
	"math"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// resize makes images of another size, as ONNX' Resize does.
func resize(o ir.Resize, x *G.Node) (*G.Node, error) {
	h, w := x.Shape()[2], x.Shape()[3]
	rows, cols := places(o, 0, h, o.H), places(o, 1, w, o.W)
	y, err := resizedAt(o, x, rows, cols)
	if err != nil || o.At != ir.CropAndResize {
		return y, err
	}
	return chosen(ir.Select{Axes: [][]int{nil, orOutside(rows, h), orOutside(cols, w)}, Fill: o.Extrapolation}, y)
}

// resizedAt makes pixels that lie at places in rows and in columns.
func resizedAt(o ir.Resize, x *G.Node, rows, cols []float64) (*G.Node, error) {
	h, w := x.Shape()[2], x.Shape()[3]
	if o.By != ir.Nearest {
		return engine.Resample(x, taps(o, 0, rows, h), taps(o, 1, cols, w))
	}
	nearest := func(at []float64, n int) func(i int) int {
		return func(i int) int { return min(max(round(at[i], o.Rounding), 0), n-1) }
	}
	return pixels(x, o.H, o.W, nearest(rows, h), nearest(cols, w))
}

// orOutside are the places' own numbers, and -1 for those beyond the first or the last
// of n pixels. What is so near to one that sums of float32 may miss it is within.
func orOutside(at []float64, n int) []int {
	const near = 1e-6
	all := make([]int, len(at))
	for i, x := range at {
		if all[i] = i; x < -near*float64(n) || x > float64(n-1)+near*float64(n) {
			all[i] = -1
		}
	}
	return all
}

// places are where out pixels lie among those of a side of in, along axis d.
func places(o ir.Resize, d, in, out int) []float64 {
	scale := o.Scale[d]
	at := make([]float64, out)
	for i := range at {
		x := float64(i)
		switch {
		case o.At == ir.Asymmetric:
			x /= scale
		case o.At == ir.CropAndResize && out == 1:
			x = float64(in-1) * (o.Region[d][0] + o.Region[d][1]) / 2
		case o.At == ir.CropAndResize:
			x = float64(in-1) * (o.Region[d][0] + (o.Region[d][1]-o.Region[d][0])*x/float64(out-1))
		case o.At == ir.AlignCorners && out == 1 || o.At == ir.PyTorchHalfPixel && out == 1:
			x = 0
		case o.At == ir.AlignCorners:
			x = x * float64(in-1) / (scale*float64(in) - 1) // out, where that is whole
		default:
			x = (x+0.5)/scale - 0.5
		}
		if o.At == ir.HalfPixelSymmetric { // about the middle, where out is no multiple by scale
			x += float64(in) / 2 * (1 - float64(out)/(scale*float64(in)))
		}
		at[i] = x
	}
	return at
}

// round is the pixel nearest to a place.
func round(x float64, r ir.Rounding) int {
	switch r {
	case ir.RoundDown:
		return int(math.Floor(x))
	case ir.RoundUp:
		return int(math.Ceil(x))
	case ir.HalfUp:
		return int(math.Floor(x + 0.5))
	}
	return int(math.Ceil(x - 0.5))
}

// between are the two pixels around each place, by their distance from it. Beyond
// the first and the last of n there are none but these.
func between(at []float64, n int) engine.Taps {
	taps := make(engine.Taps, len(at))
	for i, x := range at {
		x = min(max(x, 0), float64(n-1))
		first := int(x)
		share := x - float64(first)
		if share == 0 {
			taps[i] = []engine.Tap{{From: first, Weight: 1}}
			continue
		}
		taps[i] = []engine.Tap{{From: first, Weight: 1 - share}, {From: first + 1, Weight: share}}
	}
	return taps
}
