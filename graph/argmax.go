package graph

import "euryale/internal/ir"

// ArgMax is the place of the largest number along an axis of each sample, counted
// from 0, as a number of the network's type. NaN is larger than any number. It
// has no gradient: nothing below it can be trained through it.
//
// Input (N, …); output without the axis or, with Keep, with a side of 1.
type ArgMax struct {
	Axis int  // counted from 0 without the batch, below 0 from the end
	Keep bool // the axis stays, with one element; without it one axis must be left
	Last bool // of equal numbers the last, and not the first
}

var _ Layer = ArgMax{}

func (a ArgMax) String() string { return Literal(a) }

// Build wants the axis, and one that stays.
func (a ArgMax) Build(s *Scope, x *Value) *Value {
	axis, err := wantAxis("Axis", a.Axis, x.Shape())
	if err != nil {
		return s.Fail(err)
	}
	by := ir.ArgMax
	if a.Last {
		by = ir.ArgEnd
	}
	return s.op(ir.Reduce{By: by, Axes: []int{axis}, Keep: a.Keep}, x)
}
