package graph

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// SetInput fills input i with a batch of values, row by row.
func (p *Program) SetInput(i int, x []float32) error {
	if i < 0 || i >= len(p.inputs) {
		return errors.Errorf("program: want an input from 0 to %d, got %d", len(p.inputs)-1, i)
	}
	return errors.WithMessagef(fill(p.inputs[i], x), "program: input %s", p.net.Inputs()[i].Name)
}

// SetTarget fills target i, that of the i-th output with a loss, with a batch
// of values, row by row.
func (p *Program) SetTarget(i int, y []float32) error {
	t, err := p.target(i)
	if err != nil {
		return err
	}
	return errors.WithMessagef(fill(t, y), "program: target of %s", p.targets[i])
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
		w = slices.Repeat([]float32{1}, p.config.Batch)
	}
	for j, v := range w {
		if !(v >= 0) || math.IsInf(float64(v), 0) {
			return errors.Errorf("program: weights of %s: want finite numbers of at least 0, got %v for sample %d of the batch", p.targets[i], v, j)
		}
	}
	return errors.WithMessagef(fill(to, w), "program: weights of %s", p.targets[i])
}

// SetLabels fills target i with class labels: as they are or, where the loss
// wants a value for each class, with 1 at the label and 0 elsewhere. Where it
// wants one value, that is the label, 0 or 1.
func (p *Program) SetLabels(i int, labels []int) error {
	t, err := p.target(i)
	if err != nil {
		return err
	}
	return errors.WithMessagef(fillLabels(t, labels), "program: target of %s", p.targets[i])
}

func (p *Program) target(i int) (*tensor.Dense, error) {
	if i < 0 || i >= len(p.labels) {
		return nil, errors.Errorf("program: want the target of one of its %d losses, counted from 0, got %d", len(p.labels), i)
	}
	return p.labels[i], nil
}

// fill copies values into a tensor of floats.
func fill(t *tensor.Dense, x []float32) error {
	if n := t.Shape().TotalSize(); n != len(x) {
		return errors.Errorf("want %d values for a batch of shape %v, got %d", n, t.Shape(), len(x))
	}
	switch d := t.Data().(type) {
	case []float32:
		const piece = 1 << 14
		parallel.For((len(x)+piece-1)/piece, func(i int) { copy(d[i*piece:], x[i*piece:min((i+1)*piece, len(x))]) })
	case []float64:
		for i, v := range x {
			d[i] = float64(v)
		}
	default:
		return errors.Errorf("want labels, got values")
	}
	return nil
}

func fillLabels(t *tensor.Dense, labels []int) error {
	shape := t.Shape()
	if d, ok := t.Data().([]int); ok {
		if len(d) != len(labels) {
			return errors.Errorf("want %d labels, got %d", len(d), len(labels))
		}
		copy(d, labels)
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
		switch d := t.Data().(type) {
		case []float32:
			d[at] = float32(value)
		case []float64:
			d[at] = value
		}
	}
	return nil
}
