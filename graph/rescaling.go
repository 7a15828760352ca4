package graph

import "euryale/internal/ir"

// Rescaling is Scale·x + Offset, as Keras' layer of that name.
//
//	graph.Rescaling{Scale: 1. / 127.5, Offset: -1} // from 0…255 to -1…1
type Rescaling struct {
	Scale  float64 // 0 means 1
	Offset float64
}

var _ Layer = Rescaling{}

func (r Rescaling) String() string { return Literal(r) }

// Build takes any shape.
func (r Rescaling) Build(s *Scope, x *Value) *Value {
	if err := firstError(wantFinite("Scale", r.Scale), wantFinite("Offset", r.Offset)); err != nil {
		return s.Fail(err)
	}
	op := ir.Unary{F: ir.Line, Slope: r.Scale, Offset: r.Offset}
	if op.Slope == 0 {
		op.Slope = 1
	}
	return s.op(op, x)
}
