package graph

import "euryale/internal/ir"

// Crop2D cuts the margin of each image off.
//
// Input (N, C, H, W); output (N, C, H-top-bottom, W-left-right).
type Crop2D struct {
	Cropping Padding // pixels on each side, or Pads(top, bottom, left, right); 0 cuts nothing
}

var _ Explainer = Crop2D{}

func (c Crop2D) String() string { return Literal(c) }

// Build wants an image of which something is left.
func (c Crop2D) Build(s *Scope, x *Value) *Value {
	if err := wantMargin("Cropping", c.Cropping); err != nil {
		return s.Fail(err)
	}
	before, after := c.Cropping.margins()
	return s.op(ir.Crop{Before: before, After: after}, x)
}

// Explain shows the output's sides.
func (c Crop2D) Explain(in Shape) Arithmetic { return c.Cropping.explain("-", -1, in) }
