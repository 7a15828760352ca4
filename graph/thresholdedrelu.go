package graph

import "euryale/internal/ir"

// ThresholdedReLU is x where x > Alpha and 0 elsewhere: Konda, Memisevic &
// Krueger, arXiv:1402.3337. ONNX' default of Alpha is 1.
type ThresholdedReLU struct {
	Alpha float64 // 0 is ReLU
}

var _ Layer = ThresholdedReLU{}

func (r ThresholdedReLU) String() string { return Literal(r) }

// Build takes any shape.
func (r ThresholdedReLU) Build(s *Scope, x *Value) *Value {
	if err := wantFinite("Alpha", r.Alpha); err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.Threshold, Slope: r.Alpha}, x)
}
