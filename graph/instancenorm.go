package graph

import "euryale/internal/ir"

// InstanceNorm normalises each channel of each image, in training as in
// inference: Ulyanov, Vedaldi & Lempitsky, arXiv:1607.08022.
//
//	y = scale·(x-μ)/√(σ²+Epsilon) + shift
//
// μ and σ² are the mean and the (biased) variance of the channel's pixels. It is
// Keras' GroupNormalization with a group for each channel, Epsilon 0.001.
// PyTorch's InstanceNorm2d has Epsilon 0.00001 and, unless affine is set, neither
// scale nor shift.
//
// Input (N, C, H, W), or (N, C, …), of more than one pixel; output the same. Weights: scale (C),
// shift (C).
type InstanceNorm struct {
	Epsilon float64 // 0 means 0.001
	NoScale bool    // scale is 1
	NoShift bool    // shift is 0
}

var _ Explainer = InstanceNorm{}

func (i InstanceNorm) String() string { return Literal(i) }

// Build wants channels of pixels.
func (i InstanceNorm) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if len(in) < 2 || in.TotalSize() == in[0] {
		return s.Fail(mismatch("an image (N, C, H, W) of more than one pixel", in))
	}
	return sampleNorm{ir.SampleNorm{Epsilon: i.Epsilon, Groups: in[0], NoScale: i.NoScale, NoShift: i.NoShift}, nil}.build(s, x)
}

// Explain shows the parameters.
func (i InstanceNorm) Explain(in Shape) Arithmetic { return scaleAndShift(in[0], i.NoScale, i.NoShift) }
