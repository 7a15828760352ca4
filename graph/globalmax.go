package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// GlobalMax is the largest value of each channel over the image. Where several
// are largest, the first, row by row, gets the gradient. NaN is larger than any
// number.
//
// Input (N, C, H, W); output (N, C).
type GlobalMax struct{}

var _ Explainer = GlobalMax{}

func (g GlobalMax) String() string { return Literal(g) }

// Build wants an image.
func (g GlobalMax) Build(s *Scope, x *Value) *Value { return s.op(ir.MaxImage{}, x) }

// Explain shows what is looked at.
func (g GlobalMax) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("the largest of %d·%d pixels of each of %d channels", in[1], in[2], in[0])}}
}
