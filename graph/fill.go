package graph

import (
	"math"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// SetInput fills input i with a batch of values, row by row.
func (p *Program) SetInput(i int, x []float32) error {
	if i < 0 || i >= len(p.inputs) {
		return errors.Errorf("program: want an input from 0 to %d, got %d", len(p.inputs)-1, i)
	}
	if err := p.fill(p.inputs[i], x); err != nil {
		return errors.WithMessagef(err, "program: input %s", p.net.Inputs()[i].Name)
	}
	return nil
}

// SetTarget fills target i, that of the i-th output with a loss, with a batch
// of values, row by row.
func (p *Program) SetTarget(i int, y []float32) error {
	t, err := p.target(i)
	if err != nil {
		return err
	}
	return p.targetError(i, p.fill(t, y))
}

// SetWeights sets how much each sample of the batch counts in loss i, until it is
// called again: the sample's loss is multiplied by that, and what divides the
// sum is the number of samples, as in Keras. No weights mean 1 each, as at first.
func (p *Program) SetWeights(i int, w []float32) error {
	if _, err := p.target(i); err != nil {
		return err
	}
	to := p.weights[i]
	switch {
	case to == nil && len(w) == 0:
		return nil
	case to == nil:
		return errors.Errorf("program: weights of %s: want a loss that asks its Scope for SampleWeights, got one that does not", p.targets[i])
	case len(w) == 0:
		fillOnes(to)
		return nil
	}
	for j, v := range w {
		if !(v >= 0) || math.IsInf(float64(v), 0) {
			return errors.Errorf("program: weights of %s: want finite numbers of at least 0, got %v for sample %d of the batch", p.targets[i], v, j)
		}
	}
	if err := p.fill(to, w); err != nil {
		return errors.WithMessagef(err, "program: weights of %s", p.targets[i])
	}
	return nil
}

// SetLabels fills target i with class labels: as they are or, where the loss
// wants a value for each class, with 1 at the label and 0 elsewhere. Where it
// wants one value, that is the label, 0 or 1.
func (p *Program) SetLabels(i int, labels []int) error {
	t, err := p.target(i)
	if err != nil {
		return err
	}
	return p.targetError(i, fillLabels(t, labels))
}

// targetError names the target that an error is about.
func (p *Program) targetError(i int, err error) error {
	if err == nil {
		return nil
	}
	return errors.WithMessagef(err, "program: target of %s", p.targets[i])
}

func (p *Program) target(i int) (*tensor.Dense, error) {
	if i < 0 || i >= len(p.labels) {
		return nil, errors.Errorf("program: want the target of one of its %d losses, counted from 0, got %d", len(p.labels), i)
	}
	return p.labels[i], nil
}

// copying copies values on all cores. Its zero value is ready.
type copying struct {
	to, from []float32
	body     func(int)
}

// copied is how many values one core copies at a time.
const copied = 1 << 14

func (c *copying) run(to, from []float32) {
	if c.body == nil {
		c.body = func(i int) { copy(c.to[i*copied:], c.from[i*copied:min((i+1)*copied, len(c.from))]) }
	}
	c.to, c.from = to, from
	parallel.For((len(from)+copied-1)/copied, c.body)
	c.from = nil // the caller's
}

// fill copies values into a tensor of floats.
func (p *Program) fill(t *tensor.Dense, x []float32) error {
	if n := t.Shape().TotalSize(); n != len(x) {
		return errors.Errorf("want %d values for a batch of shape %v, got %d", n, t.Shape(), len(x))
	}
	switch t.Dtype() { // Data would allocate
	case tensor.Float32:
		p.copying.run(t.Float32s(), x)
	case tensor.Float64:
		for i, v := range x {
			t.Float64s()[i] = float64(v)
		}
	default:
		return errors.Errorf("want labels, got values")
	}
	return nil
}

// fillOnes sets all values of a tensor of floats to 1.
func fillOnes(t *tensor.Dense) {
	for i := range t.Shape().TotalSize() {
		set(t, i, 1)
	}
}

// set sets a value of a tensor of floats.
func set(t *tensor.Dense, i int, x float64) {
	if t.Dtype() == tensor.Float32 {
		t.Float32s()[i] = float32(x)
	} else {
		t.Float64s()[i] = x
	}
}

func fillLabels(t *tensor.Dense, labels []int) error {
	shape := t.Shape()
	if t.Dtype() == tensor.Int {
		if n := shape.TotalSize(); n != len(labels) {
			return errors.Errorf("want %d labels, got %d", n, len(labels))
		}
		copy(t.Ints(), labels)
		return nil
	}
	if shape[0] != len(labels) {
		return errors.Errorf("want %d labels, got %d", shape[0], len(labels))
	}
	if len(shape) != 2 {
		return errors.Errorf("want targets (%d, K) to encode labels, got %v", len(labels), shape)
	}
	t.Zero()
	for i, label := range labels {
		if last := max(shape[1]-1, 1); label < 0 || label > last {
			return errors.Errorf("label %d of the batch: want 0 to %d, got %d", i, last, label)
		}
		at, value := i*shape[1]+label, 1.0
		if shape[1] == 1 {
			at, value = i, float64(label)
		}
		set(t, at, value)
	}
	return nil
}
