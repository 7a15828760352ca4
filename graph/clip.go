package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Clip is min(max(x, Low), High). Its gradient is 0 where it is cut. One end is
// open with an infinity:
//
//	graph.Clip{Low: 0, High: 1}
//	graph.Clip{Low: -1, High: math.Inf(1)}
type Clip struct {
	Low, High float64 // Low at most High
}

var _ Layer = Clip{}

func (c Clip) String() string { return Literal(c) }

// Build takes any shape.
func (c Clip) Build(s *Scope, x *Value) *Value {
	if !(c.Low <= c.High) {
		return s.Fail(badField("Low", "of at most High", fmt.Sprintf("%v and %v", c.Low, c.High)))
	}
	return s.op(ir.Unary{F: ir.Clip, Slope: c.Low, Offset: c.High}, x)
}
