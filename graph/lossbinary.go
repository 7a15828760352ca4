package graph

import (
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// BinaryCrossEntropy is the mean over all values of the batch of
//
//	-target·log p - (1-target)·log(1-p), p = 1/(1+exp(-z))
//
// of the network's logits z: of its output or, where that is a Sigmoid, of what
// it is taken of. Each value answers a question of its own, as where an image
// has several labels. It is finite for any finite logits.
//
// Output and target (N, K, …) of one shape, targets from 0 to 1: others are an
// error of Run.
type BinaryCrossEntropy struct {
	// LabelSmoothing draws targets to 1/2, as in Keras:
	// target·(1-LabelSmoothing) + LabelSmoothing/2. From 0 to below 1.
	LabelSmoothing float64

	// PositiveWeights is how much a target of 1 counts, one a channel, as
	// PyTorch's pos_weight; nil means 1 each.
	PositiveWeights []float64
}

var _ Loss = BinaryCrossEntropy{}

func (l BinaryCrossEntropy) String() string { return Literal(l) }

// Target has the output's shape.
func (l BinaryCrossEntropy) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	if err := checkSmoothing(l.LabelSmoothing); err != nil {
		return dt, nil, err
	}
	return dt, out.Clone(), checkRates("PositiveWeights", "channels", channelsOf(out), l.PositiveWeights)
}

// channelsOf is how many a shape has.
func channelsOf(s Shape) int {
	if len(s) == 0 {
		return 1
	}
	return s[0]
}

// Build takes the cross-entropy of the logits.
func (l BinaryCrossEntropy) Build(s *Scope, output, target *Value) *Value {
	return s.lossOp(ir.BinaryCrossEntropy{LabelSmoothing: l.LabelSmoothing, PositiveWeights: l.PositiveWeights}, unsquashed(output), target)
}

// unsquashed is what an output is the Sigmoid of, and itself if it is none.
func unsquashed(output *Value) *Value {
	at := unshaped(output.v)
	if at.Op != ir.Op(ir.Unary{F: ir.Sigmoid}) {
		return output
	}
	return &Value{v: at.In[0], scope: output.scope}
}
