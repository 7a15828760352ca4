package graph

import "euryale/internal/ir"

// Pow is x^Exponent, and NaN where x is below 0 and Exponent no whole number. The
// joiner Power raises values to values.
type Pow struct {
	Exponent float64 // 0 makes 1 of everything
}

var _ Layer = Pow{}

func (p Pow) String() string { return Literal(p) }

// Build takes any shape.
func (p Pow) Build(s *Scope, x *Value) *Value {
	if err := wantFinite("Exponent", p.Exponent); err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.Power, Slope: p.Exponent}, x)
}
