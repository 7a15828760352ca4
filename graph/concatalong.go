package graph

import "euryale/internal/ir"

// ConcatAlong puts values behind one another along an axis of a sample, which is
// the only one along which their shapes may differ. Concat is that along the
// first.
//
//	graph.Join(graph.ConcatAlong{Axis: -1}, left, right) // images side by side
type ConcatAlong struct {
	Axis int // counted from 0 without the batch, below 0 from the end
}

var _ Joiner = ConcatAlong{}

func (c ConcatAlong) String() string { return Literal(c) }

// Join wants shapes that differ along the axis alone.
func (c ConcatAlong) Join(s *Scope, x []*Value) *Value {
	axis, err := wantAxis("Axis", c.Axis, x[0].Shape())
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Concat{Axis: axis}, x...)
}
