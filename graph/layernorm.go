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
// are the same. With Last they are those of what lies along so many of the last
// axes, as PyTorch's over the last axis of (N, T, K) with 1, and ONNX'
// LayerNormalization by its axis.
//
// Input (N, C, …); output the same. Weights: scale and shift (C), with Whole of
// the shape of a sample, with Last of that of the axes.
type LayerNorm struct {
	Epsilon float64 // 0 means 0.001
	Whole   bool    // normalise the pixels together, with a scale and a shift for each value
	Last    int     // normalise so many of the last axes together, with a scale and a shift for each value along them; 0 means by Whole
	NoScale bool    // scale is 1
	NoShift bool    // shift is 0
}

var _ Explainer = LayerNorm{}

func (l LayerNorm) String() string { return Literal(l) }

// Build wants channels.
func (l LayerNorm) Build(s *Scope, x *Value) *Value {
	n := sampleNorm{ir.SampleNorm{Epsilon: l.Epsilon, NoScale: l.NoScale, NoShift: l.NoShift}, nil}
	in := x.Shape()
	switch {
	case l.Last < 0 || l.Last > len(in):
		return s.Fail(badField("Last", fmt.Sprintf("from 0 to %d, the axes of a sample", len(in)), l.Last))
	case l.Last > 0 && l.Whole:
		return s.Fail(badField("Last or Whole", "and not both", fmt.Sprintf("%d and %v", l.Last, l.Whole)))
	case l.Last > 0:
		n.op.Last, n.weights = l.Last, in[len(in)-l.Last:]
	case l.Whole:
		n.op.Groups, n.weights = 1, in
	}
	return n.build(s, x)
}

// Explain shows the parameters.
func (l LayerNorm) Explain(in Shape) Arithmetic {
	each := in[:1]
	switch {
	case l.Last > 0:
		each = in[len(in)-l.Last:]
	case l.Whole:
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
