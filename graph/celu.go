package graph

import "euryale/internal/ir"

// CELU is x where x > 0 and Alpha·(exp(x/Alpha)-1) elsewhere: Barron,
// arXiv:1704.07483. Its gradient at 0 is 1.
type CELU struct {
	Alpha float64 // above 0: -Alpha is the limit at -∞; 0 means 1
}

var _ Layer = CELU{}

func (c CELU) String() string { return Literal(c) }

// Build takes any shape.
func (c CELU) Build(s *Scope, x *Value) *Value {
	alpha, err := aboveZero("Alpha", c.Alpha, 1)
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.CELU, Slope: alpha}, x)
}
