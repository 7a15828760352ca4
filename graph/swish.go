package graph

import "euryale/internal/ir"

// Swish is x/(1+exp(-Alpha·x)): Ramachandran, Zoph & Le, arXiv:1710.05941, who
// call Alpha β. With 1 it is SiLU, and with 1.702 a GELU by the logistic function.
type Swish struct {
	Alpha float64 // 0 means 1
}

var _ Layer = Swish{}

func (w Swish) String() string { return Literal(w) }

// Build takes any shape.
func (w Swish) Build(s *Scope, x *Value) *Value {
	if err := wantFinite("Alpha", w.Alpha); err != nil {
		return s.Fail(err)
	}
	if w.Alpha == 0 || w.Alpha == 1 {
		return s.op(ir.Unary{F: ir.SiLU}, x)
	}
	return s.op(ir.Unary{F: ir.Swish, Slope: w.Alpha}, x)
}
