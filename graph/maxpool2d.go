package graph

import (
	"fmt"
	"math"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
)

// MaxPool2D keeps the largest value of each window. Where several are largest, the
// first, row by row, gets the gradient.
//
// Input (N, C, H, W); output (N, C, H', W'), H' = (H + padding - Size)/Stride + 1.
// Padding is never chosen: it counts as -∞.
type MaxPool2D struct {
	Size    int     // side of the square window, in pixels; 0 means 2
	Stride  int     // pixels between windows; 0 means Size
	Padding Padding // Valid (0), Same, or pixels on each side, at most Size/2
}

var _ Explainer = MaxPool2D{}

func (p MaxPool2D) String() string { return literal(p) }

func (p MaxPool2D) window() window {
	size := p.Size
	if size == 0 {
		size = 2
	}
	stride := p.Stride
	if stride == 0 {
		stride = size
	}
	return window{size: size, stride: stride, dilation: 1, padding: p.Padding}
}

// OutputShape wants an image on which the window fits.
func (p MaxPool2D) OutputShape(in Shape) (Shape, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := checkImage(in); err != nil {
		return nil, err
	}
	h, w, err := p.window().slide(in)
	if err != nil {
		return nil, err
	}
	return Shape{in[0], h, w}, nil
}

func (p MaxPool2D) check() error {
	half := p.window().size / 2
	switch {
	case p.Size < 0:
		return badField("Size", "of at least 1, or 0 for 2", p.Size)
	case p.Stride < 0:
		return badField("Stride", "of at least 1, or 0 for Size", p.Stride)
	case p.Padding < Same || int(p.Padding) > half:
		// A wider margin would hold windows with no pixel in them.
		return badField("Padding", fmt.Sprintf("Valid, Same or at most %d pixels", half), int(p.Padding))
	}
	return nil
}

// Declare adds Gorgonia's MaxPool2D, which pads right on opposite sides alike
// only: a lopsided Same is padded first.
func (p MaxPool2D) Declare(_ *Scope, x *G.Node) (*G.Node, error) {
	win := p.window()
	m := win.surround(x.Shape()[1:])
	if !symmetric(m) {
		var err error
		if x, err = engine.Pad2D(x, m, math.Inf(-1)); err != nil {
			return nil, err
		}
		m = engine.Margins{}
	}
	return G.MaxPool2D(x, Shape{win.size, win.size}, []int{m.Top, m.Left}, []int{win.stride, win.stride})
}

// Explain shows the output's sides.
func (p MaxPool2D) Explain(in Shape) Arithmetic {
	win := p.window()
	return Arithmetic{Lines: []string{
		win.explain("height", in[1]),
		win.explain("width", in[2]),
		fmt.Sprintf("the largest of each %d×%d, no weights", win.size, win.size),
	}}
}
