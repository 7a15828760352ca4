package train

import (
	"context"
	"slices"
	"testing"

	"euryale/graph"
)

// TestClassWeightsTrainOnly: they are no part of what validation and evaluation are.
func TestClassWeightsTrainOnly(t *testing.T) {
	plain, weighted := graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1}, graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1, ClassWeights: []float64{9, 1, 0.5}}
	net, data := tiny(t, 1), bars(30)
	evaluate := func(c EvaluateConfig) float64 {
		m, err := Evaluate(t.Context(), net, data, c)
		if err != nil {
			t.Fatal(err)
		}
		return m.Loss
	}
	want, smoothed := evaluate(EvaluateConfig{Loss: plain}), evaluate(EvaluateConfig{})
	if want == smoothed {
		t.Error("want smoothing to count")
	}
	for _, l := range []graph.Loss{weighted, graph.Losses{{Loss: weighted}}} {
		if got := evaluate(EvaluateConfig{Loss: l}); got != want {
			t.Errorf("%v: want the loss %v, got %v", l, want, got)
		}
		if got := evaluate(EvaluateConfig{Loss: l, ClassWeights: true}); got == want {
			t.Errorf("%v: want the weights to count, got %v", l, got)
		}
	}
	h := fit(t, net, data, Config{Loss: weighted, Validation: data})
	if got, want := h.Epochs[0].Validation.Loss, evaluate(EvaluateConfig{Loss: plain}); got != want {
		t.Errorf("want a validation's loss of %v, got %v", want, got)
	}
	same := tiny(t, 1)
	if fit(t, same, data, Config{Loss: plain}); slices.Equal(weights(same), weights(net)) {
		t.Error("want the weights to count in training")
	}
	if weighted.ClassWeights == nil {
		t.Error("want the caller's loss as it was")
	}
	_, err := Evaluate(context.Background(), net, data, EvaluateConfig{Loss: graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{1}}})
	wantOneLine(t, err, "ClassWeights for each of 3 classes, got 1")
}
