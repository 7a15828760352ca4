package graph

import (
	"fmt"
	"math"
	"slices"

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

// SampleWeights is how much each sample of a batch counts: (N), as
// Program.SetWeights sets it, 1 unless it does. It is there for a loss alone,
// which multiplies by it what a sample costs. nil elsewhere.
func (s *Scope) SampleWeights() *Value { return s.counts }

// lossOp is what a loss's op makes of an output, a target and, in a program's
// loss, the samples' weights.
func (s *Scope) lossOp(o ir.Op, output, target *Value) *Value {
	if w := s.SampleWeights(); w != nil {
		return s.op(o, output, target, w)
	}
	return s.op(o, output, target)
}

// checkSmoothing reports a share of a target that is none.
func checkSmoothing(v float64) error {
	if !(v >= 0 && v < 1) {
		return badField("LabelSmoothing", "from 0 to below 1", v)
	}
	return nil
}

// checkRates reports factors that are not one for each of k, or no factors.
func checkRates(field, of string, k int, v []float64) error {
	if v != nil && len(v) != k {
		return badField(field, fmt.Sprintf("for each of %d %s", k, of), len(v))
	}
	for _, w := range v {
		if err := notNegative(field, w); err != nil {
			return err
		}
	}
	return nil
}

// logits is what the probabilities v are the Softmax of, or the logarithms of
// that, and v itself if it is neither. A Flatten of a vector is none the less the
// vector. A softmax among the ops of a function cannot be taken off.
func logits(v *ir.Value) (*ir.Value, error) {
	at := unshaped(v)
	switch o := at.Op.(type) {
	case ir.Softmax, ir.LogSoftmax:
		return at.In[0], nil
	case *ir.Opaque:
		if o.Probabilities {
			return nil, errors.New("want logits, or a graph.Softmax, which is taken off: got the softmax of a function, of which the loss would take another")
		}
	}
	return v, nil
}

// unshaped is what v is under reshapes that end in the shape they begin with, and
// v itself where it is none: a vector under other shapes and back is the vector.
func unshaped(v *ir.Value) *ir.Value {
	at := v
	for {
		if _, ok := at.Op.(ir.Reshape); !ok {
			break
		}
		at = at.In[0]
	}
	if slices.Equal(at.Shape, v.Shape) {
		return at
	}
	return v
}
