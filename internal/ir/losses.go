package ir

import "fmt"

// A loss is a scalar of the whole batch: its shape is empty.

// CrossEntropy is the mean over the batch of -log softmax(x)[label], of logits
// x (K) and a label.
type CrossEntropy struct{}

func (CrossEntropy) String() string { return "softmax cross-entropy" }

// Infer wants a vector.
func (CrossEntropy) Infer(in []Shape) (Shape, error) {
	if len(in[0]) != 1 {
		return nil, mismatch("one value a class (N, K)", in[0])
	}
	return Shape{}, nil
}

// SquaredError is the mean over the batch and all values of (x - target)².
type SquaredError struct{}

func (SquaredError) String() string { return "squared error" }

// Infer wants two inputs of one shape.
func (SquaredError) Infer(in []Shape) (Shape, error) {
	if !in[0].Eq(in[1]) {
		return nil, &Mismatch{"a target like the output", printShapes(in)}
	}
	return Shape{}, nil
}

// Total is Σ Weights[i]·in[i] of losses.
type Total struct{ Weights []float64 }

func (t Total) String() string { return fmt.Sprintf("sum of losses × %v", t.Weights) }

// Infer is a scalar.
func (Total) Infer([]Shape) (Shape, error) { return Shape{}, nil }
