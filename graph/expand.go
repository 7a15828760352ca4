package graph

import (
	"fmt"
	"slices"

	"euryale/internal/ir"
)

// Expand repeats each sample along its sides of 1, and along axes before its
// first, so that it has a shape, as NumPy's broadcast_to does.
//
// Input (N, …); output (N, To).
type Expand struct {
	To Shape // of a sample, without the batch
}

var _ Layer = Expand{}

func (l Expand) String() string { return Literal(l) }

// Build wants sides that are those of To, or 1.
func (l Expand) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := wantShape("To", l.To); err != nil {
		return s.Fail(err)
	}
	to, ok := ir.BroadcastShapes(in, l.To.Clone())
	if !ok || !slices.Equal(to, l.To) {
		return s.Fail(mismatch(fmt.Sprintf("a shape that broadcasts to %v, each side equal or 1 from the last on", l.To), in))
	}
	if from := widened(in, len(to)); len(from) > len(in) {
		x, in = s.op(ir.Reshape{To: from}, x), from
	}
	axes := make([][]int, len(to))
	for i, n := range to {
		if in[i] != n {
			axes[i] = make([]int, n)
		}
	}
	return s.op(ir.Select{Name: "expand", Axes: axes}, x)
}
