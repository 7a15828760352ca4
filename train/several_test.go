package train

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// points are samples of two inputs, a point of the plane and a number, and two
// targets: whether the point lies left of the number, and the sum of all three.
type points struct {
	xy, n []float32
	spoil func(*loaders.Batch) // if there is one, called on each batch
}

func newPoints(n int) points {
	rng := rand.New(rand.NewPCG(3, 4))
	p := points{xy: make([]float32, 2*n), n: make([]float32, n)}
	for _, values := range [][]float32{p.xy, p.n} {
		for i := range values {
			values[i] = rng.Float32()*2 - 1
		}
	}
	return p
}

func (p points) Len() int { return len(p.n) }

func (p points) Fill(b *loaders.Batch, index []int) error {
	xy, n, left, sum := b.Input(0, 2), b.Input(1, 1), b.Labels(0), b.Values(1, 1)
	for k, i := range index {
		copy(xy[2*k:2*k+2], p.xy[2*i:])
		n[k] = p.n[i]
		sum[k] = p.xy[2*i] + p.xy[2*i+1] + p.n[i]
		left[k] = p.label(i)
	}
	if p.spoil != nil {
		p.spoil(b)
	}
	return nil
}

func (p points) label(i int) int {
	if p.xy[2*i] < p.n[i] {
		return 1
	}
	return 0
}

// twoByTwo is a network of two inputs and two outputs, left and sum.
func twoByTwo(t testing.TB) *graph.Network { return heads(t, "left", "sum") }

// heads is that network with its outputs in another order, or one of them.
func heads(t testing.TB, names ...string) *graph.Network {
	t.Helper()
	point, number := graph.Input("point", 2), graph.Input("number", 1)
	trunk := graph.Join(graph.Concat, point.Then(graph.Dense{Units: 8, Activation: graph.ReLU}), number.Then(graph.Dense{Units: 4, Activation: graph.ReLU})).
		Then(graph.Dense{Units: 8, Activation: graph.ReLU})
	layers := map[string]graph.Layer{"left": graph.Dense{Units: 2, Activation: graph.Softmax}, "sum": graph.Dense{Units: 1}}
	var outputs []*graph.Value
	for _, name := range names {
		outputs = append(outputs, trunk.Then(graph.Named{Name: name, Layer: layers[name]}))
	}
	net, err := graph.Compose(graph.Config{Seed: 1}, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

var twoLosses = graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: graph.MeanSquaredError{}, Weight: 0.5}}

// slowPoints are the metrics of a network's predictions, worked out anew.
func slowPoints(t *testing.T, net *graph.Network, data points) Metrics {
	t.Helper()
	all, err := PredictAll(t.Context(), net, data, PredictConfig{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || len(all[0]) != data.Len() || len(all[1]) != data.Len() {
		t.Fatalf("want 2 outputs of %d rows, got %d", data.Len(), len(all))
	}
	var cross, square, hits float64
	for i := range data.n {
		p, label := all[0][i], data.label(i)
		cross -= math.Log(float64(p[label]))
		if p[label] > p[1-label] {
			hits++
		}
		d := float64(all[1][i][0]) - float64(data.xy[2*i]+data.xy[2*i+1]+data.n[i])
		square += d * d
	}
	n := float64(data.Len())
	return Metrics{
		Loss: cross/n + 0.5*square/n, Accuracy: hits / n,
		Outputs: []OutputMetrics{
			{Name: "left", Loss: cross / n, Accuracy: hits / n},
			{Name: "sum", Loss: square / n, Unlabelled: true},
		},
	}
}

func TestSeveralInputsAndOutputs(t *testing.T) {
	net, data, held := twoByTwo(t), newPoints(300), newPoints(70)
	before := slowPoints(t, net, held)
	var log strings.Builder
	history := fit(t, net, data, Config{
		Epochs: 30, Loss: twoLosses, Optimizer: Adam{LearningRate: 0.01}, Validation: held,
		Callbacks: []Callback{NewProgress(&log)},
	})
	want := slowPoints(t, net, held)
	if want.Accuracy < 0.9 || want.Outputs[1].Loss > before.Outputs[1].Loss/10 {
		t.Errorf("want both outputs to learn, got %+v at first and %+v at last", before, want)
	}
	got, err := Evaluate(t.Context(), net, held, EvaluateConfig{Loss: twoLosses, Batch: 32})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-5)); diff != "" {
		t.Errorf("Evaluate (-by hand +got):\n%s", diff)
	}
	if diff := cmp.Diff(&got, history.Epochs[29].Validation); diff != "" {
		t.Errorf("validation (-Evaluate +validation):\n%s", diff)
	}
	for _, part := range []string{" - loss: ", " - left_loss: ", " - sum_loss: ", " - left_accuracy: ", " - val_loss: ", " - val_sum_loss: ", " - val_left_accuracy: "} {
		if n := strings.Count(log.String(), part); n != 30 {
			t.Errorf("want %q in 30 lines, got %d:\n%s", part, n, &log)
		}
	}
	if strings.Contains(log.String(), "sum_accuracy") || strings.Contains(log.String(), " - accuracy") {
		t.Errorf("want no accuracy of what has no labels, nor one without a name:\n%s", &log)
	}
	_, err = Predict(t.Context(), net, held, PredictConfig{})
	wantOneLine(t, err, "train: Predict: want a network of one output, got 2 (left, sum): use PredictAll")
}

