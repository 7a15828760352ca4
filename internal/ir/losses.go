package ir

import (
	"fmt"
	"slices"
)

// A loss is a scalar of the whole batch: its shape is empty. Its inputs are what
// the network says, the target and, unless there is none, the samples' Weights.

// Weights is how much each sample counts.
type Weights struct{ Name string }

func (w Weights) String() string               { return "sample weights " + w.Name }
func (w Weights) Infer([]Shape) (Shape, error) { return nil, nil }

// CrossEntropy is the mean over the batch of -log softmax(x)[label], of logits
// x (K), or of the channels of each pixel (K, H, W), and a label each.
type CrossEntropy struct {
	LabelSmoothing float64
	ClassWeights   []float64
	Ignore         []int
	Focal          bool // times Alpha·(1-p)^Gamma
	Gamma, Alpha   float64
}

func (c CrossEntropy) String() string {
	if c.Focal {
		return fmt.Sprintf("focal softmax cross-entropy %v", c.Gamma)
	}
	return "softmax cross-entropy"
}

// Infer wants classes.
func (CrossEntropy) Infer(in []Shape) (Shape, error) { return overClasses(in) }

// DenseCrossEntropy is the same for targets that are a probability for each
// class.
type DenseCrossEntropy struct{ LabelSmoothing float64 }

func (DenseCrossEntropy) String() string { return "softmax cross-entropy with probabilities" }

// Infer wants classes, and a target like them.
func (DenseCrossEntropy) Infer(in []Shape) (Shape, error) {
	if _, err := overClasses(in); err != nil {
		return nil, err
	}
	return likeTarget(in)
}

func overClasses(in []Shape) (Shape, error) {
	if len(in[0]) != 1 && len(in[0]) != 3 {
		return nil, mismatch("one value a class (N, K), or a pixel and class (N, K, H, W)", in[0])
	}
	return Shape{}, nil
}

// BinaryCrossEntropy is the mean over the batch and all values of
// -log logistic(x) where the target is 1, and of -log(1-logistic(x)) where it is
// 0.
type BinaryCrossEntropy struct {
	LabelSmoothing  float64
	PositiveWeights []float64
	Focal           bool
	Gamma, Alpha    float64
}

func (b BinaryCrossEntropy) String() string {
	if b.Focal {
		return fmt.Sprintf("focal binary cross-entropy %v", b.Gamma)
	}
	return "binary cross-entropy"
}

// Infer wants two inputs of one shape.
func (BinaryCrossEntropy) Infer(in []Shape) (Shape, error) { return likeTarget(in) }

// Cost is what a difference costs.
type Cost string

// The costs.
const (
	Squared  Cost = "squared error"
	Absolute Cost = "absolute error"
	Huber    Cost = "Huber's error" // squared within ±Delta
)

// Difference is the mean over the batch and all values of what x - target costs.
type Difference struct {
	Cost  Cost
	Delta float64 // of Huber
}

func (d Difference) String() string { return string(d.Cost) }

// Infer wants two inputs of one shape.
func (Difference) Infer(in []Shape) (Shape, error) { return likeTarget(in) }

func likeTarget(in []Shape) (Shape, error) {
	if !slices.Equal(in[0], in[1]) {
		return nil, &Mismatch{"a target like the output", printShapes(in[:2])}
	}
	return Shape{}, nil
}

// Penalty is L1·Σ|w| + L2·Σw² of a parameter.
type Penalty struct{ L1, L2 float64 }

func (p Penalty) String() string {
	switch {
	case p.L1 == 0:
		return fmt.Sprintf("%v·Σw²", p.L2)
	case p.L2 == 0:
		return fmt.Sprintf("%v·Σ|w|", p.L1)
	}
	return fmt.Sprintf("%v·Σ|w| + %v·Σw²", p.L1, p.L2)
}

// Infer is a scalar.
func (Penalty) Infer([]Shape) (Shape, error) { return Shape{}, nil }

// Total is Σ Weights[i]·in[i] of losses.
type Total struct{ Weights []float64 }

func (t Total) String() string { return fmt.Sprintf("sum of losses × %v", t.Weights) }

// Infer is a scalar.
func (Total) Infer([]Shape) (Shape, error) { return Shape{}, nil }
