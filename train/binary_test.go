package train

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

// yesNo is a source of samples of two values, the answer to whether the first is
// the larger.
type yesNo int

func (n yesNo) Len() int { return int(n) }

func (n yesNo) sample(k int) (a, b, answer float32) {
	a, b = float32(k%11)/11-0.4, float32(k%7)/7-0.3
	if a > b {
		answer = 1
	}
	return a, b, answer
}

func (n yesNo) Fill(b *loaders.Batch, index []int) error {
	x, y := b.Input(0, 2), b.Values(0, 1)
	for i, k := range index {
		x[2*i], x[2*i+1], y[i] = n.sample(k)
	}
	return nil
}

// answerer is a network of one output, in float32 or float64, that ends in the
// given layers.
func answerer(t *testing.T, c graph.Config, end ...graph.Layer) *graph.Network {
	t.Helper()
	c.Input, c.Seed = graph.Shape{2}, 4
	net, err := graph.New(c, append([]graph.Layer{graph.Dense{Units: 1}}, end...)...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// slowAnswers is the share of right answers, yes being above at.
func slowAnswers(t *testing.T, net *graph.Network, data yesNo, at float32) float64 {
	t.Helper()
	outputs, err := Predict(t.Context(), net, data, PredictConfig{})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for k, row := range outputs {
		if _, _, answer := data.sample(k); (row[0] > at) == (answer == 1) {
			right++
		}
	}
	return float64(right) / float64(len(outputs))
}

// TestBinaryAccuracy has the answer as a logit and as a probability, in batches
// of unequal sizes.
func TestBinaryAccuracy(t *testing.T) {
	const data = yesNo(77)
	for name, c := range map[string]graph.Config{"float32": {}, "float64": {Dtype: graph.Float64}} {
		logit, probability := answerer(t, c), answerer(t, c, graph.Sigmoid)
		reshaped := answerer(t, c, graph.Sigmoid, graph.Reshape{To: graph.Shape{1, 1}}, graph.Flatten{})
		want := slowAnswers(t, logit, data, 0)
		if same := slowAnswers(t, probability, data, 0.5); same != want || want == 0 || want == 1 {
			t.Fatalf("want a test that tells something, got %v and %v", want, same)
		}
		for end, net := range map[string]*graph.Network{"logit": logit, "probability": probability, "reshaped": reshaped} {
			for _, loss := range []graph.Loss{graph.BinaryCrossEntropy{}, graph.BinaryFocal{}, graph.Losses{{Loss: graph.BinaryCrossEntropy{}}}} {
				for _, batch := range []int{32, 9} {
					m, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: batch, Loss: loss})
					if err != nil || m.Unlabelled || math.Abs(m.Accuracy-want) > 1e-12 {
						t.Errorf("%s, %s, %v, batch %d: want %v, got %+v and error %v", name, end, loss, batch, want, m, err)
					}
				}
			}
		}
	}
}

// TestNoBinaryAccuracy has values that answer nothing.
func TestNoBinaryAccuracy(t *testing.T) {
	m, err := Evaluate(t.Context(), answerer(t, graph.Config{}), yesNo(5), EvaluateConfig{Loss: graph.MeanSquaredError{}})
	if err != nil || !m.Unlabelled {
		t.Errorf("want no accuracy, got %+v and error %v", m, err)
	}
}
