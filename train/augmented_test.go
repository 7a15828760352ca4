package train

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/graph"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// augmented is a dataset as a text has it.
func augmented(t *testing.T, d *loaders.Dataset, text string, c augment.Config) *augment.Source {
	t.Helper()
	p, err := augment.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Pipeline = p
	s, err := augment.New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAugmentedAsItsDataset: what is said of a Dataset is said of it augmented.
func TestAugmentedAsItsDataset(t *testing.T) {
	var log strings.Builder
	lacking := bars(30)
	for i := range lacking.Labels {
		lacking.Labels[i] %= 2
	}
	fit(t, tiny(t, 1), augmented(t, lacking, "crop=1", augment.Config{}), Config{Log: &log})
	if want := "train: bars: no images of right: the network will not know them\n"; log.String() != want {
		t.Errorf("log: want %q, got %q", want, log.String())
	}

	few := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 2, Activation: graph.Softmax})
	_, err := Fit(context.Background(), few, augmented(t, bars(12), "crop=1", augment.Config{}), Config{})
	wantOneLine(t, err, "bars: want a network with an output for each of 3 classes, got output shape (2)")
	large := network(t, graph.Config{Input: graph.Shape{1, 7, 7}}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	_, err = Fit(context.Background(), large, augmented(t, bars(12), "crop=1", augment.Config{}), Config{})
	wantOneLine(t, err, "bars: want images of shape (1, 7, 7), as the network takes, got (1, 6, 6)")
	_, err = Fit(context.Background(), large, (*augment.Source)(nil), Config{})
	wantOneLine(t, err, "want a network and data, got nil")
}

// TestAugmentedSettings tells runs of other augmentation or data apart.
func TestAugmentedSettings(t *testing.T) {
	of := func(s loaders.Source) []runSetting { return Config{}.runSettings(s) }
	was := of(augmented(t, bars(12), "crop=1,mixup=0.2", augment.Config{Mean: []float64{0.5}}))
	if err := checkSame(was, of(augmented(t, bars(12), "crop=1,mixup=0.2", augment.Config{Mean: []float64{0.5}}))); err != nil {
		t.Errorf("the same: %v", err)
	}
	wantOneLine(t, checkSame(was, of(augmented(t, bars(12), "crop=2,mixup=0.2", augment.Config{Mean: []float64{0.5}}))),
		"the data: want bars, 12 images of 1×6×6 in 3 classes, augmented by crop=1,mixup=0.2, normalised by mean 0.5, deviation 1, targets by class, as the run has, got bars, 12 images of 1×6×6 in 3 classes, augmented by crop=2,")
	wantOneLine(t, checkSame(was, of(augmented(t, bars(12), "crop=1,mixup=0.2", augment.Config{Mean: []float64{0.4}}))), "normalised by mean 0.4")
	wantOneLine(t, checkSame(was, of(bars(12))), "got bars, 12 images of 1×6×6 in 3 classes")
	other := bars(12)
	other.Images[0]++
	wantOneLine(t, checkSame(was, of(augmented(t, other, "crop=1,mixup=0.2", augment.Config{Mean: []float64{0.5}}))), "the data: want those of the run", "got others of checksum")
}

// TestMixedLabels trains on mixed labels, and validates on one-hot and on plain
// ones, with the same figures.
func TestMixedLabels(t *testing.T) {
	for _, text := range []string{"mixup=0.2", "crop=1,cutmix=1", "mixup=0.4,cutmix=1"} {
		data, held := augmented(t, bars(120), text, augment.Config{}), bars(31)
		hot := augmented(t, held, "none", augment.Config{OneHot: true})
		loss := graph.CategoricalCrossEntropy{LabelSmoothing: 0.1}
		net := tiny(t, 1)
		h := fit(t, net, data, Config{Epochs: 12, Batch: 16, Optimizer: Adam{LearningRate: 0.01}, Loss: loss, Validation: hot})
		last := h.Epochs[11]
		if last.Unlabelled || last.Accuracy < 0.6 || last.Validation.Accuracy < 0.95 {
			t.Errorf("%s: want it to learn, got %v", text, last)
		}
		plain, err := augment.New(held, data.Config().ForEvaluation())
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			loaders.Source
			graph.Loss
		}{
			"one-hot":           {hot, loss},
			"labels":            {plain, loss},
			"the dataset":       {held, loss},
			"the sparse, plain": {plain, graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1}},
		} {
			m, err := Evaluate(context.Background(), net, c.Source, EvaluateConfig{Loss: c.Loss})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(*last.Validation, m, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
				t.Errorf("%s, %s (-validation +evaluation):\n%s", text, name, diff)
			}
		}
		_, err = Fit(context.Background(), net, data, Config{})
		wantOneLine(t, err, "train: target of output dense_1: want Labels for the loss SparseCategoricalCrossEntropy{}, got Values, as of mixed or one-hot labels: take a graph.CategoricalCrossEntropy for them")
	}
}