// TestOneLossOfTwo evaluates the second output alone, and is given targets for
// no other: values, and labels, which give an accuracy.
func TestOneLossOfTwo(t *testing.T) {
	for _, tt := range []struct {
		names [2]string
		loss  graph.Loss
		place int // of its target among a point's
	}{
		{[2]string{"left", "sum"}, graph.MeanSquaredError{}, 1},
		{[2]string{"sum", "left"}, graph.SparseCategoricalCrossEntropy{}, 0},
	} {
		data := newPoints(64)
		data.spoil = func(b *loaders.Batch) { b.Targets = b.Targets[tt.place : tt.place+1] }
		net := heads(t, tt.names[:]...)
		loss := graph.Losses{{}, {Loss: tt.loss}}
		got, err := Evaluate(t.Context(), net, data, EvaluateConfig{Loss: loss})
		if err != nil {
			t.Fatal(err)
		}
		both := twoByTwo(t) // the weights have the same names, and so the same values
		of := slowPoints(t, both, newPoints(64)).Outputs[tt.place]
		want := Metrics{Loss: of.Loss, Accuracy: of.Accuracy, Unlabelled: of.Unlabelled}
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-5)); diff != "" {
			t.Errorf("%s: metrics (-want +got):\n%s", tt.names[1], diff)
		}
	}
}

// TestSourceMisfits are told before any epoch where the first sample shows
// them, else at the batch that does.
func TestSourceMisfits(t *testing.T) {
	always := func(spoil func(*loaders.Batch)) func(*loaders.Batch) { return spoil }
	later := func(spoil func(*loaders.Batch)) func(*loaders.Batch) {
		return func(b *loaders.Batch) {
			if b.Index[0] >= 4 {
				spoil(b)
			}
		}
	}
	short := func(b *loaders.Batch) { b.Inputs[1] = b.Inputs[1][1:] }
	for _, tt := range []struct {
		name    string
		spoil   func(*loaders.Batch)
		want    string
		batches int  // before it shows
		targets bool // Predict does not look at them
	}{
		{"no second input", always(func(b *loaders.Batch) { b.Inputs = b.Inputs[:1] }), "train: want data for the network's inputs, 2 (point, number), got 1", 0, false},
		{"short input", always(short), "train: input number: want 1 values, 1 sample of shape (1), got 0", 0, false},
		{"later short", later(short), "after 4 samples: train: input number: want 4 values, 4 samples of shape (1), got 3", 1, false},
		{"no second target", always(func(b *loaders.Batch) { b.Targets = b.Targets[:1] }), "train: want targets for the outputs with a loss, 2 (left, sum), got 1", 0, true},
		{"target of neither", always(func(b *loaders.Batch) { b.Targets[1] = loaders.Target{} }), "train: target of output sum: want Labels or Values, got neither", 0, true},
		{"target of both", always(func(b *loaders.Batch) { b.Targets[0].Values = []float32{1} }), "train: target of output left: want Labels or Values, got both", 0, true},
		{"label out of range", later(func(b *loaders.Batch) { b.Targets[0].Labels[1] = 2 }), "", 1, true},
		{"labels too few", later(func(b *loaders.Batch) { b.Targets[0].Labels = b.Targets[0].Labels[1:] }), "after 4 samples: target of output left: ", 1, true},
		{"values too few", later(func(b *loaders.Batch) { b.Targets[1].Values = b.Targets[1].Values[1:] }), "after 4 samples: target of output sum: ", 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net, data := twoByTwo(t), newPoints(12)
			data.spoil = tt.spoil
			var seen events
			_, fitted := Fit(t.Context(), net, data, Config{Loss: twoLosses, Batch: 4, NoShuffle: true, Callbacks: []Callback{&seen}})
			wantOneLine(t, fitted, tt.want)
			if n := seen.count(BatchEnd); n != tt.batches || tt.batches == 0 && len(seen) > 0 {
				t.Errorf("Fit: want %d batches before, got %d in %d events", tt.batches, n, len(seen))
			}
			_, evaluated := Evaluate(t.Context(), net, data, EvaluateConfig{Loss: twoLosses, Batch: 4})
			wantOneLine(t, evaluated, tt.want)
			_, validated := Fit(t.Context(), net, newPoints(4), Config{Loss: twoLosses, Batch: 4, Validation: data})
			wantOneLine(t, validated, "validation: ")
			_, predicted := PredictAll(t.Context(), net, data, PredictConfig{Batch: 4})
			if tt.targets != (predicted == nil) {
				t.Errorf("PredictAll: want an error only if it is not about targets, got %v", predicted)
			}
		})
	}
}

