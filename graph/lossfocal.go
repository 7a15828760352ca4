package graph

import (
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// Focal is the mean of -Alpha·(1-p)^Gamma·log p, p being the probability of the
// label: what is right already counts little. Lin et al., arXiv:1708.02002. p is
// the softmax of the logits, as in SparseCategoricalCrossEntropy.
//
// Output (N, K); target (N), integers in [0, K). Or of each pixel: output
// (N, K, H, W), target (N, H, W).
type Focal struct {
	Gamma float64 // 0 means 2; a SparseCategoricalCrossEntropy has none
	Alpha float64 // 0 means 0.25, as in Keras; 1 is PyTorch's usual form
}

// BinaryFocal is the mean over all values of the batch of
// (1-p)^Gamma·BinaryCrossEntropy, p being the probability of the target.
//
// Output and target (N, K, …) of one shape, targets from 0 to 1: others are an
// error of Run.
type BinaryFocal struct {
	Gamma float64 // 0 means 2
	Alpha float64 // how much a target of 1 counts, against 1-Alpha of 0: 0.25 in the paper; 0 means that both count 1
}

var _, _ Loss = Focal{}, BinaryFocal{}

func (l Focal) String() string       { return Literal(l) }
func (l BinaryFocal) String() string { return Literal(l) }

// Target is one integer a sample, or a pixel.
func (l Focal) Target(out Shape, _ tensor.Dtype) (tensor.Dtype, Shape, error) {
	dt, shape, err := labelTarget(out)
	if err == nil {
		_, err = aboveZero("Gamma", l.Gamma, 2)
	}
	if err == nil {
		_, err = aboveZero("Alpha", l.Alpha, 0.25)
	}
	return dt, shape, err
}

// Build takes the loss of the logits.
func (l Focal) Build(s *Scope, output, target *Value) *Value {
	o := ir.CrossEntropy{Focal: true}
	o.Gamma, _ = aboveZero("Gamma", l.Gamma, 2)
	o.Alpha, _ = aboveZero("Alpha", l.Alpha, 0.25)
	return s.crossEntropy(o, output, target)
}

// Target has the output's shape.
func (l BinaryFocal) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	if !(l.Alpha >= 0 && l.Alpha <= 1) {
		return dt, nil, badField("Alpha", "from 0 to 1", l.Alpha)
	}
	_, err := aboveZero("Gamma", l.Gamma, 2)
	return dt, out.Clone(), err
}

// Build takes the loss of the logits.
func (l BinaryFocal) Build(s *Scope, output, target *Value) *Value {
	o := ir.BinaryCrossEntropy{Focal: true, Alpha: l.Alpha}
	o.Gamma, _ = aboveZero("Gamma", l.Gamma, 2)
	return s.lossOp(o, unsquashed(output), target)
}
