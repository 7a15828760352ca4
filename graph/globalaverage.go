package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// GlobalAverage is the mean of each channel over the image: Lin, Chen & Yan,
// arXiv:1312.4400.
//
// Input (N, C, H, W); output (N, C).
type GlobalAverage struct{}

var _ Explainer = GlobalAverage{}

func (g GlobalAverage) String() string { return Literal(g) }

// Build wants an image.
func (g GlobalAverage) Build(s *Scope, x *Value) *Value { return s.op(ir.MeanImage{}, x) }

// Explain shows what is averaged.
func (g GlobalAverage) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("the mean of %d·%d pixels of each of %d channels", in[1], in[2], in[0])}}
}
