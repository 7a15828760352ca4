package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// Metrics are means over samples.
type Metrics struct {
	Loss     float64 // the loss function's
	Accuracy float64 // the share of samples whose largest output is the label's, 0 to 1
}

// tally sums metrics over batches, each weighted by its size.
type tally struct {
	samples int
	correct int
	loss    float64
}

// add counts a batch of the given mean loss and outputs (N, K).
func (t *tally) add(loss float64, outputs *tensor.Dense, labels []int) error {
	hits, err := correct(outputs, labels)
	if err != nil {
		return err
	}
	t.samples += len(labels)
	t.correct += hits
	t.loss += loss * float64(len(labels))
	return nil
}

// mean is the metrics so far; zero before the first batch.
func (t *tally) mean() Metrics {
	if t.samples == 0 {
		return Metrics{}
	}
	n := float64(t.samples)
	return Metrics{Loss: t.loss / n, Accuracy: float64(t.correct) / n}
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
