package graph

import (
	"fmt"
	"slices"

	"euryale/internal/ir"
)

// Take picks what lies at some places along an axis of each sample, in any order
// and any number of times, as NumPy's take and ONNX' Gather with constant indices.
//
//	graph.Take{Indices: []int{2, 1, 0}} // RGB → BGR
//
// Input (N, …); output of the same shape but for the axis.
type Take struct {
	Axis    int   // counted from 0 without the batch, below 0 from the end
	Indices []int // counted from 0, below 0 from the end
}

var _ Layer = Take{}

func (l Take) String() string { return Literal(l) }

// Build wants places that the axis has.
func (l Take) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	axis, err := wantAxis("Axis", l.Axis, in)
	if err != nil {
		return s.Fail(err)
	}
	n := in[axis]
	places := slices.Clone(l.Indices)
	for i, at := range places {
		if at < -n || at >= n {
			return s.Fail(badField("Indices", fmt.Sprintf("from %d to %d, for axis %d of %d", -n, n-1, axis, n), at))
		}
		places[i] = (at + n) % n
	}
	if len(places) == 0 {
		return s.Fail(badField("Indices", "such as 0, 2", "none"))
	}
	axes := make([][]int, len(in))
	axes[axis] = places
	return s.op(ir.Select{Name: fmt.Sprintf("take %d of axis %d", len(places), axis), Axes: axes}, x)
}
