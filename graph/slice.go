package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Slice keeps what lies from From to To, without To, along one axis, as
// x[…, From:To:Step, …] does in NumPy. Several outputs of a split are several
// Slices.
//
//	graph.Slice{To: 8}             // the first eight channels
//	graph.Slice{From: -1}          // the last one
//	graph.Slice{Axis: 2, Step: 2}  // every second column of pixels
//
// Input (N, …); output of the same shape but for the axis.
type Slice struct {
	Axis int // counted from 0 without the batch: 0 are the channels
	From int // the first that is kept; below 0, so many from the end
	To   int // the first that is not; 0, or below, so many from the end
	Step int // 0 means 1
}

var _ Explainer = Slice{}

func (l Slice) String() string { return Literal(l) }

// Build wants something to be left, and From and To within the axis.
func (l Slice) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if l.Axis < 0 || l.Axis >= len(in) {
		return s.Fail(badField("Axis", fmt.Sprintf("from 0 to %d", len(in)-1), l.Axis))
	}
	n := in[l.Axis]
	from, to := l.bounds(n)
	switch {
	case wantNumber("Step", l.Step, "1") != nil:
		return s.Fail(wantNumber("Step", l.Step, "1"))
	case from < 0 || from >= n:
		return s.Fail(badField("From", fmt.Sprintf("from %d to %d, for axis %d of %d", -n, n-1, l.Axis, n), l.From))
	case to <= from || to > n:
		return s.Fail(badField("To", fmt.Sprintf("behind From and of at most %d, the size of axis %d", n, l.Axis), l.To))
	}
	return s.op(l.op(n), x)
}

// bounds are From and To, counted from the start of n.
func (l Slice) bounds(n int) (from, to int) {
	from, to = l.From, l.To
	if from < 0 {
		from += n
	}
	if to <= 0 {
		to += n
	}
	return from, to
}

func (l Slice) op(n int) ir.Slice {
	from, to := l.bounds(n)
	step := max(l.Step, 1)
	return ir.Slice{Axis: l.Axis, From: from, Count: (to - from + step - 1) / step, Step: step}
}

// Explain shows what is kept.
func (l Slice) Explain(in Shape) Arithmetic {
	op := l.op(in[l.Axis])
	return Arithmetic{Lines: []string{fmt.Sprintf("%d of %d along axis %d, from %d on", op.Count, in[l.Axis], op.Axis, op.From)}}
}
