package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// SeparableConv2D is a convolution in two steps: a DepthwiseConv2D without bias,
// which looks around in each channel, then a Conv2D of 1×1, which mixes them.
//
// Input (N, C, H, W); output (N, Filters, H', W'), H' and W' as of Conv2D.
// Weights: depthwise (C·Multiplier, 1, height, width), pointwise
// (Filters, C·Multiplier, 1, 1), bias (Filters). Source: Chollet,
// arXiv:1610.02357; nothing stands between the two steps, as in Keras.
type SeparableConv2D struct {
	Filters    int         // output channels, at least 1
	Kernel     Size        // 3, or Rect(3, 5), in pixels, at least 1
	Multiplier int         // depthwise filters of each channel; 0 means 1
	Stride     Size        // pixels between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros on each side, in pixels, or Pads
	Dilation   Size        // pixels between kernel elements; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of both kernels; nil means GlorotUniform
	Penalty    Penalty     // on both kernels, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = SeparableConv2D{}

func (c SeparableConv2D) String() string { return Literal(c) }

// Build wants an image on which the kernel fits.
func (c SeparableConv2D) Build(s *Scope, x *Value) *Value {
	if err := firstError(
		wantNumber("Filters", c.Filters, ""), wantNumber("Multiplier", c.Multiplier, "1"),
		checkWindow(c.Kernel, c.Stride, c.Dilation, c.Padding),
	); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if err := checkImage(in); err != nil {
		return s.Fail(err)
	}
	y := correlate(s, x, "depthwise", c.window(in), c.between(in), in[0], c.Init, c.Penalty)
	if y.err != nil {
		return y
	}
	y = correlate(s, y, "pointwise", ir.Square(1, 1, 1, 0), c.Filters, 1, c.Init, c.Penalty)
	return biased(s, y, c.Filters, c.NoBias, c.Activation)
}

// between is how many channels the depthwise step makes.
func (c SeparableConv2D) between(in Shape) int { return in[0] * max(c.Multiplier, 1) }

func (c SeparableConv2D) window(in Shape) ir.Window {
	return slide(c.Kernel.pair(), c.Stride.or(1), c.Dilation.or(1), c.Padding, in)
}

// Explain shows the output's sides, and the weights and the multiply-adds of
// both steps.
func (c SeparableConv2D) Explain(in Shape) Arithmetic {
	w, mid := c.window(in), c.between(in)
	h, v := w.Positions(0, in[1]), w.Positions(1, in[2])
	k, l := w.Kernel[0], w.Kernel[1]
	weights, count := fmt.Sprintf("weights: %d·%d·%d + %d·%d", k, l, mid, mid, c.Filters), k*l*mid+mid*c.Filters
	if !c.NoBias {
		weights += fmt.Sprintf("+%d", c.Filters)
		count += c.Filters
	}
	return Arithmetic{Lines: append(explainSides(w, in),
		fmt.Sprintf("%s = %s", weights, group(count)),
		fmt.Sprintf("multiply-adds: %d·%d · (%d·%d·%d + %d·%d) = %s", h, v, k, l, mid, mid, c.Filters, group(h*v*(k*l*mid+mid*c.Filters))))}
}
