package train

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// isNone tells a source that is not there, also where a nil pointer, such as of a
// Dataset, was put into a Source.
func isNone(s loaders.Source) bool { return isNil(s) }

// prepare checks a source and compiles the program for its first batch, so that
// what does not fit is known before any work. That the losses fit the network is
// found first: what a source of one's own fills in hangs on them.
func (ps *programs) prepare(ctx context.Context, mode graph.Mode, s loaders.Source, batch int) error {
	if ctx == nil {
		return errors.New("train: want a context, such as context.Background(), got nil")
	}
	if ps.net == nil || isNone(s) {
		return errors.New("train: want a network and data, got nil")
	}
	if d := datasetOf(s); d != nil {
		if err := ps.checkDataset(d); err != nil {
			return err
		}
	}
	n := s.Len()
	if n < 1 {
		return errors.Errorf("train: want at least one sample, got %d", n)
	}
	if _, err := ps.compile(mode, min(batch, n)); err != nil {
		return err
	}
	return ps.checkFirst(s)
}

// checkFirst reports a source of one's own that the network cannot take, by its
// first sample. There are no targets to look at without a loss.
func (ps *programs) checkFirst(s loaders.Source) error {
	if _, ok := s.(*loaders.Dataset); ok {
		return nil
	}
	batches := loaders.NewBatches(first{s}, loaders.BatchConfig{})
	defer batches.Close()
	b := batches.Next()
	if b == nil {
		return errors.WithMessage(batches.Err(), "train: the first sample")
	}
	if err := ps.checkBatch(b); err != nil {
		return err
	}
	return ps.checkValues(b)
}

// checkValues reports values where a loss wants labels, or as many as it does not
// want.
func (ps *programs) checkValues(b *loaders.Batch) error {
	if ps.loss == nil {
		return nil
	}
	for i, t := range b.Targets {
		l, out := lossOf(ps.loss, ps.scoredAt[i]), ps.scored[i]
		dt, shape, err := l.Target(out.Shape, ps.net.Config().Dtype)
		if t.Values == nil || err != nil { // which the program has reported
			continue
		}
		if dt == tensor.Int {
			return errors.Errorf("train: target of output %s: want Labels for the loss %v, got Values, as of mixed or one-hot labels: take a graph.CategoricalCrossEntropy for them", out.Name, l)
		}
		if want, got := b.N*shape.TotalSize(), len(t.Values); want != got {
			return errors.Errorf("train: target of output %s: want %d values, %s, for the loss %v, got %d", out.Name, want, samples(b.N, shape), l, got)
		}
	}
	return nil
}

// first is the first sample of a source.
type first struct{ loaders.Source }

func (first) Len() int { return 1 }

func (ps *programs) checkDataset(d *loaders.Dataset) error {
	check := d.Check
	if ps.loss == nil {
		check = d.CheckImages // prediction does not look at labels
	}
	if err := check(); err != nil {
		return err
	}
	if d.Len() == 0 {
		return errors.Errorf("%s: want at least one image, got none", d.Name)
	}
	if len(ps.inputs) != 1 {
		return errors.Errorf("%s: want a network of one input for a dataset's images, got %s", d.Name, several(ps.inputs))
	}
	if image := (graph.Shape{d.Channels, d.Height, d.Width}); !slices.Equal(image, ps.inputs[0].Shape) {
		hint := ""
		if slices.Equal(graph.Shape{d.Height, d.Width, d.Channels}, ps.inputs[0].Shape) {
			hint = ": channels come first"
		}
		return errors.Errorf("%s: want images of shape %v, as the network takes, got %v%s", d.Name, ps.inputs[0].Shape, image, hint)
	}
	if ps.loss == nil {
		return nil
	}
	if len(ps.scored) != 1 {
		return errors.Errorf("%s: want one output with a loss for a dataset's labels, got %s", d.Name, several(ps.scored))
	}
	out := ps.scored[0].Shape
	if len(out) == 1 && (out[0] >= len(d.Classes) || len(d.Classes) == 2 && ps.answers(0)) {
		return nil
	}
	hint := ""
	if len(d.Classes) == 2 {
		hint = ", or a BinaryCrossEntropy of one output for the second"
	}
	return errors.Errorf("%s: want a network with an output for each of %d classes%s, got output shape %v", d.Name, len(d.Classes), hint, out)
}

