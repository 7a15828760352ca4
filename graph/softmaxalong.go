package graph

import "euryale/internal/ir"

// SoftmaxAlong is exp(x[k])/Σ exp(x[j]) along one axis of each sample. Softmax is
// that along the channels.
//
// Input (N, …); output the same.
type SoftmaxAlong struct {
	Axis int  // counted from 0 without the batch, below 0 from the end: -1 is the last
	Log  bool // its logarithm, finite where x is
}

var _ Layer = SoftmaxAlong{}

func (l SoftmaxAlong) String() string { return Literal(l) }

// Build wants the axis.
func (l SoftmaxAlong) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	axis, err := wantAxis("Axis", l.Axis, in)
	if err != nil {
		return s.Fail(err)
	}
	switch channels := axis == 0 && (len(in) == 1 || len(in) == 3); { // which losses know
	case channels && l.Log:
		return s.op(ir.LogSoftmax{}, x)
	case channels:
		return s.op(ir.Softmax{}, x)
	}
	return s.op(ir.SoftmaxAlong{Axis: axis, Log: l.Log}, x)
}
