package graph

import "euryale/internal/ir"

// ELU is x where x > 0 and Alpha·(exp(x)-1) elsewhere: Clevert, Unterthiner &
// Hochreiter, arXiv:1511.07289. Its gradient at 0 is Alpha.
type ELU struct {
	Alpha float64 // above 0: -Alpha is the limit at -∞; 0 means 1
}

var _ Layer = ELU{}

func (e ELU) String() string { return Literal(e) }

// Build takes any shape.
func (e ELU) Build(s *Scope, x *Value) *Value {
	alpha, err := aboveZero("Alpha", e.Alpha, 1)
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Unary{F: ir.ELU, Slope: alpha}, x)
}