// answers reports whether the i-th output with a loss is the answer to one
// question, which labels of 0 and 1 answer too.
func (ps *programs) answers(i int) bool {
	at := ps.scoredAt[i]
	return thresholdOf(ps.net, at, lossOf(ps.loss, at)) != nil
}

// several are ports as messages count them: 2 (left, right).
func several(ports []graph.Port) string {
	names := make([]string, len(ports))
	for i, p := range ports {
		names[i] = p.Name
	}
	return fmt.Sprintf("%d (%s)", len(ports), strings.Join(names, ", "))
}

// checkBatch compares what a source filled in with what the network takes. How
// many labels or values a target is to have, its loss knows.
func (ps *programs) checkBatch(b *loaders.Batch) error {
	if len(b.Inputs) != len(ps.inputs) {
		return errors.Errorf("train: want data for the network's inputs, %s, got %d", several(ps.inputs), len(b.Inputs))
	}
	for i, in := range ps.inputs {
		if want, got := b.N*in.Shape.TotalSize(), len(b.Inputs[i]); got != want {
			return errors.Errorf("train: input %s: want %d values, %s, got %d", in.Name, want, samples(b.N, in.Shape), got)
		}
	}
	if ps.loss == nil {
		return nil
	}
	if len(b.Targets) != len(ps.scored) {
		return errors.Errorf("train: want targets for the outputs with a loss, %s, got %d", several(ps.scored), len(b.Targets))
	}
	for i, t := range b.Targets {
		if (t.Labels == nil) == (t.Values == nil) {
			return errors.Errorf("train: target of output %s: want Labels or Values, got %s", ps.scored[i].Name, either(t.Labels != nil, "both", "neither"))
		}
		if n := len(t.Weights); n != 0 && n != b.N {
			return errors.Errorf("train: target of output %s: want Weights for %d %s, got %d", ps.scored[i].Name, b.N, either(b.N == 1, "sample", "samples"), len(t.Weights))
		}
		if err := ps.checkLabels(i, b); err != nil {
			return err
		}
	}
	return nil
}

// checkLabels reports a label of the i-th output with a loss that is no class of it.
func (ps *programs) checkLabels(i int, b *loaders.Batch) error {
	l, labels := lossOf(ps.loss, ps.scoredAt[i]), b.Targets[i].Labels
	k := labelled(l, ps.scored[i].Shape)
	if k == 0 {
		return nil
	}
	c, _ := l.(counter)
	for j, label := range labels {
		if label >= 0 && label < k || c != nil && !c.Counts(label) {
			continue
		}
		at, where := j, ""
		if parts := len(labels) / b.N; parts > 1 {
			at, where = j/parts, fmt.Sprintf("value %d of ", j%parts)
		}
		return errors.Errorf("train: target of output %s: want labels from 0 to %d, of %d classes, got %d at %ssample %d", ps.scored[i].Name, k-1, k, label, where, b.Index[min(at, b.N-1)])
	}
	return nil
}

// labelled is how many classes a loss takes labels of, 0 where that is not known.
// One value is the answer to a question, which labels of 0 and 1 answer.
func labelled(l graph.Loss, out graph.Shape) int {
	if len(out) == 0 {
		return 0
	}
	switch l.(type) {
	case graph.SparseCategoricalCrossEntropy, graph.Focal:
		return out[0]
	case graph.CategoricalCrossEntropy, graph.BinaryCrossEntropy, graph.BinaryFocal, graph.MeanSquaredError, graph.MeanAbsoluteError, graph.Huber:
		return max(out[0], 2)
	}
	return 0
}

// samples is n samples of a shape in words.
func samples(n int, s graph.Shape) string {
	return fmt.Sprintf("%d %s of shape %v", n, either(n == 1, "sample", "samples"), s)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
