package graph

import (
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// MeanSquaredError is the mean of (output - target)² over all values of the
// batch.
//
// Output and target (N, …) of one shape.
type MeanSquaredError struct{}

// MeanAbsoluteError is the mean of |output - target| over all values of the
// batch. Its gradient where they are equal is 0.
//
// Output and target (N, …) of one shape.
type MeanAbsoluteError struct{}

// Huber is the mean, over all values of the batch, of d²/2 where
// d = output - target lies within ±Delta, and of Delta·(|d| - Delta/2) beyond,
// so that what is far off has a gradient of Delta alone: Huber, Annals of
// Mathematical Statistics 35, 1964.
//
// Output and target (N, …) of one shape.
type Huber struct {
	Delta float64 // 0 means 1
}

var _, _, _ Loss = MeanSquaredError{}, MeanAbsoluteError{}, Huber{}

func (l MeanSquaredError) String() string  { return Literal(l) }
func (l MeanAbsoluteError) String() string { return Literal(l) }
func (l Huber) String() string             { return Literal(l) }

// Target has the output's shape.
func (l MeanSquaredError) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	return dt, out.Clone(), nil
}

// Target has the output's shape.
func (l MeanAbsoluteError) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	return dt, out.Clone(), nil
}

// Target has the output's shape.
func (l Huber) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	_, err := aboveZero("Delta", l.Delta, 1)
	return dt, out.Clone(), err
}

// Build takes the mean of the squared differences.
func (l MeanSquaredError) Build(s *Scope, output, target *Value) *Value {
	return s.lossOp(ir.Difference{Cost: ir.Squared}, output, target)
}

// Build takes the mean of the absolute differences.
func (l MeanAbsoluteError) Build(s *Scope, output, target *Value) *Value {
	return s.lossOp(ir.Difference{Cost: ir.Absolute}, output, target)
}

// Build takes the mean of what the differences cost.
func (l Huber) Build(s *Scope, output, target *Value) *Value {
	delta, err := aboveZero("Delta", l.Delta, 1)
	if err != nil {
		return s.Fail(err)
	}
	return s.lossOp(ir.Difference{Cost: ir.Huber, Delta: delta}, output, target)
}
