package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// MaxPool2D keeps the largest value of each window. Where several are largest,
// the first, row by row, gets the gradient.
//
// Input (N, C, H, W); output (N, C, H', W'),
// H' = ⌊(H + padding - Size)/Stride⌋ + 1. Padding is never chosen: it counts as
// -∞.
type MaxPool2D struct {
	Size    int     // side of the square window, in pixels; 0 means 2
	Stride  int     // pixels between windows; 0 means Size
	Padding Padding // Valid (0), Same, or pixels on each side, at most Size/2
}

var _ Explainer = MaxPool2D{}

func (p MaxPool2D) String() string { return Literal(p) }

func (p MaxPool2D) window(in Shape) ir.Window {
	stride := p.Stride
	if stride == 0 {
		stride = p.size()
	}
	return slide(p.size(), stride, 1, p.Padding, in)
}

func (p MaxPool2D) size() int {
	if p.Size == 0 {
		return 2
	}
	return p.Size
}

// Build wants an image on which the window fits.
func (p MaxPool2D) Build(s *Scope, x *Value) *Value {
	if err := p.check(); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	return s.op(ir.MaxPool{Window: p.window(in)}, x)
}

func (p MaxPool2D) check() error {
	half := p.size() / 2
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

// Explain shows the output's sides.
func (p MaxPool2D) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: append(explainSides(p.window(in), in),
		fmt.Sprintf("the largest of each %d×%d, no weights", p.size(), p.size()))}
}
