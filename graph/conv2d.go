package graph

import (
	"fmt"

	"euryale/internal/decimal"
	"euryale/internal/ir"
)

// Conv2D is a 2-D cross-correlation over NCHW input:
//
//	y[f, i, j] = b[f] + Σ_c,u,v w[f, c, u, v] · x[c, i·Stride + u·Dilation, j·Stride + v·Dilation]
//
// Input (N, C, H, W); output (N, Filters, H', W'), where
// H' = ⌊(H + padding - Dilation·(Kernel-1) - 1)/Stride⌋ + 1 and W' likewise.
// Weights: kernel (Filters, C, Kernel, Kernel), bias (Filters).
// Arithmetic: Dumoulin & Visin, arXiv:1603.07285.
type Conv2D struct {
	Filters    int         // output channels, at least 1
	Kernel     int         // side of the square kernel, in pixels, at least 1
	Stride     int         // pixels between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros on each side, in pixels
	Dilation   int         // pixels between kernel elements; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
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
	w := s.Weight("kernel", Shape{c.Filters, in[0], c.Kernel, c.Kernel}, c.Init)
	y := s.op(ir.Conv{Window: c.window(in)}, x, w)
	if !c.NoBias {
		y = s.op(ir.Bias{}, y, s.Weight("bias", Shape{c.Filters}, Zeros))
	}
	return activate(s, c.Activation, y)
}

func (c Conv2D) window(in Shape) ir.Window {
	return slide(c.Kernel, max(c.Stride, 1), max(c.Dilation, 1), c.Padding, in)
}

func (c Conv2D) check() error {
	switch {
	case c.Filters < 1:
		return badField("Filters", "of at least 1", c.Filters)
	case c.Kernel < 1:
		return badField("Kernel", "of at least 1", c.Kernel)
	case c.Stride < 0:
		return badField("Stride", "of at least 1, or 0 for 1", c.Stride)
	case c.Dilation < 0:
		return badField("Dilation", "of at least 1, or 0 for 1", c.Dilation)
	case c.Padding < Same:
		return badField("Padding", "Valid, Same or a number of pixels", int(c.Padding))
	}
	return nil
}

// Explain shows the output's sides, the weights and the multiply-adds.
func (c Conv2D) Explain(in Shape) Arithmetic {
	w, k := c.window(in), c.Kernel
	weights := fmt.Sprintf("weights: %d·%d·%d·%d", k, k, in[0], c.Filters)
	count := k * k * in[0] * c.Filters
	if !c.NoBias {
		weights += fmt.Sprintf("+%d", c.Filters)
		count += c.Filters
	}
	h, v := w.Positions(0, in[1]), w.Positions(1, in[2])
	return Arithmetic{Lines: append(explainSides(w, in),
		fmt.Sprintf("%s = %s", weights, group(count)),
		fmt.Sprintf("multiply-adds: %d·%d·%d · %d·%d·%d = %s", h, v, c.Filters, k, k, in[0], group(h*v*c.Filters*k*k*in[0])),
	)}
}

// group is n with commas between thousands.
func group(n int) string { return decimal.Group(int64(n)) }
