package train

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

// TestMisfits are mistakes in the data that Fit, Evaluate and Predict must
// report before any work. Predict looks at no labels, so some are none to it.
func TestMisfits(t *testing.T) {
	net, data := tiny(t, 1), bars(9)
	shaped := func(change func(*loaders.Dataset)) *loaders.Dataset {
		d := *data
		d.Labels = slices.Clone(d.Labels)
		change(&d)
		return &d
	}
	pool := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.MaxPool2D{})
	const notPredict = true
	for _, tt := range []struct {
		name       string
		net        *graph.Network
		data       loaders.Source
		notPredict bool
		want       string
	}{
		{"no network", nil, data, false, "train: want a network and data, got nil"},
		{"no data", net, nil, false, "train: want a network and data, got nil"},
		{"no dataset", net, (*loaders.Dataset)(nil), false, "train: want a network and data, got nil"},
		{"empty dataset", net, bars(0), false, "bars: want at least one image, got none"},
		{"other image shape", net, shaped(func(d *loaders.Dataset) { d.Height, d.Width = 4, 9 }), false, "bars: want images of shape (1, 6, 6), as the network takes, got (1, 4, 9)"},
		{"channels last", network(t, graph.Config{Input: graph.Shape{6, 6, 1}}, graph.Flatten{}, graph.Dense{Units: 3}), data, false, "bars: want images of shape (6, 6, 1), as the network takes, got (1, 6, 6): channels come first"},
		{"missing pixels", net, shaped(func(d *loaders.Dataset) { d.Images = d.Images[1:] }), false, "bars: want 324 bytes for 9 images of 1×6×6, got 323"},
		{"label beyond the classes", net, shaped(func(d *loaders.Dataset) { d.Labels[5] = 200 }), notPredict, "bars: image 5: want a label below 3, got 200"},
		{"more classes than outputs", net, shaped(func(d *loaders.Dataset) { d.Classes = make([]string, 4) }), notPredict, "bars: want a network with an output for each of 4 classes, got output shape (3)"},
		{"output that is no vector", pool, data, notPredict, "bars: want a network with an output for each of 3 classes, got output shape (1, 3, 3)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var seen events
			history, fitted := Fit(t.Context(), tt.net, tt.data, Config{Callbacks: []Callback{&seen}})
			_, evaluated := Evaluate(t.Context(), tt.net, tt.data, EvaluateConfig{Callbacks: []Callback{&seen}})
			errs := map[string]error{"Fit": fitted, "Evaluate": evaluated}
			if !isNone(tt.data) {
				_, errs["validation"] = Fit(t.Context(), tt.net, data, Config{Validation: tt.data, Callbacks: []Callback{&seen}})
			}
			if len(seen) > 0 {
				t.Errorf("want no events, got %v", seen)
			}
			rows, predicted := Predict(t.Context(), tt.net, tt.data, PredictConfig{})
			if !tt.notPredict {
				errs["Predict"] = predicted
			} else if predicted != nil || len(rows) != 9 {
				t.Errorf("Predict: want 9 rows, got %d and error %v", len(rows), predicted)
			}
			for name, err := range errs {
				if got := strings.TrimPrefix(message(err), "validation: "); got != tt.want {
					t.Errorf("%s: want error %q, got %q", name, tt.want, got)
				}
			}
			if history == nil {
				t.Error("want a History, got nil")
			}
		})
	}
}

