package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// Ops that move pixels within their planes.

// pixels makes images of h×w pixels: of each plane of x, the pixel in the row
// and the column that row and col say, and 0 where one of them says -1.
func pixels(x *G.Node, h, w int, row, col func(i int) int) (*G.Node, error) {
	s := x.Shape()
	from := make([]int32, 0, h*w)
	for i := range h {
		for j := range w {
			at := int32(-1)
			if r, c := row(i), col(j); r >= 0 && c >= 0 {
				at = int32(r*s[3] + c)
			}
			from = append(from, at)
		}
	}
	return engine.Gather(x, s[2]*s[3], from, s[0], s[1], h, w)
}

// zeroPad surrounds images with zeros.
func zeroPad(o ir.Pad, x *G.Node) (*G.Node, error) {
	within := func(d int) func(i int) int {
		n := x.Shape()[d+2]
		return func(i int) int {
			if i -= o.Before[d]; i < n {
				return max(i, -1)
			}
			return -1
		}
	}
	s := x.Shape()
	return pixels(x, o.Before[0]+s[2]+o.After[0], o.Before[1]+s[3]+o.After[1], within(0), within(1))
}

// crop cuts margins off.
func crop(o ir.Crop, x *G.Node) (*G.Node, error) {
	s := x.Shape()
	behind := func(d int) func(i int) int { return func(i int) int { return i + o.Before[d] } }
	return pixels(x, s[2]-o.Before[0]-o.After[0], s[3]-o.Before[1]-o.After[1], behind(0), behind(1))
}

// upsample makes images of another size. Gorgonia's Upsample2D knows one factor
// for both sides and the nearest pixel alone.
func upsample(o ir.Upsample, x *G.Node) (*G.Node, error) {
	h, w := x.Shape()[2], x.Shape()[3]
	if o.By == ir.Bilinear {
		return engine.Resample(x, linear(h, o.H), linear(w, o.W))
	}
	nearest := func(in, out int) func(i int) int { return func(i int) int { return i * in / out } }
	return pixels(x, o.H, o.W, nearest(h, o.H), nearest(w, o.W))
}

// linear makes out pixels along an axis of in, each of the two around its
// centre.
func linear(in, out int) engine.Taps {
	at := make([]float64, out)
	for i := range at {
		at[i] = (float64(i)+0.5)*float64(in)/float64(out) - 0.5
	}
	return between(at, in)
}
