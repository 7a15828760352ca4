package graph

import (
	"slices"

	"euryale/internal/ir"
)

// Permute puts the axes of each sample in another order, as Keras' Permute and
// NumPy's transpose do. Axes are counted from 0, without the batch: where Keras
// has (2, 3, 1) stands 1, 2, 0 here.
//
//	graph.Permute{Axes: []int{1, 2, 0}} // (N, C, H, W) → (N, H, W, C)
//
// Input (N, d0, d1, …); output (N, d at Axes[0], d at Axes[1], …).
type Permute struct {
	Axes []int // the input's axis that becomes the output's first, its second, …
}

var _ Layer = Permute{}

func (p Permute) String() string { return Literal(p) }

// Build wants each axis of x once.
func (p Permute) Build(s *Scope, x *Value) *Value {
	sorted := slices.Sorted(slices.Values(p.Axes))
	for i, a := range sorted {
		if i != a {
			return s.Fail(badField("Axes", "each number from 0 on once", p.Axes))
		}
	}
	if len(sorted) == 0 {
		return s.Fail(badField("Axes", "such as 1, 2, 0", "none"))
	}
	return s.op(ir.Transpose{Axes: slices.Clone(p.Axes)}, x)
}
