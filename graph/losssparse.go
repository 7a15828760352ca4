package graph

import (
	"slices"

	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// SparseCategoricalCrossEntropy is the mean of -log p[label], where p is the
// softmax of the network's logits: of its output or, where that is a Softmax or
// a LogSoftmax, of what it is taken of. It is finite for any finite logits.
//
// Output (N, K); target (N), integers in [0, K). Or of each pixel: output
// (N, K, H, W), target (N, H, W).
type SparseCategoricalCrossEntropy struct {
	// LabelSmoothing is the share of each target that is spread over all
	// classes, from 0 to below 1: Szegedy et al., arXiv:1512.00567.
	LabelSmoothing float64

	// ClassWeights is how much each class counts, one of K; nil means 1
	// each. The sum is divided by the number of samples, as in Keras, not by
	// that of their weights, as in PyTorch. Package train leaves them out of
	// validation and evaluation.
	ClassWeights []float64

	// Ignore are labels that do not count, in the sum or in the number that
	// divides it, whether in [0, K) or not: []int{-1}. nil means none. Where
	// nothing counts, the loss is 0.
	Ignore []int
}

var _ Loss = SparseCategoricalCrossEntropy{}

func (l SparseCategoricalCrossEntropy) String() string { return Literal(l) }

// Target is one integer a sample, or a pixel.
func (l SparseCategoricalCrossEntropy) Target(out Shape, _ tensor.Dtype) (tensor.Dtype, Shape, error) {
	dt, shape, err := labelTarget(out)
	if err == nil {
		err = checkSmoothing(l.LabelSmoothing)
	}
	if err == nil {
		err = checkRates("ClassWeights", "classes", out[0], l.ClassWeights)
	}
	if err == nil && len(l.ClassWeights) > 0 && slices.Max(l.ClassWeights) == 0 {
		err = badField("ClassWeights", "of which one at least is above 0", l.ClassWeights)
	}
	return dt, shape, err
}

// labelTarget is an integer for each vector of an output, or pixel.
func labelTarget(out Shape) (tensor.Dtype, Shape, error) {
	if len(out) != 1 && len(out) != 3 {
		return tensor.Int, nil, mismatch("one value a class (N, K), or a pixel and class (N, K, H, W)", out)
	}
	return tensor.Int, append(Shape{}, out[1:]...), nil
}

// Build takes the cross-entropy of the logits.
func (l SparseCategoricalCrossEntropy) Build(s *Scope, output, target *Value) *Value {
	return s.crossEntropy(ir.CrossEntropy{LabelSmoothing: l.LabelSmoothing, ClassWeights: l.ClassWeights, Ignore: l.Ignore}, output, target)
}

// crossEntropy is a loss of the logits behind an output.
func (s *Scope) crossEntropy(o ir.Op, output, target *Value) *Value {
	z, err := logits(output.v)
	if err != nil {
		return s.Fail(err)
	}
	return s.lossOp(o, &Value{v: z, scope: s}, target)
}

// Counts reports whether a sample of this label counts.
func (l SparseCategoricalCrossEntropy) Counts(label int) bool {
	return !slices.Contains(l.Ignore, label)
}
