package train

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

func TestFitLearns(t *testing.T) {
	for _, tt := range []struct {
		name string
		dt   tensor.Dtype
		loss graph.Loss
	}{
		{"cross-entropy", graph.Float32, nil},
		{"cross-entropy in float64", graph.Float64, nil},
		{"mean squared error", graph.Float32, graph.MeanSquaredError{}},
		{"mean squared error in float64", graph.Float64, graph.MeanSquaredError{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data := bars(200) // 6 batches and one of 8
			history := fit(t, tinyOf(t, 1, tt.dt), data, Config{Epochs: 15, Loss: tt.loss, Optimizer: Adam{LearningRate: 0.01}})
			first, last := history.Epochs[0], history.Epochs[14]
			if last.Accuracy <= 0.95 || last.Loss >= first.Loss/2 {
				t.Errorf("want an accuracy above 0.95 and half the loss, got %+v at first and %+v at last", first.Metrics, last.Metrics)
			}
		})
	}
}

// TestFitReadsDigits trains the lesson's network on 2,000 real images, as
// --train-samples 2000 --epochs 3 does.
func TestFitReadsDigits(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("takes long")
	}
	training, test, err := loaders.MNIST(t.Context(), loaders.Options{NoDownload: true, TrainSamples: 2000, TestSamples: 2000})
	if errors.Is(err, loaders.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	net := named(t, "lesson", 1)
	fit(t, net, training, Config{Epochs: 3, Seed: 1})
	metrics, err := Evaluate(t.Context(), net, test, EvaluateConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", metrics)
	if metrics.Accuracy < 0.85 {
		t.Errorf("want a test accuracy of at least 0.85, got %v", metrics.Accuracy)
	}
}

// recorded is a dataset that notes the positions it is asked for.
type recorded struct {
	*loaders.Dataset
	seen *[]int
}

func (r recorded) Fill(b *loaders.Batch, index []int) error {
	*r.seen = append(*r.seen, index...)
	return r.Dataset.Fill(b, index)
}

// ordered are the positions that the epochs of a Fit on nine images take.
func ordered(t *testing.T, c Config) (epochs [][9]int) {
	t.Helper()
	var seen []int
	c.Batch = 4
	fit(t, tiny(t, 1), recorded{bars(9), &seen}, c)
	for seen = seen[1:]; len(seen) >= 9; seen = seen[9:] { // after the look at the first sample
		epochs = append(epochs, [9]int(seen))
	}
	if len(seen) > 0 || len(epochs) != max(c.Epochs, 1) {
		t.Fatalf("want %d epochs of 9 images, got %d and %d images", c.Epochs, len(epochs), len(seen))
	}
	return epochs
}

func TestFitOrder(t *testing.T) {
	sorted := [9]int{0, 1, 2, 3, 4, 5, 6, 7, 8}
	one := ordered(t, Config{Epochs: 3, Seed: 1})
	if again := ordered(t, Config{Epochs: 3, Seed: 1}); !slices.Equal(one, again) {
		t.Errorf("same seed: want the same order, got %v and %v", one, again)
	}
	if two := ordered(t, Config{Epochs: 3, Seed: 2}); slices.Equal(one, two) {
		t.Errorf("want another order with another seed, got %v twice", one)
	}
	if one[0] == one[1] || one[1] == one[2] || one[0] == one[2] {
		t.Errorf("want an order of its own in each epoch, got %v", one)
	}
	for i, epoch := range one {
		// Which is that of the epoch of this number, counted from 1.
		var want []int
		batches := bars(9).Batches(loaders.BatchConfig{Seed: 1, Epoch: i + 1})
		for b := batches.Next(); b != nil; b = batches.Next() {
			want = append(want, b.Index...)
		}
		if diff := cmp.Diff(want, epoch[:]); diff != "" {
			t.Errorf("epoch %d (-want +got):\n%s", i+1, diff)
		}
		slices.Sort(epoch[:])
		if epoch != sorted {
			t.Errorf("epoch %d: want each image once, got %v", i+1, epoch)
		}
	}
	if later := ordered(t, Config{Epochs: 2, FirstEpoch: 2, Seed: 1}); !slices.Equal(one[1:], later) {
		t.Errorf("from the second epoch on: want %v, got %v", one[1:], later)
	}
	if plain := ordered(t, Config{Epochs: 2, Seed: 1, NoShuffle: true}); !slices.Equal(plain, [][9]int{sorted, sorted}) {
		t.Errorf("NoShuffle: want the order of the dataset, got %v", plain)
	}
}

// TestFitWeighsThePartialBatch takes steps too small to change a weight, so
// that training measures what evaluation image by image does.
func TestFitWeighsThePartialBatch(t *testing.T) {
	data := bars(70) // batches of 32, 32 and 6
	net := tiny(t, 3)
	want := slowMetrics(t, net, data)
	var seen events
	history := fit(t, net, data, Config{NoShuffle: true, Optimizer: Adam{LearningRate: 1e-30}, Callbacks: []Callback{&seen}})
	if diff := cmp.Diff(want, history.Epochs[0].Metrics, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("metrics of the epoch (-want +got):\n%s", diff)
	}
	var samples []int
	for _, e := range seen {
		if e.Kind == BatchEnd {
			samples = append(samples, e.Samples)
		}
	}
	if diff := cmp.Diff([]int{32, 64, 70}, samples); diff != "" {
		t.Errorf("samples after each batch (-want +got):\n%s", diff)
	}
}

func TestFitIsReproducible(t *testing.T) {
	for _, tt := range []struct {
		net     string
		engine  graph.Engine
		samples int // 20 steps of 32 and, for simple, one of 5
	}{
		{"simple", graph.Gorgonia, 20*32 + 5},
		{"simple", graph.Fused, 20*32 + 5},
		{"lesson", graph.Gorgonia, 20 * 32},
		{"lesson", graph.Fused, 20 * 32},
		{"lenet5", graph.Fused, 20 * 32},
	} {
		t.Run(fmt.Sprint(tt.net, " ", tt.engine), func(t *testing.T) {
			if raced && tt.net != "simple" {
				t.Skip("takes long")
			}
			data, _ := loaders.RenderedDigits(1, tt.samples, 0)
			train := func(procs int, netSeed, seed uint64) []uint64 {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				net, err := nets.New(tt.net, nets.Config{Seed: netSeed, Engine: tt.engine})
				if err != nil {
					t.Fatal(err)
				}
				fit(t, net, data, Config{Seed: seed})
				return weights(net)
			}
			one := train(1, 1, 1)
			counts := []int{2, 3, 5}
			if tt.engine == graph.Gorgonia { // whose ops do not depend on it
				counts = counts[:1]
			}
			for _, procs := range counts {
				if !slices.Equal(one, train(procs, 1, 1)) {
					t.Errorf("want the same weights, bit for bit, under GOMAXPROCS 1 and %d", procs)
				}
			}
			if tt.net != "simple" {
				return
			}
			if slices.Equal(one, train(2, 2, 1)) {
				t.Error("want other weights from another seed of the network")
			}
			if slices.Equal(one, train(2, 1, 2)) {
				t.Error("want other weights from another seed of the order")
			}
		})
	}
}

// TestFitEnds ends training in every way there is. End must come once, last.
func TestFitEnds(t *testing.T) {
	boom := errors.New("boom")
	at := func(k Kind, epoch, samples int, err error) func(context.CancelFunc) Callback {
		return func(cancel context.CancelFunc) Callback {
			return CallbackFunc(func(e Event) error {
				if e.Kind != k || e.Epoch != epoch || e.Samples != samples {
					return nil
				}
				if errors.Is(err, context.Canceled) {
					cancel()
					return nil
				}
				return err
			})
		}
	}
	const (
		all  = 96
		done = 3 // epochs to be
	)
	for _, tt := range []struct {
		name     string
		callback func(context.CancelFunc) Callback
		want     error
		epochs   int // completed
		batches  int // begun, of three an epoch
	}{
		{"of itself", at(End, 0, 0, nil), nil, done, 9},
		{"stop at the beginning", at(EpochBegin, 1, 0, ErrStop), nil, 0, 0},
		{"stop after a batch", at(BatchEnd, 2, 64, ErrStop), nil, 1, 5},
		{"stop after the last batch", at(BatchEnd, 2, all, ErrStop), nil, 1, 6},
		{"stop after an epoch", at(EpochEnd, 2, all, ErrStop), nil, 2, 6},
		{"stop, wrapped", at(EpochEnd, 2, all, errors.Wrap(ErrStop, "enough")), nil, 2, 6},
		{"stop at the end", at(End, 3, all, ErrStop), nil, done, 9},
		{"error at the beginning", at(EpochBegin, 1, 0, boom), boom, 0, 0},
		{"error after a batch", at(BatchEnd, 2, 64, boom), boom, 1, 5},
		{"error after an epoch", at(EpochEnd, 2, all, boom), boom, 2, 6},
		{"error at the end", at(End, 3, all, boom), boom, done, 9},
		{"cancelled at the beginning", at(EpochBegin, 2, 0, context.Canceled), context.Canceled, 1, 3},
		{"cancelled after a batch", at(BatchEnd, 2, 32, context.Canceled), context.Canceled, 1, 4},
		{"cancelled after an epoch", at(EpochEnd, 1, all, context.Canceled), context.Canceled, 1, 3},
		{"cancelled when all is done", at(EpochEnd, 3, all, context.Canceled), nil, done, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var before, after events
			history, err := Fit(ctx, tiny(t, 1), bars(all), Config{
				Epochs: done, Callbacks: []Callback{&before, tt.callback(cancel), &after},
			})
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Errorf("want error %v, got %v", tt.want, err)
			}
			if n := len(history.Epochs); n != tt.epochs {
				t.Errorf("want a History of %d epochs, got %d", tt.epochs, n)
			}
			for name, seen := range map[string]events{"the first callback": before, "the last callback": after} {
				if n := seen.count(BatchEnd); n != tt.batches {
					t.Errorf("want %s told of %d batches, got %d", name, tt.batches, n)
				}
				if n := seen.count(EpochEnd); n != tt.epochs {
					t.Errorf("want %s told of %d epochs, got %d", name, tt.epochs, n)
				}
				if n := seen.count(End); n != 1 || seen[len(seen)-1].Kind != End {
					t.Errorf("want %s told of the end once and last, got %d times in %d events", name, n, len(seen))
				}
			}
		})
	}
}

