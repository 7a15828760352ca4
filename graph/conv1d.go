package graph

import (
	"fmt"
	"strings"

	"euryale/internal/ir"
)

// Conv1D is a 1-D cross-correlation over sequences: Conv2D on images of one
// row.
//
//	y[f, i] = b[f] + Σ_c,u w[f, c, u] · x[c, i·Stride + u·Dilation]
//
// Input (N, C, L); output (N, Filters, L'), where
// L' = ⌊(L + padding - Dilation·(Kernel-1) - 1)/Stride⌋ + 1.
// Weights: kernel (Filters, C/Groups, 1, Kernel), bias (Filters).
type Conv1D struct {
	Filters    int         // output channels, at least 1
	Kernel     int         // elements, at least 1
	Stride     int         // elements between positions; 0 means 1
	Padding    Padding     // Valid (0), Same, or zeros at each end, or Pads(0, 0, before, after)
	Dilation   int         // elements between kernel elements; 0 means 1
	Groups     int         // divides the channels and Filters; 0 means 1
	NoBias     bool        // leave out the bias
	Activation Layer       // such as ReLU; nil means none
	Init       Initializer // of the kernel; nil means GlorotUniform
	Penalty    Penalty     // on the kernel, such as L2{Weight: 1e-4}; nil means none
}

var _ Explainer = Conv1D{}

func (c Conv1D) String() string { return Literal(c) }

// Build wants sequences on which the kernel fits.
func (c Conv1D) Build(s *Scope, x *Value) *Value {
	if err := c.check(); err != nil {
		return s.Fail(err)
	}
	in := x.Shape()
	if len(in) != 2 {
		return s.Fail(mismatch("sequences (N, C, L)", in))
	}
	if err := checkGroups(c.Groups, c.Filters, in); err != nil {
		return s.Fail(err)
	}
	w := c.window(in)
	if w.Positions(1, in[1]) < 1 {
		return s.Fail(mismatch(fmt.Sprintf("sequences of at least %d elements", w.Reach(1)-w.Before[1]-w.After[1]), in))
	}
	x = s.op(ir.Reshape{To: Shape{in[0], 1, in[1]}}, x)
	y := correlate(s, x, "kernel", w, c.Filters, c.Groups, c.Init, c.Penalty)
	y = biased(s, y, c.Filters, c.NoBias, nil)
	if y.err == nil {
		y = s.op(ir.Reshape{To: Shape{c.Filters, w.Positions(1, in[1])}}, y)
	}
	return activate(s, c.Activation, y)
}

// window is that of the image of one row.
func (c Conv1D) window(in Shape) ir.Window {
	w := slide([2]int{1, c.Kernel}, [2]int{1, max(c.Stride, 1)}, [2]int{1, max(c.Dilation, 1)}, c.Padding, Shape{in[0], 1, in[1]})
	w.Before[0], w.After[0] = 0, 0
	return w
}

func (c Conv1D) check() error {
	if err := firstError(
		wantNumber("Filters", c.Filters, ""), wantNumber("Kernel", c.Kernel, ""), wantNumber("Stride", c.Stride, "1"),
		wantNumber("Dilation", c.Dilation, "1"), wantNumber("Groups", c.Groups, "1"),
	); err != nil {
		return err
	}
	sides := c.Padding.sides()
	switch {
	case c.Padding.huge():
		return wantPadding("Padding", c.Padding)
	case !c.Padding.valid() || !c.Padding.plain() && (sides[0] != 0 || sides[1] != 0):
		return badField("Padding", "Valid, Same, a number of elements or Pads(0, 0, before, after)", c.Padding)
	}
	return nil
}

// Explain shows the output's length, the weights and the multiply-adds.
func (c Conv1D) Explain(in Shape) Arithmetic {
	w, row := c.window(in), Shape{in[0], 1, in[1]}
	length := "length" + strings.TrimPrefix(explainSides(w, row)[1], "width")
	return Arithmetic{Lines: append([]string{length}, explainConv(w, row, c.Filters, in[0]/max(c.Groups, 1), c.NoBias)...)}
}
