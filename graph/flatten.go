package graph

import (
	"fmt"
	"strings"

	"euryale/internal/ir"
)

// Flatten makes a vector of each sample, in (C, H, W) order.
//
// Input (N, …); output (N, K), K the product of the input's dimensions.
type Flatten struct{}

var _ Explainer = Flatten{}

func (f Flatten) String() string { return Literal(f) }

// Build takes any shape.
func (f Flatten) Build(s *Scope, x *Value) *Value {
	return s.op(ir.Reshape{To: Shape{x.Shape().TotalSize()}}, x)
}

// Explain shows the product.
func (f Flatten) Explain(in Shape) Arithmetic {
	sides := strings.Trim(strings.Join(strings.Fields(fmt.Sprint([]int(in))), "·"), "[]")
	return Arithmetic{Lines: []string{fmt.Sprintf("%s = %s values", sides, group(in.TotalSize()))}}
}
