package graph

import "euryale/internal/ir"

// AveragePool2D is the mean of each window: of its pixels that lie in the image,
// as in Keras or, with CountPadding, of the zeros around it too, as PyTorch has
// it (count_include_pad). What Ceil adds never counts.
//
// Input (N, C, H, W); output (N, C, H', W'), where
// H' = ⌊(H + padding - Dilation·(Size-1) - 1)/Stride⌋ + 1 and W' likewise, and
// ⌈…⌉ with Ceil, unless the last window would begin in the padding.
type AveragePool2D struct {
	Size         Size    // of the window, in pixels: 3, or Rect(3, 2); 0 means 2
	Stride       Size    // pixels between windows; 0 means Size
	Padding      Padding // Valid (0), Same, or pixels on each side, fewer than the window sees across, or Pads
	Dilation     Size    // pixels between those that a window looks at; 0 means 1
	Ceil         bool    // a last window may reach beyond the image and its padding
	CountPadding bool    // padding counts as pixels of value 0
}

var _ Explainer = AveragePool2D{}

func (p AveragePool2D) String() string { return Literal(p) }

func (p AveragePool2D) pooling() pooling {
	return pooling{size: p.Size, stride: p.Stride, dilation: p.Dilation, padding: p.Padding, ceil: p.Ceil}
}

// Build wants an image on which the window fits.
func (p AveragePool2D) Build(s *Scope, x *Value) *Value {
	pool, in := p.pooling(), x.Shape()
	if err := pool.check(); err != nil {
		return s.Fail(err)
	}
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	w, beyond := pool.window(in)
	return s.op(ir.AveragePool{Window: w, Counted: p.CountPadding, Beyond: beyond}, x)
}

// Explain shows the output's sides.
func (p AveragePool2D) Explain(in Shape) Arithmetic { return p.pooling().explain("mean", in) }
