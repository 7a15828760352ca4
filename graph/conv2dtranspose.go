package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Conv2DTranspose adds each value of an image, times each weight of its
// kernels, to a larger image: the gradient of a Conv2D by its input. It is also
// called deconvolution.
//
//	y[f, i·Stride + u·Dilation - top, j·Stride + v·Dilation - left] += w[c, f, u, v] · x[c, i, j]
//
// Input (N, C, H, W); output (N, Filters, H', W'), where
// H' = (H-1)·Stride + Dilation·(Kernel-1) + 1 - padding + OutputPadding and W'
// likewise: the padding is cut off. Same makes H·Stride of H, as Keras does, and
// takes no OutputPadding. Valid is PyTorch's: where Kernel is below Stride,
// Keras' is that with an OutputPadding of Stride-Kernel.
// Weights: kernel (C, Filters/Groups, height, width), bias (Filters).
// Arithmetic: Dumoulin & Visin, arXiv:1603.07285.
type Conv2DTranspose struct {
	Filters       int         // output channels, at least 1
	Kernel        Size        // 3, or Rect(3, 5), in pixels, at least 1
	Stride        Size        // pixels of the output between those of the input; 0 means 1
	Padding       Padding     // cut off: Valid (0) nothing, Same, or pixels on each side, or Pads
	OutputPadding Size        // rows below and columns on the right to cut less, or to add, below Stride or Dilation
	Dilation      Size        // pixels between kernel elements; 0 means 1
	Groups        int         // divides the channels and Filters; 0 means 1
	NoBias        bool        // leave out the bias
	Activation    Layer       // such as ReLU; nil means none
	Init          Initializer // of the kernel; nil means GlorotUniform
	Penalty       Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = Conv2DTranspose{}

func (c Conv2DTranspose) String() string { return Literal(c) }

// Build wants an image.
func (c Conv2DTranspose) Build(s *Scope, x *Value) *Value {
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
	k := c.Kernel.pair()
	kernel := s.PenalizedWeight("kernel", Shape{in[0], c.Filters / max(c.Groups, 1), k[0], k[1]}, c.Init, c.Penalty)
	return biased(s, s.op(c.op(), x, kernel), c.Filters, c.NoBias, c.Activation)
}

// op is the layer without its weights. Same cuts what is longer than
// H·Stride, the odd row below and the odd column on the right, or adds what is
// missing.
func (c Conv2DTranspose) op() ir.ConvTranspose {
	p := c.Padding.sides()
	o := ir.ConvTranspose{
		Window: ir.Window{
			Kernel: c.Kernel.pair(), Stride: c.Stride.or(1), Dilation: c.Dilation.or(1),
			Before: [2]int{p[0], p[2]}, After: [2]int{p[1], p[3]},
		},
		Lengthen: c.OutputPadding.pair(), Groups: severalOr0(c.Groups),
	}
	if c.Padding != Same {
		return o
	}
	for d := range 2 {
		surplus := o.Reach(d) - o.Stride[d]
		o.Lengthen[d] = max(-surplus, 0)
		o.Before[d] = max(surplus, 0) / 2
		o.After[d] = max(surplus, 0) - o.Before[d]
	}
	return o
}

func (c Conv2DTranspose) check() error {
	if err := firstError(
		wantNumber("Filters", c.Filters, ""), wantNumber("Groups", c.Groups, "1"),
		checkWindow(c.Kernel, c.Stride, c.Dilation, c.Padding),
	); err != nil {
		return err
	}
	o, stride, dilation := c.OutputPadding.pair(), c.Stride.or(1), c.Dilation.or(1)
	if c.Padding == Same && o != [2]int{} {
		return badField("OutputPadding", "of 0 with Same", c.OutputPadding)
	}
	for d := range 2 {
		if limit := max(stride[d], dilation[d]); o[d] < 0 || o[d] >= limit {
			return badField("OutputPadding", fmt.Sprintf("from 0, below Stride or Dilation (%d)", limit), c.OutputPadding)
		}
	}
	return nil
}

// Explain shows the output's sides, the weights and the multiply-adds.
func (c Conv2DTranspose) Explain(in Shape) Arithmetic {
	o, each := c.op(), c.Filters/max(c.Groups, 1)
	var lines []string
	for d, name := range []string{"height", "width"} {
		line := fmt.Sprintf("%s: (%d-1)·%d+%d", name, in[d+1], o.Stride[d], o.Reach(d))
		if cut := o.Before[d] + o.After[d]; cut > 0 {
			line += fmt.Sprintf("-%d", cut)
		}
		if o.Lengthen[d] > 0 {
			line += fmt.Sprintf("+%d", o.Lengthen[d])
		}
		lines = append(lines, fmt.Sprintf("%s = %d", line, o.Side(d, in[d+1])))
	}
	k, l := o.Kernel[0], o.Kernel[1]
	return Arithmetic{Lines: append(lines,
		explainWeights(o.Window, in[0], each, c.Filters, c.NoBias),
		fmt.Sprintf("multiply-adds: %d·%d·%d · %d·%d·%d = %s", in[1], in[2], in[0], k, l, each, group(in.TotalSize()*k*l*each)))}
}
