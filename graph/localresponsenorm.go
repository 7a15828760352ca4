package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// LocalResponseNorm divides each number by what those of the channels around its
// own have at its place: Krizhevsky, Sutskever & Hinton, "ImageNet classification
// with deep convolutional neural networks", NIPS 2012.
//
//	y[c] = x[c]/(Bias + Alpha/Size·Σ x[k]²)^Beta
//
// over Size channels k, c in their middle and, where Size is even, one more behind
// it than before it, as in ONNX; PyTorch has one more before it. Beyond the first
// and the last there are none.
//
// Input (N, C, …); output the same.
type LocalResponseNorm struct {
	Size  int     // channels, at least 1; 0 means 5
	Alpha float64 // above 0; 0 means 0.0001
	Beta  float64 // above 0; 0 means 0.75
	Bias  float64 // above 0; 0 means 1
}

var _ Explainer = LocalResponseNorm{}

func (l LocalResponseNorm) String() string { return Literal(l) }

// Build takes any shape.
func (l LocalResponseNorm) Build(s *Scope, x *Value) *Value {
	alpha, err1 := aboveZero("Alpha", l.Alpha, 1e-4)
	beta, err2 := aboveZero("Beta", l.Beta, 0.75)
	bias, err3 := aboveZero("Bias", l.Bias, 1)
	if err := firstError(wantNumber("Size", l.Size, "5"), err1, err2, err3); err != nil {
		return s.Fail(err)
	}
	return s.op(ir.ResponseNorm{Size: l.size(), Alpha: alpha, Beta: beta, Bias: bias}, x)
}

func (l LocalResponseNorm) size() int {
	if l.Size == 0 {
		return 5
	}
	return l.Size
}

// Explain shows which channels count.
func (l LocalResponseNorm) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("each of %d channels by %d around it", in[0], l.size())}}
}
