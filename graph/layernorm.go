package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// LayerNorm normalises each sample by itself, in training as in inference: Ba,
// Kiros & Hinton, arXiv:1607.06450.
//
//	y = scale·(x-μ)/√(σ²+Epsilon) + shift
//
// μ and σ² are the mean and the (biased) variance of the channels of each pixel,
// as Keras' LayerNormalization over the last axis of images (N, H, W, C) has it;
// with Whole, of all channels and pixels of the sample, as PyTorch's LayerNorm
// over (C, H, W). Keras' Epsilon is 0.001, PyTorch's 0.00001. Of vectors both
// are the same.
//
// Input (N, C, H, W) or (N, C); output the same. Weights: scale and shift (C),
// with Whole of the shape of a sample.
type LayerNorm struct {
	Epsilon float64 // 0 means 0.001
	Whole   bool    // normalise the pixels together, with a scale and a shift for each value
	NoScale bool    // scale is 1
	NoShift bool    // shift is 0
}

var _ Explainer = LayerNorm{}

func (l LayerNorm) String() string { return Literal(l) }

// Build wants channels.
func (l LayerNorm) Build(s *Scope, x *Value) *Value {
	n := sampleNorm{ir.SampleNorm{Epsilon: l.Epsilon, NoScale: l.NoScale, NoShift: l.NoShift}, nil}
	if l.Whole {
		n.op.Groups, n.weights = 1, x.Shape()
	}
	return n.build(s, x)
}

// Explain shows the parameters.
func (l LayerNorm) Explain(in Shape) Arithmetic {
	each := in[:1]
	if l.Whole {
		each = in
	}
	return scaleAndShift(each.TotalSize(), l.NoScale, l.NoShift)
}

// sampleNorm is what the layers have in common that normalise samples.
type sampleNorm struct {
	op      ir.SampleNorm
	weights Shape // of scale and shift; nil means one for each channel
}

func (n sampleNorm) build(s *Scope, x *Value) *Value {
	if err := checkEpsilon(n.op.Epsilon); err != nil {
		return s.Fail(err)
	}
	if n.op.Epsilon == 0 {
		n.op.Epsilon = 1e-3
	}
	in := x.Shape()
	if len(in) != 1 && len(in) != 3 { // before weights are asked for
		return s.Fail(mismatch("an image (N, C, H, W) or vectors (N, C)", in))
	}
	if n.weights == nil {
		n.weights = in[:1]
	}
	return s.op(n.op, append([]*Value{x}, scales(s, n.weights, n.op.NoScale, n.op.NoShift)...)...)
}

// scales are the weights of a norm that it has.
func scales(s *Scope, shape Shape, noScale, noShift bool) []*Value {
	var weights []*Value
	if !noScale {
		weights = append(weights, s.Weight("scale", shape, Ones))
	}
	if !noShift {
		weights = append(weights, s.Weight("shift", shape, Zeros))
	}
	return weights
}

// checkEpsilon reports an epsilon that is none.
func checkEpsilon(epsilon float64) error {
	if !(epsilon >= 0) || epsilon-epsilon != 0 {
		return badField("Epsilon", "of at least 0", epsilon)
	}
	return nil
}

// scaleAndShift is the arithmetic of n scales and shifts.
func scaleAndShift(n int, noScale, noShift bool) Arithmetic {
	switch {
	case noScale && noShift:
		return Arithmetic{}
	case noScale:
		return Arithmetic{Lines: []string{fmt.Sprintf("shift %d", n)}}
	case noShift:
		return Arithmetic{Lines: []string{fmt.Sprintf("scale %d", n)}}
	}
	return Arithmetic{Lines: []string{fmt.Sprintf("scale and shift 2·%d", n)}}
}
