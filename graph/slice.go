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
//	graph.Slice{Axis: -1, Step: -1} // the image mirrored
//
// Input (N, …); output of the same shape but for the axis.
type Slice struct {
	Axis int // counted from 0 without the batch: 0 are the channels; below 0 from the end
	From int // the first that is kept; below 0, so many from the end; with a Step below 0, 0 means the last
	To   int // the first that is not; 0, or below, so many from the end; with a Step below 0, 0 means to the first, it included
	Step int // 0 means 1; below 0, backwards
}

var _ Explainer = Slice{}

func (l Slice) String() string { return Literal(l) }

// Build wants something to be left, and From and To within the axis.
func (l Slice) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	axis, err := wantAxis("Axis", l.Axis, in)
	if err != nil {
		return s.Fail(err)
	}
	n := in[axis]
	from, to := l.bounds(n)
	switch {
	case l.Step <= -mostPixels || l.Step >= mostPixels:
		return s.Fail(badField("Step", "between -2³⁰ and 2³⁰", l.Step))
	case from < 0 || from >= n:
		return s.Fail(badField("From", fmt.Sprintf("from %d to %d, for axis %d of %d", -n, n-1, axis, n), l.From))
	case l.Step < 0 && (to >= from || to < -1):
		return s.Fail(badField("To", fmt.Sprintf("before From, from %d on, for axis %d of %d", -n, axis, n), l.To))
	case l.Step >= 0 && (to <= from || to > n):
		return s.Fail(badField("To", fmt.Sprintf("behind From and of at most %d, the size of axis %d", n, axis), l.To))
	}
	if l.Step < 0 {
		return l.backwards(s, x, axis, from, to)
	}
	return s.op(ir.Slice{Axis: axis, From: from, Count: l.count(n), Step: max(l.Step, 1)}, x)
}

// backwards is a Slice whose Step is below 0.
func (l Slice) backwards(s *Scope, x *Value, axis, from, to int) *Value {
	axes := make([][]int, len(x.Shape()))
	for at := from; at > to; at += l.Step {
		axes[axis] = append(axes[axis], at)
	}
	return s.op(ir.Select{Name: fmt.Sprintf("slice %d backwards from %d of axis %d", len(axes[axis]), from, axis), Axes: axes}, x)
}

// bounds are From and To, counted from the start of n.
func (l Slice) bounds(n int) (from, to int) {
	from, to = l.From, l.To
	if from < 0 || l.Step < 0 && from == 0 {
		from += n
	}
	if l.Step < 0 && l.From == 0 {
		from--
	}
	switch {
	case l.Step < 0 && to == 0:
		to = -1
	case to <= 0:
		to += n
	}
	return from, to
}

// count is how many of n are kept.
func (l Slice) count(n int) int {
	from, to := l.bounds(n)
	if step := l.Step; step < 0 {
		return (from - to - step - 1) / -step
	}
	step := max(l.Step, 1)
	return (to - from + step - 1) / step
}

// Explain shows what is kept.
func (l Slice) Explain(in Shape) Arithmetic {
	axis, _ := wantAxis("Axis", l.Axis, in)
	from, _ := l.bounds(in[axis])
	return Arithmetic{Lines: []string{fmt.Sprintf("%d of %d along axis %d, from %d on", l.count(in[axis]), in[axis], axis, from)}}
}
