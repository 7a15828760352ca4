package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// Metrics are means over samples.
type Metrics struct {
	Loss     float64 // the loss function's; of several, their weighted sum
	Accuracy float64 // the share of samples whose largest output is the label's, 0 to 1: of the first output that has labels

	// Unlabelled says that no output has labels, so that there is no
	// Accuracy.
	Unlabelled bool

	// Outputs are those with a loss, in the network's order; nil unless
	// there are several.
	Outputs []OutputMetrics
}

// OutputMetrics are the metrics of one of several outputs.
type OutputMetrics struct {
	Name       string
	Loss       float64 // its own, before it is weighted
	Accuracy   float64 // as in Metrics
	Unlabelled bool    // its targets are values, so that there is no Accuracy
}

// tally sums metrics over batches, each weighted by its size.
type tally struct {
	outputs []graph.Port // with a loss
	at      []int        // their places among the outputs
	sums    []outputSum

	samples int
	loss    float64
}

type outputSum struct {
	loss            float64
	labels, correct int
}

func (ps *programs) tally() *tally {
	return &tally{outputs: ps.scored, at: ps.scoredAt, sums: make([]outputSum, len(ps.scored))}
}

// add counts a batch that a program has run.
func (t *tally) add(p *graph.Program, b *loaders.Batch) error {
	t.samples += b.N
	t.loss += p.Loss * float64(b.N)
	for i := range t.sums {
		s := &t.sums[i]
		s.loss += p.Losses[i] * float64(b.N)
		labels := b.Targets[i].Labels
		if len(labels) != b.N { // values, or labels of parts of a sample
			continue
		}
		hits, err := correct(p.Outputs[t.at[i]], labels)
		if err != nil {
			return err
		}
		s.labels += b.N
		s.correct += hits
	}
	return nil
}

// mean is the metrics so far; zero before the first batch.
func (t *tally) mean() Metrics {
	if t.samples == 0 {
		return Metrics{}
	}
	m := Metrics{Loss: t.loss / float64(t.samples), Unlabelled: true}
	for i, s := range t.sums {
		o := OutputMetrics{Name: t.outputs[i].Name, Loss: s.loss / float64(t.samples), Unlabelled: s.labels == 0}
		if !o.Unlabelled {
			o.Accuracy = float64(s.correct) / float64(s.labels)
		}
		if m.Unlabelled {
			m.Accuracy, m.Unlabelled = o.Accuracy, o.Unlabelled
		}
		if len(t.sums) > 1 {
			m.Outputs = append(m.Outputs, o)
		}
	}
	return m
}

// correct is how many rows have their largest value at the label.
func correct(outputs *tensor.Dense, labels []int) (int, error) {
	switch d := outputs.Data().(type) {
	case []float32:
		return hits(d, labels), nil
	case []float64:
		return hits(d, labels), nil
	}
	return 0, errors.Errorf("train: want float32 or float64 outputs, got %v", outputs.Dtype())
}

func hits[T float32 | float64](outputs []T, labels []int) int {
	k, n := len(outputs)/len(labels), 0
	for i, l := range labels {
		if argmax(outputs[i*k:(i+1)*k]) == l {
			n++
		}
	}
	return n
}

// argmax is the index of the largest value, the first of equals.
func argmax[T float32 | float64](row []T) int {
	best := 0
	for i, v := range row {
		if v > row[best] {
			best = i
		}
	}
	return best
}