func TestFitCancelledBeforehand(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	net := tiny(t, 1)
	was := weights(net)
	var seen events
	history, err := Fit(ctx, net, bars(9), Config{Callbacks: []Callback{&seen}})
	if !errors.Is(err, context.Canceled) || history == nil || len(history.Epochs) > 0 {
		t.Errorf("want an empty History and %v, got %v and %v", context.Canceled, history, err)
	}
	if len(seen) != 1 || seen[0].Kind != End {
		t.Errorf("want End alone, got %+v", seen)
	}
	if !slices.Equal(was, weights(net)) {
		t.Error("want the weights as they were")
	}
}

// TestFitEvents follows two epochs of two batches, from the third on.
func TestFitEvents(t *testing.T) {
	net := tiny(t, 1)
	var seen events
	history := fit(t, net, bars(40), Config{Epochs: 2, FirstEpoch: 3, Callbacks: []Callback{&seen}})
	last := seen[len(seen)-2]
	if diff := cmp.Diff(history.Epochs[1].Metrics, last.Metrics); diff != "" || last.Elapsed <= 0 {
		t.Errorf("want the epoch's metrics and time at its end, got %v (-want +got):\n%s", last.Elapsed, diff)
	}
	for i := range seen {
		if seen[i].Network != net {
			t.Errorf("event %d: want the network", i)
		}
		seen[i] = Event{Kind: seen[i].Kind, Phase: seen[i].Phase, Epoch: seen[i].Epoch, Epochs: seen[i].Epochs, Samples: seen[i].Samples, Total: seen[i].Total, Step: seen[i].Step}
	}
	want := events{
		{Kind: EpochBegin, Epoch: 3, Epochs: 4, Total: 40},
		{Kind: BatchEnd, Epoch: 3, Epochs: 4, Samples: 32, Total: 40, Step: 1},
		{Kind: BatchEnd, Epoch: 3, Epochs: 4, Samples: 40, Total: 40, Step: 2},
		{Kind: EpochEnd, Epoch: 3, Epochs: 4, Samples: 40, Total: 40, Step: 2},
		{Kind: EpochBegin, Epoch: 4, Epochs: 4, Total: 40, Step: 2},
		{Kind: BatchEnd, Epoch: 4, Epochs: 4, Samples: 32, Total: 40, Step: 3},
		{Kind: BatchEnd, Epoch: 4, Epochs: 4, Samples: 40, Total: 40, Step: 4},
		{Kind: EpochEnd, Epoch: 4, Epochs: 4, Samples: 40, Total: 40, Step: 4},
		{Kind: End, Epoch: 4, Epochs: 4, Samples: 40, Total: 40, Step: 4},
	}
	if diff := cmp.Diff(want, seen, cmpopts.IgnoreUnexported(Event{})); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
