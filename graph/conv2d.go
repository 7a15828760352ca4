package graph

import (
	"euryale/internal/ir"
)

// Conv2D is a 2-D cross-correlation over NCHW input:
//
//	y[f, i, j] = b[f] + Σ_c,u,v w[f, c, u, v] · x[c, i·Stride + u·Dilation, j·Stride + v·Dilation]
//
// Input (N, C, H, W); output (N, Filters, H', W'), where
// H' = ⌊(H + padding - Dilation·(Kernel-1) - 1)/Stride⌋ + 1 and W' likewise.
// In groups, the channels and the filters are cut into so many parts, in order,
// and each filter sees the channels of its own part: c runs over C/Groups.
// Weights: kernel (Filters, C/Groups, height, width), bias (Filters).
// Arithmetic: Dumoulin & Visin, arXiv:1603.07285.
type Conv2D struct {
	Filters    int         // output channels, at least 1
	Kernel     Size        // 3, or Rect(3, 5), in pixels, at least 1
	Stride     Size        // pixels between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros on each side, in pixels, or Pads
	Dilation   Size        // pixels between kernel elements; 0 means 1
	Groups     int         // divides the channels and Filters; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
	Penalty    Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = Conv2D{}

func (c Conv2D) String() string { return Literal(c) }

// Build wants an image on which the kernel fits.
func (c Conv2D) Build(s *Scope, x *Value) *Value {
	if err := c.check(); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	if err := checkGroups(c.Groups, c.Filters, in); err != nil {
		return s.Fail(err)
	}
	y := correlate(s, x, "kernel", c.window(in), c.Filters, c.Groups, c.Init, c.Penalty)
	return biased(s, y, c.Filters, c.NoBias, c.Activation)
}

func (c Conv2D) window(in Shape) ir.Window {
	return slide(c.Kernel.pair(), c.Stride.or(1), c.Dilation.or(1), c.Padding, in)
}

func (c Conv2D) check() error {
	return firstError(
		wantNumber("Filters", c.Filters, ""), wantNumber("Groups", c.Groups, "1"),
		checkWindow(c.Kernel, c.Stride, c.Dilation, c.Padding))
}

// Explain shows the output's sides, the weights and the multiply-adds.
func (c Conv2D) Explain(in Shape) Arithmetic {
	w := c.window(in)
	return Arithmetic{Lines: append(explainSides(w, in), explainConv(w, in, c.Filters, in[0]/max(c.Groups, 1), c.NoBias)...)}
}
