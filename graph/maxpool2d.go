package graph

import "euryale/internal/ir"

// MaxPool2D keeps the largest value of each window. Where several are largest,
// the first, row by row, gets the gradient. NaN is larger than any number;
// padding is never chosen: it counts as -∞.
//
// Input (N, C, H, W); output (N, C, H', W'), where
// H' = ⌊(H + padding - Dilation·(Size-1) - 1)/Stride⌋ + 1 and W' likewise, and
// ⌈…⌉ with Ceil, unless the last window would begin in the padding.
type MaxPool2D struct {
	Size     Size    // of the window, in pixels: 3, or Rect(3, 2); 0 means 2
	Stride   Size    // pixels between windows; 0 means Size
	Padding  Padding // Valid (0), Same, or pixels on each side, fewer than the window sees across, or Pads
	Dilation Size    // pixels between those that a window looks at; 0 means 1
	Ceil     bool    // a last window may reach beyond the image and its padding
}

var _ Explainer = MaxPool2D{}

func (p MaxPool2D) String() string { return Literal(p) }

func (p MaxPool2D) pooling() pooling {
	return pooling{size: p.Size, stride: p.Stride, dilation: p.Dilation, padding: p.Padding, ceil: p.Ceil}
}

// Build wants an image on which the window fits.
func (p MaxPool2D) Build(s *Scope, x *Value) *Value {
	pool, in := p.pooling(), x.Shape()
	if err := pool.check(); err != nil {
		return s.Fail(err)
	}
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	w, _ := pool.window(in)
	return s.op(ir.MaxPool{Window: w}, x)
}

// Explain shows the output's sides.
func (p MaxPool2D) Explain(in Shape) Arithmetic { return p.pooling().explain("largest", in) }