// TestMixedFirstLoss: shares of classes cost as much as labels before anything is
// learned.
func TestMixedFirstLoss(t *testing.T) {
	sure := tiny(t, 1)
	set(sure.Params()[3].Value, 2, 9)
	var log strings.Builder
	data := augmented(t, bars(12), "mixup=1", augment.Config{})
	fit(t, sure, data, Config{Loss: graph.CategoricalCrossEntropy{}, Log: &log})
	if !strings.HasPrefix(log.String(), "train: output dense_1: want a first loss of about ln 3") {
		t.Errorf("want a line about the first loss, got %q", log.String())
	}
	log.Reset()
	fit(t, tiny(t, 1), data, Config{Loss: graph.CategoricalCrossEntropy{}, Log: &log})
	if log.String() != "" {
		t.Errorf("a guess: want silence, got %q", log.String())
	}
}

// TestClassWeightsOfValues: a source's weights of classes are those of the loss.
func TestClassWeightsOfValues(t *testing.T) {
	weights := []float64{1, 3, 0.5}
	loss := graph.SparseCategoricalCrossEntropy{ClassWeights: weights, LabelSmoothing: 0.1}
	want, got := tiny(t, 1), tiny(t, 1)
	h := fit(t, want, bars(50), Config{Epochs: 2, Loss: loss})
	values := augmented(t, bars(50), "none", augment.Config{OneHot: true, ClassWeights: weights})
	h2 := fit(t, got, values, Config{Epochs: 2, Loss: graph.CategoricalCrossEntropy{LabelSmoothing: 0.1}})
	if diff := cmp.Diff(h.Epochs, h2.Epochs, cmpopts.EquateApprox(0, 1e-5), cmpopts.IgnoreFields(Epoch{}, "Elapsed")); diff != "" {
		t.Errorf("epochs (-loss's +source's):\n%s", diff)
	}
	for i, p := range want.Params() {
		for k := range p.Value.Shape().TotalSize() {
			if a, b := at(p.Value, k), at(got.Params()[i].Value, k); math.Abs(a-b) > 1e-4 {
				t.Fatalf("%s, value %d: %v by the loss, %v by the source", p.Name, k, a, b)
			}
		}
	}
}

// TestAugmentedGoesOn from checkpoints in the middle of an epoch, bit for bit.
func TestAugmentedGoesOn(t *testing.T) {
	data := augmented(t, bars(100), "shift=1,rotate=10,crop=1,noise=0.1,mixup=0.2,cutmix=1", augment.Config{Mean: []float64{0.3}, Deviation: []float64{0.3}})
	var all []*Checkpoint
	c := Config{Epochs: 2, Batch: 16, Seed: 5, Loss: graph.CategoricalCrossEntropy{}}
	whole := c
	whole.Callbacks = []Callback{Checkpoints{Every: 3, Save: func(_ Event, p *Checkpoint) error {
		all = append(all, p)
		return nil
	}}}
	net := restless(t)
	fit(t, net, data, whole)
	if len(all) < 4 {
		t.Fatalf("want some checkpoints, got %d", len(all))
	}
	for _, from := range all[:len(all)-1] {
		rest := c
		rest.From, rest.Epochs = from, 3-from.Epoch
		next := restless(t)
		fit(t, next, data, rest)
		if !slices.Equal(weights(net), weights(next)) {
			t.Errorf("from epoch %d, %d samples: want the same weights", from.Epoch, from.Samples)
		}
	}
}
