package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// threshold is the value of an output above which the answer is yes.
type threshold float64

// thresholdOf is that of output i, where the loss takes it for the answer to one
// question: a probability of 1/2. That of a logit is 1/2 at 0. It is nil for other
// losses and for outputs of several values.
func thresholdOf(net *graph.Network, i int, l graph.Loss) *threshold {
	switch l.(type) {
	case graph.BinaryCrossEntropy, graph.BinaryFocal:
	default:
		return nil
	}
	if net.Outputs()[i].Shape.TotalSize() != 1 {
		return nil
	}
	at := threshold(0)
	if net.EndsInSigmoid(i) {
		at = 0.5
	}
	return &at
}

// correct is how many of one output a sample answer as the targets do.
func (at threshold) correct(outputs *tensor.Dense, yes func(sample int) bool) (int, error) {
	switch d := outputs.Data().(type) {
	case []float32:
		return answers(d, yes, at), nil
	case []float64:
		return answers(d, yes, at), nil
	}
	return 0, errors.Errorf("train: want float32 or float64 outputs, got %v", outputs.Dtype())
}

func answers[T float32 | float64](outputs []T, yes func(sample int) bool, at threshold) int {
	n := 0
	for i, y := range outputs {
		if (float64(y) > float64(at)) == yes(i) {
			n++
		}
	}
	return n
}
