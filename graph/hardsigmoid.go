package graph

import "euryale/internal/ir"

// HardSigmoid is min(max(Slope·x + 1/2, 0), 1). Its gradient is 0 where it is
// cut. Keras (from version 3 on) and PyTorch have a Slope of 1/6, ONNX 0.2.
type HardSigmoid struct {
	Slope float64 // above 0; 0 means 1/6
}

var _ Layer = HardSigmoid{}

func (h HardSigmoid) String() string { return Literal(h) }

// Build takes any shape.
func (h HardSigmoid) Build(s *Scope, x *Value) *Value {
	slope, err := aboveZero("Slope", h.Slope, 1.0/6)
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.HardSigmoid, Slope: slope}, x)
}
