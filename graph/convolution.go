package graph

import (
	"fmt"

	"euryale/internal/decimal"
	"euryale/internal/ir"
)

// What the convolutions have in common.

// correlate puts a convolution with a weight of that name behind x.
func correlate(s *Scope, x *Value, name string, w ir.Window, filters, groups int, init Initializer, p Penalty) *Value {
	kernel := s.PenalizedWeight(name, Shape{filters, x.Shape()[0] / max(groups, 1), w.Kernel[0], w.Kernel[1]}, init, p)
	return s.op(ir.Conv{Window: w, Groups: severalOr0(groups)}, x, kernel)
}

// severalOr0 is how an op has a number of groups.
func severalOr0(groups int) int {
	if groups == 1 {
		return 0
	}
	return groups
}

// biased puts the bias and the activation behind a convolution.
func biased(s *Scope, y *Value, filters int, noBias bool, activation Layer) *Value {
	if !noBias {
		y = s.op(ir.Bias{}, y, s.Weight("bias", Shape{filters}, Zeros))
	}
	return activate(s, activation, y)
}

// checkWindow reports what keeps the fields of a convolution from being a
// window.
func checkWindow(kernel, stride, dilation Size, p Padding) error {
	return firstError(
		wantSize("Kernel", kernel, ""), wantSize("Stride", stride, "1"),
		wantSize("Dilation", dilation, "1"), wantPadding("Padding", p))
}

// checkGroups reports groups that the channels of an image or the filters
// cannot be cut into.
func checkGroups(groups, filters int, in Shape) error {
	if n := max(groups, 1); in[0]%n != 0 || filters%n != 0 {
		return badField("Groups", fmt.Sprintf("that divides %d channels and %d Filters", in[0], filters), groups)
	}
	return nil
}

// explainConv is the arithmetic of a convolution of which each filter sees so
// many channels.
func explainConv(w ir.Window, in Shape, filters, channels int, noBias bool) []string {
	h, v := w.Positions(0, in[1]), w.Positions(1, in[2])
	k, l := w.Kernel[0], w.Kernel[1]
	return []string{
		explainWeights(w, channels, filters, filters, noBias),
		fmt.Sprintf("multiply-adds: %d·%d·%d · %d·%d·%d = %s", h, v, filters, k, l, channels, group(h*v*filters*k*l*channels)),
	}
}

// explainWeights is the arithmetic of a kernel of so many channels and filters,
// and of a bias of so many values.
func explainWeights(w ir.Window, channels, filters, bias int, noBias bool) string {
	k, l := w.Kernel[0], w.Kernel[1]
	text := fmt.Sprintf("weights: %d·%d·%d·%d", k, l, channels, filters)
	count := k * l * channels * filters
	if !noBias {
		text += fmt.Sprintf("+%d", bias)
		count += bias
	}
	return fmt.Sprintf("%s = %s", text, group(count))
}

// group is n with commas between thousands.
func group(n int) string { return decimal.Group(int64(n)) }