func TestBadConfig(t *testing.T) {
	net, data, ctx := tiny(t, 1), bars(9), t.Context()
	negative, callbacks := -1, []Callback{&events{}, nil}
	const batch = "train: want a Batch of at least 1, or 0 for 32, got -1"
	const none = "train: want no nil among Callbacks, got one at 1"
	fitError := func(c Config) error {
		history, err := Fit(ctx, net, data, c)
		if history == nil {
			t.Error("want a History, got nil")
		}
		return err
	}
	evaluateError := func(c EvaluateConfig) error { _, err := Evaluate(ctx, net, data, c); return err }
	predictError := func(c PredictConfig) error { _, err := Predict(ctx, net, data, c); return err }
	for _, tt := range []struct {
		err  error
		want string
	}{
		{fitError(Config{Batch: negative}), batch},
		{evaluateError(EvaluateConfig{Batch: negative}), batch},
		{predictError(PredictConfig{Batch: negative}), batch},
		{fitError(Config{Callbacks: callbacks}), none},
		{evaluateError(EvaluateConfig{Callbacks: callbacks}), none},
		{predictError(PredictConfig{Callbacks: callbacks}), none},
		{fitError(Config{Callbacks: []Callback{CallbackFunc(nil)}}), strings.Replace(none, "at 1", "at 0", 1)},
		{fitError(Config{Callbacks: []Callback{(*EarlyStop)(nil)}}), strings.Replace(none, "at 1", "at 0", 1)},
		{fitError(Config{Optimizer: (*Adam)(nil)}), "train: want an Optimizer, got a nil *train.Adam"},
		{fitError(Config{Epochs: -1}), "train: want Epochs of at least 1, or 0 for 1, got -1"},
		{fitError(Config{FirstEpoch: -1}), "train: want a FirstEpoch of at least 1, or 0 for 1, got -1"},
	} {
		if got := message(tt.err); got != tt.want {
			t.Errorf("want error %q, got %q", tt.want, got)
		}
	}
}

// TestMisusedLoss is refused before an epoch begins.
func TestMisusedLoss(t *testing.T) {
	pool := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.MaxPool2D{})
	var seen events
	data := pixels{bars(9), 0, new(float32)} // values, so that nothing is said of classes
	loss := graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{1, 2}}
	_, err := Fit(t.Context(), pool, data, Config{Loss: loss, Callbacks: []Callback{&seen}})
	wantOneLine(t, err, "SparseCategoricalCrossEntropy{ClassWeights: []float64{1, 2}}: output of max_pool2d_1: want ClassWeights for each of 1 classes, got 2")
	_, evaluated := Evaluate(t.Context(), pool, data, EvaluateConfig{Loss: loss, Callbacks: []Callback{&seen}})
	for _, err := range []error{err, evaluated} {
		if strings.Contains(message(err), "epoch 1") || !strings.HasPrefix(message(err), "SparseCategorical") {
			t.Errorf("want an error that speaks of no epoch, got %v", err)
		}
	}
	if len(seen) > 0 {
		t.Errorf("want no events, got %v", seen)
	}
}

func TestFitReportsABadOptimizer(t *testing.T) {
	_, err := Fit(t.Context(), tiny(t, 1), bars(9), Config{Optimizer: Adam{LearningRate: -1}})
	if want := "adam: want a LearningRate above 0, got -1"; message(err) != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}

// TestLabelOutOfRange names the sample, in training and in evaluation.
func TestLabelOutOfRange(t *testing.T) {
	spoilt := func(label int) points {
		return only(points{newPoints(40).xy, newPoints(40).n, func(b *loaders.Batch) {
			for k, i := range b.Index {
				if i == 33 {
					b.Targets[0].Labels[k] = label
				}
			}
		}})
	}
	for _, l := range []graph.Loss{graph.SparseCategoricalCrossEntropy{}, graph.SparseCategoricalCrossEntropy{Ignore: []int{-2}}, graph.Focal{}, graph.CategoricalCrossEntropy{}, graph.MeanSquaredError{}} {
		for _, label := range []int{2, -1} {
			want := fmt.Sprintf("train: target of output left: want labels from 0 to 1, of 2 classes, got %d at sample 33", label)
			_, err := Fit(t.Context(), heads(t, "left"), spoilt(label), Config{Loss: l, Batch: 7})
			wantOneLine(t, err, want)
			_, err = Evaluate(t.Context(), heads(t, "left"), spoilt(label), EvaluateConfig{Loss: l, Batch: 7})
			wantOneLine(t, err, want)
		}
	}
	pixels := loaders.Batch{N: 2, Index: []int{5, 9}, Targets: []loaders.Target{{Labels: []int{0, 1, 1, 0, 1, 7}}}}
	net := network(t, graph.Config{Input: graph.Shape{2, 1, 3}}, graph.Conv2D{Filters: 2, Kernel: 1})
	wantOneLine(t, newPrograms(net, graph.SparseCategoricalCrossEntropy{}).checkLabels(0, &pixels), "of 2 classes, got 7 at value 2 of sample 9")
}
