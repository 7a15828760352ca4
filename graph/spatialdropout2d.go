package graph

import "euryale/internal/ir"

// SpatialDropout2D is a Dropout of whole channels of an image: Tompson et al.,
// arXiv:1411.4280. Neighbouring pixels tell much of each other, so that one of
// them alone is not missed. It is PyTorch's Dropout2d.
//
// Input (N, C, H, W); output the same.
type SpatialDropout2D struct {
	Rate float64 // the share of channels that is dropped, from 0, which is none, to below 1
}

var _ Explainer = SpatialDropout2D{}

func (d SpatialDropout2D) String() string { return Literal(d) }

// Build wants an image.
func (d SpatialDropout2D) Build(s *Scope, x *Value) *Value {
	if len(x.Shape()) != 3 {
		return s.Fail(mismatch("an image (N, C, H, W)", x.Shape()))
	}
	return dropped(s, x, ir.Dropout{Rate: d.Rate, Spatial: true})
}

// Explain shows what is dropped.
func (d SpatialDropout2D) Explain(in Shape) Arithmetic {
	return whatIsDropped(values(in[0], "channel"), d.Rate)
}
