package train

import (
	"math"
	"testing"

	"euryale/graph"
)

// TestPenaltyIsInTheLossShown: training, validation and evaluation show the
// loss of the data and what the weights cost, over batches of unequal sizes;
// the loss of each output is without it.
func TestPenaltyIsInTheLossShown(t *testing.T) {
	data := bars(70) // in batches of 32, 32 and 6
	plain := graph.Dense{Units: 3, Init: graph.Constant{Value: 0.1}}
	costly := plain
	costly.Penalty = graph.L1L2{L1: 0.01, L2: 0.02}
	metrics := func(l graph.Layer) (training, validation, evaluation float64) {
		net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, l)
		e, err := Evaluate(t.Context(), net, data, EvaluateConfig{})
		if err != nil {
			t.Fatal(err)
		}
		// Steps so small that the weights stay.
		h := fit(t, net, data, Config{Optimizer: SGD{LearningRate: 1e-12}, Validation: bars(9)})
		return h.Epochs[0].Loss, h.Epochs[0].Validation.Loss, e.Loss
	}
	without, with := make([]float64, 3), make([]float64, 3)
	without[0], without[1], without[2] = metrics(plain)
	with[0], with[1], with[2] = metrics(costly)
	const want = 36 * 3 * (0.01*0.1 + 0.02*0.1*0.1)
	for i, what := range []string{"training", "validation", "evaluation"} {
		if got := with[i] - without[i]; math.Abs(got-want) > 1e-5 {
			t.Errorf("%s: want a loss of %v more with the penalty, got %v", what, want, got)
		}
	}
}
