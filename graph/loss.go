package graph

import (
	"fmt"
	"math"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// Loss is what training makes small.
type Loss interface {
	fmt.Stringer

	// Target is the element type and the shape of the target of one sample,
	// for an output of shape out and type dt. Class labels are of type Int
	// and shape ().
	Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error)

	// Build puts the loss behind an output and its target: a scalar, the
	// mean over the batch. One of yours is made by s.Gorgonia.
	Build(s *Scope, output, target *Value) *Value
}

// Losses are the losses of a network with several outputs, in the outputs'
// order: what is made small is Σ Weight·Loss.
type Losses []OutputLoss

// OutputLoss is the loss of one output, and how much it counts.
type OutputLoss struct {
	Loss   Loss
	Weight float64 // 0 means 1
}

func (o OutputLoss) weight() float64 {
	if o.Weight == 0 {
		return 1
	}
	return o.Weight
}

var _ Loss = Losses(nil)

func (l Losses) String() string { return Literal(l) }

// Target is an error: a list of losses serves a program, not one output.
func (l Losses) Target(Shape, tensor.Dtype) (tensor.Dtype, Shape, error) {
	return tensor.Int, nil, errors.New("want a loss for one output, got a list")
}

// Build is an error too.
func (l Losses) Build(s *Scope, _, _ *Value) *Value {
	return s.Fail(errors.New("want a loss for one output, got a list"))
}

// losses are one for each output of the network, or nil. Only a program that
// trains needs them all.
func (c ProgramConfig) losses(n *Network) (Losses, error) {
	if c.Loss == nil {
		return nil, nil
	}
	list, ok := c.Loss.(Losses)
	if !ok {
		list = Losses{{Loss: c.Loss}}
	}
	if len(list) > len(n.outputs) {
		return nil, errors.Errorf("program: want a loss for each of %d outputs, got %d", len(n.outputs), len(list))
	}
	for i, l := range list {
		if !(l.Weight >= 0) || math.IsInf(l.Weight, 0) {
			return nil, errors.Errorf("program: loss %d, %v: want a Weight above 0, or 0 for 1, got %v", i+1, l.Loss, l.Weight)
		}
	}
	some := false
	for i, o := range n.Outputs() {
		missing := i >= len(list) || list[i].Loss == nil
		some = some || !missing
		if missing && (c.Mode == Training || !ok) {
			return nil, errors.Errorf("program: no loss reads the output %s: want graph.Losses with one for each of %d outputs, got none for it", o.Name, len(n.outputs))
		}
	}
	if !some {
		return nil, nil
	}
	return list, nil
}

// SparseCategoricalCrossEntropy is the mean of -log p[label], where p is the
// softmax of the network's logits: of its output or, where that is a Softmax,
// of what the Softmax is taken of. It is finite for any finite logits.
//
// Output (N, K); target (N), integers in [0, K).
type SparseCategoricalCrossEntropy struct{}

var _ Loss = SparseCategoricalCrossEntropy{}

func (l SparseCategoricalCrossEntropy) String() string { return Literal(l) }

// Target is one integer a sample.
func (l SparseCategoricalCrossEntropy) Target(out Shape, _ tensor.Dtype) (tensor.Dtype, Shape, error) {
	if len(out) != 1 {
		return tensor.Int, nil, mismatch("one value a class (N, K)", out)
	}
	return tensor.Int, Shape{}, nil
}

// Build takes the cross-entropy of the logits.
func (l SparseCategoricalCrossEntropy) Build(s *Scope, output, target *Value) *Value {
	z, err := logits(output.v)
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.CrossEntropy{}, &Value{v: z, scope: s}, target)
}

// logits is what the probabilities v are the Softmax of, and v itself if it is
// none. A Flatten of a vector is none the less the vector. A softmax among the
// ops of a function cannot be taken off.
func logits(v *ir.Value) (*ir.Value, error) {
	at := v
	for {
		if _, ok := at.Op.(ir.Reshape); !ok || at.Shape.TotalSize() != at.In[0].Shape[0] {
			break
		}
		at = at.In[0]
	}
	switch o := at.Op.(type) {
	case ir.Softmax:
		return at.In[0], nil
	case *ir.Opaque:
		if o.Probabilities {
			return nil, errors.New("want logits, or a graph.Softmax, which is taken off: got the softmax of a function, of which the loss would take another")
		}
	}
	return v, nil
}

// MeanSquaredError is the mean of (output - target)² over all values of the
// batch.
//
// Output and target (N, …) of one shape.
type MeanSquaredError struct{}

var _ Loss = MeanSquaredError{}

func (l MeanSquaredError) String() string { return Literal(l) }

// Target has the output's shape.
func (l MeanSquaredError) Target(out Shape, dt tensor.Dtype) (tensor.Dtype, Shape, error) {
	return dt, out.Clone(), nil
}

// Build takes the mean of the squared differences.
func (l MeanSquaredError) Build(s *Scope, output, target *Value) *Value {
	return s.op(ir.SquaredError{}, output, target)
}