func TestDatasetForSeveral(t *testing.T) {
	left, right := graph.Input("left", 1, 6, 6), graph.Input("right", 1, 6, 6)
	flat := func(v *graph.Value) *graph.Value { return v.Then(graph.Flatten{}) }
	two, err := graph.Compose(graph.Config{}, graph.Join(graph.Concat, flat(left), flat(right)).Then(graph.Dense{Units: 3}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Fit(t.Context(), two, bars(9), Config{})
	wantOneLine(t, err, "bars: want a network of one input for a dataset's images, got 2 (left, right)")

	x := flat(graph.Input("image", 1, 6, 6))
	heads, err := graph.Compose(graph.Config{}, x.Then(graph.Dense{Units: 3}), x.Then(graph.Dense{Units: 3}))
	if err != nil {
		t.Fatal(err)
	}
	loss := graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: graph.SparseCategoricalCrossEntropy{}}}
	_, err = Fit(t.Context(), heads, bars(9), Config{Loss: loss})
	wantOneLine(t, err, "bars: want one output with a loss for a dataset's labels, got 2 (dense_1, dense_2)")
}

// TestSourceFails in its third batch, by an error and by a panic.
func TestSourceFails(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name  string
		fails func() error
		want  string
	}{
		{"error", func() error { return broken }, "after 8 samples: broken"},
		{"panic", func() error { panic("out of cheese") }, "after 8 samples: filling a batch of 4 samples from 8 on: panic: out of cheese"},
	} {
		data := failingSource{newPoints(12), tt.fails}
		var seen events
		history, err := Fit(t.Context(), twoByTwo(t), data, Config{Loss: twoLosses, Batch: 4, NoShuffle: true, Callbacks: []Callback{&seen}})
		wantOneLine(t, err, "epoch 1, "+tt.want)
		if tt.name == "error" && !errors.Is(err, broken) {
			t.Errorf("want the source's error, got %v", err)
		}
		if len(history.Epochs) > 0 || seen.count(BatchEnd) != 2 || seen.count(End) != 1 || history.State.Steps != 2 {
			t.Errorf("%s: want 2 batches, no epoch and the end, got %d events, %d epochs, %d steps", tt.name, len(seen), len(history.Epochs), history.State.Steps)
		}
		_, err = Evaluate(t.Context(), twoByTwo(t), data, EvaluateConfig{Loss: twoLosses, Batch: 4})
		wantOneLine(t, err, tt.want)
		rows, err := PredictAll(t.Context(), twoByTwo(t), data, PredictConfig{Batch: 4})
		wantOneLine(t, err, tt.want)
		if len(rows) != 2 || len(rows[1]) != 8 {
			t.Errorf("%s: want the 8 rows before, got %v", tt.name, rows)
		}
	}
	_, err := Fit(t.Context(), twoByTwo(t), newPoints(0), Config{Loss: twoLosses})
	wantOneLine(t, err, "train: want at least one sample, got 0")
}

type failingSource struct {
	points
	fails func() error
}

func (f failingSource) Fill(b *loaders.Batch, index []int) error {
	if index[0] >= 8 {
		return f.fails()
	}
	return f.points.Fill(b, index)
}
