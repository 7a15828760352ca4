package graph

import (
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// CategoricalCrossEntropy is the mean of -Σ target[k]·log p[k], where p is the
// softmax of the network's logits: of its output or, where that is a Softmax or
// a LogSoftmax, of what it is taken of. It is finite for any finite logits.
//
// Output and target (N, K), or of each pixel (N, K, H, W). Labels become targets
// of 1 and 0. Targets need not add up to 1.
type CategoricalCrossEntropy struct {
	// LabelSmoothing is the share of each target that is spread over all
	// classes, from 0 to below 1.
	LabelSmoothing float64
}

var _ Loss = CategoricalCrossEntropy{}

func (l CategoricalCrossEntropy) String() string { return Literal(l) }

// Target has the output's shape.
func (l CategoricalCrossEntropy) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	if _, _, err := labelTarget(out); err != nil {
		return dt, nil, err
	}
	return dt, out.Clone(), checkSmoothing(l.LabelSmoothing)
}

// Build takes the cross-entropy of the logits.
func (l CategoricalCrossEntropy) Build(s *Scope, output, target *Value) *Value {
	return s.crossEntropy(ir.DenseCrossEntropy{LabelSmoothing: l.LabelSmoothing}, output, target)
}
