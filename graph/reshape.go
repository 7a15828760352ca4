package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Reshape gives the values of each sample another shape, in their row-major
// order.
//
// Input (N, …); output (N, To), of as many values.
type Reshape struct {
	To Shape // of a sample, without the batch; one dimension may be -1: what is left for it
}

var _ Layer = Reshape{}

func (r Reshape) String() string { return Literal(r) }

// Build wants as many values as To has.
func (r Reshape) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	to, free, size := r.To.Clone(), -1, 1
	for i, d := range r.To {
		switch {
		case d == -1 && free < 0:
			free = i
		case d < 1 || d > mostValues/size:
			return s.Fail(badField("To", "dimensions of at least 1, or one of them -1", r.To))
		default:
			size *= d
		}
	}
	switch {
	case len(to) == 0:
		return s.Fail(badField("To", "a shape such as (16, 1, 1)", "()"))
	case free >= 0 && in.TotalSize()%size != 0:
		return s.Fail(mismatch(fmt.Sprintf("a multiple of %d values a sample", size), in))
	case free >= 0:
		to[free] = in.TotalSize() / size
	}
	return s.op(ir.Reshape{To: to}, x)
}
