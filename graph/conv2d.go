package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
)

// Conv2D is a 2-D cross-correlation over NCHW input:
//
//	y[f, i, j] = b[f] + Σ_c,u,v w[f, c, u, v] · x[c, i·Stride + u·Dilation, j·Stride + v·Dilation]
//
// Input (N, C, H, W); output (N, Filters, H', W'), where
// H' = (H + padding - Dilation·(Kernel-1) - 1)/Stride + 1 and W' likewise.
// Weights: kernel (Filters, C, Kernel, Kernel), bias (Filters).
// Arithmetic: Dumoulin & Visin, arXiv:1603.07285.
type Conv2D struct {
	Filters    int         // output channels, at least 1
	Kernel     int         // side of the square kernel, in pixels, at least 1
	Stride     int         // pixels between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros on each side, in pixels
	Dilation   int         // pixels between kernel elements; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Activation  // nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
}

var _ Explainer = Conv2D{}

func (c Conv2D) String() string { return literal(c) }

func (c Conv2D) window() window {
	return window{size: c.Kernel, stride: max(c.Stride, 1), dilation: max(c.Dilation, 1), padding: c.Padding}
}

// OutputShape wants an image on which the kernel fits.
func (c Conv2D) OutputShape(in Shape) (Shape, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkImage(in); err != nil {
		return nil, err
	}
	h, w, err := c.window().slide(in)
	if err != nil {
		return nil, err
	}
	return Shape{c.Filters, h, w}, nil
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

// Declare adds Gorgonia's Conv2d, the bias and the activation.
func (c Conv2D) Declare(s *Scope, x *G.Node) (*G.Node, error) {
	in := x.Shape()[1:]
	w, err := s.Weight("kernel", Shape{c.Filters, in[0], c.Kernel, c.Kernel}, c.Init)
	if err != nil {
		return nil, err
	}
	y, err := c.convolve(x, w)
	if err != nil {
		return nil, err
	}
	if !c.NoBias {
		if y, err = addBias(s, y); err != nil {
			return nil, err
		}
	}
	return activate(c.Activation, y)
}

// convolve is Gorgonia's Conv2d, which takes symmetric padding only: where
// Same is lopsided, the image is padded first.
func (c Conv2D) convolve(x, kernel *G.Node) (*G.Node, error) {
	win := c.window()
	m := win.surround(x.Shape()[1:])
	if !symmetric(m) {
		var err error
		if x, err = engine.Pad2D(x, m, 0); err != nil {
			return nil, err
		}
		m = engine.Margins{}
	}
	size, stride, dilation := Shape{c.Kernel, c.Kernel}, []int{win.stride, win.stride}, []int{win.dilation, win.dilation}
	return G.Conv2d(x, kernel, size, []int{m.Top, m.Left}, stride, dilation)
}

// Explain shows the output's sides, the weights and the multiply-adds.
func (c Conv2D) Explain(in Shape) Arithmetic {
	out, err := c.OutputShape(in)
	if err != nil {
		return Arithmetic{}
	}
	win, k := c.window(), c.Kernel
	weights := fmt.Sprintf("weights: %d·%d·%d·%d", k, k, in[0], c.Filters)
	count := k * k * in[0] * c.Filters
	if !c.NoBias {
		weights += fmt.Sprintf("+%d", c.Filters)
		count += c.Filters
	}
	macs := out.TotalSize() * k * k * in[0]
	return Arithmetic{
		Lines: []string{
			win.explain("height", in[1]),
			win.explain("width", in[2]),
			fmt.Sprintf("%s = %s", weights, thousands(count)),
			fmt.Sprintf("multiply-adds: %d·%d·%d · %d·%d·%d = %s", out[1], out[2], out[0], k, k, in[0], thousands(macs)),
		},
		MultiplyAdds: macs,
	}
}
