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

// labelled01 is a source of yesNo with labels in place of values.
type labelled01 struct{ yesNo }

func (s labelled01) Fill(b *loaders.Batch, index []int) error {
	if err := s.yesNo.Fill(b, index); err != nil {
		return err
	}
	labels := b.Labels(0)
	for i, k := range index {
		_, _, answer := s.sample(k)
		labels[i] = int(answer)
	}
	return nil
}

// TestBinaryAccuracyOfLabels is that of values of 0 and 1.
func TestBinaryAccuracyOfLabels(t *testing.T) {
	for _, net := range []*graph.Network{answerer(t, graph.Config{}), answerer(t, graph.Config{}, graph.Sigmoid)} {
		for _, loss := range []graph.Loss{graph.BinaryCrossEntropy{}, graph.BinaryFocal{}} {
			c := EvaluateConfig{Batch: 9, Loss: loss}
			want, err := Evaluate(t.Context(), net, yesNo(77), c)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Evaluate(t.Context(), net, labelled01{77}, c)
			if err != nil || got.Unlabelled || got.Accuracy != want.Accuracy || got.Loss != want.Loss || want.Accuracy == 0 {
				t.Errorf("%v: want %+v, got %+v and error %v", loss, want, got, err)
			}
		}
	}
}

// TestBinaryDataset trains one output on a dataset of two classes.
func TestBinaryDataset(t *testing.T) {
	d := bars(60)
	d.Classes = d.Classes[:2]
	for i := range d.Labels {
		d.Labels[i] = d.Labels[i] % 2 // the left and the right against the middle
	}
	net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1}, graph.Flatten{}, graph.Dense{Units: 8, Activation: graph.ReLU}, graph.Dense{Units: 1, Activation: graph.Sigmoid})
	h := fit(t, net, d, Config{Epochs: 30, Loss: graph.BinaryCrossEntropy{}, Optimizer: Adam{LearningRate: 0.01}})
	m, err := Evaluate(t.Context(), net, d, EvaluateConfig{Loss: graph.BinaryCrossEntropy{}})
	if err != nil || m.Unlabelled || m.Accuracy < 0.95 || h.Epochs[29].Accuracy < 0.9 {
		t.Errorf("want it learned, got %+v and error %v", m, err)
	}
	_, err = Fit(t.Context(), net, d, Config{})
	wantOneLine(t, err, "bars: want a network with an output for each of 2 classes, or a BinaryCrossEntropy of one output for the second, got output shape (1)")
	_, err = Fit(t.Context(), net, bars(9), Config{Loss: graph.BinaryCrossEntropy{}})
	wantOneLine(t, err, "bars: want a network with an output for each of 3 classes, got output shape (1)")
}
