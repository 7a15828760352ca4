package graph

import (
	"fmt"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// Loss is what training makes small.
type Loss interface {
	fmt.Stringer

	// Target is the element type and shape of the targets of n samples, for
	// an output of shape out a sample and type dt.
	Target(n int, out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error)

	// Encode writes the targets of samples with the given class labels.
	Encode(labels []int, target *tensor.Dense) error

	// Declare adds the loss to the graph: a scalar, the mean over the batch.
	Declare(output, target *G.Node) (*G.Node, error)
}

// SparseCategoricalCrossEntropy is the mean of -log p[label], where p is the softmax of the network's
// logits: the output of its last layer or, where that ends in Softmax, what
// the Softmax is taken of. It is finite for any finite logits.
//
// Output (N, K); target (N), integers in [0, K).
type SparseCategoricalCrossEntropy struct{}

var _ Loss = SparseCategoricalCrossEntropy{}

func (l SparseCategoricalCrossEntropy) String() string { return literal(l) }

// Target is one integer a sample.
func (l SparseCategoricalCrossEntropy) Target(n int, out Shape, _ tensor.Dtype) (tensor.Dtype, Shape, error) {
	if len(out) != 1 {
		return tensor.Int, nil, mismatch("one value a class (N, K)", out)
	}
	return tensor.Int, Shape{n}, nil
}

// Encode copies the labels.
func (l SparseCategoricalCrossEntropy) Encode(labels []int, target *tensor.Dense) error {
	into := target.Data().([]int)
	if len(labels) != len(into) {
		return errors.Errorf("%v: want %d labels, got %d", l, len(into), len(labels))
	}
	copy(into, labels)
	return nil
}

// Declare adds the cross-entropy of the logits.
func (l SparseCategoricalCrossEntropy) Declare(output, target *G.Node) (*G.Node, error) {
	return engine.SoftmaxCrossEntropy(engine.Logits(output), target)
}

// MeanSquaredError is the mean of (output - target)² over all values of the batch.
//
// Output and target (N, …) of one shape. Labels are encoded one-hot.
type MeanSquaredError struct{}

var _ Loss = MeanSquaredError{}

func (l MeanSquaredError) String() string { return literal(l) }

// Target has the output's shape.
func (l MeanSquaredError) Target(n int, out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	return dt, batched(n, out), nil
}

// Encode writes 1 at each sample's label and 0 elsewhere.
func (l MeanSquaredError) Encode(labels []int, target *tensor.Dense) error {
	shape := target.Shape()
	if len(shape) != 2 || shape[0] != len(labels) {
		return errors.Errorf("%v: want targets (%d, K) to encode %d labels, got %v", l, len(labels), len(labels), shape)
	}
	target.Zero()
	for i, label := range labels {
		if label < 0 || label >= shape[1] {
			return errors.Errorf("%v: label %d of the batch: want 0 to %d, got %d", l, i, shape[1]-1, label)
		}
		switch d := target.Data().(type) {
		case []float32:
			d[i*shape[1]+label] = 1
		case []float64:
			d[i*shape[1]+label] = 1
		}
	}
	return nil
}

// Declare adds the mean of the squared differences.
func (l MeanSquaredError) Declare(output, target *G.Node) (*G.Node, error) {
	d, err := G.Sub(output, target)
	if err != nil {
		return nil, err
	}
	if d, err = G.Square(d); err != nil {
		return nil, err
	}
	return G.Mean(d)
}
