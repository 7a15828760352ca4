package graph

import "euryale/internal/ir"

// DepthwiseConv2D is a 2-D cross-correlation of each channel by itself, with
// Multiplier filters each:
//
//	y[c·Multiplier + m, i, j] = b[c·Multiplier + m] + Σ_u,v w[c·Multiplier + m, 0, u, v] · x[c, i·Stride + u·Dilation, j·Stride + v·Dilation]
//
// Input (N, C, H, W); output (N, C·Multiplier, H', W'), H' and W' as of Conv2D,
// which it is in C groups. Weights: kernel (C·Multiplier, 1, height, width),
// bias (C·Multiplier). Keras has the kernel as (height, width, C, Multiplier).
// Source: Howard et al., arXiv:1704.04861.
type DepthwiseConv2D struct {
	Kernel     Size        // 3, or Rect(3, 5), in pixels, at least 1
	Multiplier int         // filters of each channel; 0 means 1
	Stride     Size        // pixels between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros on each side, in pixels, or Pads
	Dilation   Size        // pixels between kernel elements; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
	Penalty    Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = DepthwiseConv2D{}

func (c DepthwiseConv2D) String() string { return Literal(c) }

// Build wants an image on which the kernel fits.
func (c DepthwiseConv2D) Build(s *Scope, x *Value) *Value {
	if err := firstError(wantNumber("Multiplier", c.Multiplier, "1"), checkWindow(c.Kernel, c.Stride, c.Dilation, c.Padding)); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	y := correlate(s, x, "kernel", c.window(in), c.filters(in), in[0], c.Init, c.Penalty)
	return biased(s, y, c.filters(in), c.NoBias, c.Activation)
}

func (c DepthwiseConv2D) filters(in Shape) int { return in[0] * max(c.Multiplier, 1) }

func (c DepthwiseConv2D) window(in Shape) ir.Window {
	return slide(c.Kernel.pair(), c.Stride.or(1), c.Dilation.or(1), c.Padding, in)
}

// Explain shows the output's sides, the weights and the multiply-adds.
func (c DepthwiseConv2D) Explain(in Shape) Arithmetic {
	w := c.window(in)
	return Arithmetic{Lines: append(explainSides(w, in), explainConv(w, in, c.filters(in), 1, c.NoBias)...)}
}
