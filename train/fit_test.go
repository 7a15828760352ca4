package train

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

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
	metrics, err := Evaluate(t.Context(), net, test, Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", metrics)
	if metrics.Accuracy < 0.85 {
		t.Errorf("want a test accuracy of at least 0.85, got %v", metrics.Accuracy)
	}
}

// labelled are the labels of each batch, by epoch: a loss that sees them all.
type labelled struct {
	graph.SparseCategoricalCrossEntropy
	seen *[]int
}

func (l labelled) Encode(labels []int, target *tensor.Dense) error {
	*l.seen = append(*l.seen, labels...)
	return l.SparseCategoricalCrossEntropy.Encode(labels, target)
}

// TestFitOrder trains on nine images of nine classes, so that labels tell them apart.
func TestFitOrder(t *testing.T) {
	data := &loaders.Dataset{Name: "nine", Classes: strings.Split("abcdefghi", ""), Channels: 1, Height: 1, Width: 1}
	for i := range 9 {
		data.Images, data.Labels = append(data.Images, uint8(i)), append(data.Labels, uint8(i))
	}
	order := func(c Config) [3][9]int {
		var seen []int
		c.Epochs, c.Batch, c.Loss = 3, 4, labelled{seen: &seen}
		fit(t, network(t, graph.Config{Input: graph.Shape{1, 1, 1}}, graph.Flatten{}, graph.Dense{Units: 9}), data, c)
		if len(seen) != 27 {
			t.Fatalf("want 3 epochs of 9 images, got %d images", len(seen))
		}
		return [3][9]int{[9]int(seen), [9]int(seen[9:]), [9]int(seen[18:])}
	}
	sorted := [9]int{0, 1, 2, 3, 4, 5, 6, 7, 8}
	one, again, two := order(Config{Seed: 1}), order(Config{Seed: 1}), order(Config{Seed: 2})
	if one != again {
		t.Errorf("same seed: want the same order, got %v and %v", one, again)
	}
	if one == two {
		t.Errorf("want another order with another seed, got %v twice", one)
	}
	if one[0] == one[1] || one[1] == one[2] || one[0] == one[2] {
		t.Errorf("want an order of its own in each epoch, got %v", one)
	}
	for i, epoch := range one {
		if diff := cmp.Diff(sorted, epoch, cmpopts.SortSlices(func(a, b int) bool { return a < b }),
			cmp.Transformer("slice", func(a [9]int) []int { return a[:] })); diff != "" {
			t.Errorf("epoch %d: want each image once (-want +got):\n%s", i+1, diff)
		}
	}
	if plain := order(Config{Seed: 1, NoShuffle: true}); plain != [3][9]int{sorted, sorted, sorted} {
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

// TestFitEvents follows one epoch of two batches.
func TestFitEvents(t *testing.T) {
	net := tiny(t, 1)
	var seen events
	history := fit(t, net, bars(40), Config{Callbacks: []Callback{&seen}})
	if last := seen[len(seen)-2]; last.Metrics != history.Epochs[0].Metrics || last.Elapsed <= 0 {
		t.Errorf("want the epoch's metrics %+v at its end, got %+v", history.Epochs[0], last)
	}
	for i := range seen {
		if seen[i].Network != net {
			t.Errorf("event %d: want the network", i)
		}
		seen[i] = Event{Kind: seen[i].Kind, Epoch: seen[i].Epoch, Epochs: seen[i].Epochs, Samples: seen[i].Samples, Total: seen[i].Total}
	}
	want := events{
		{Kind: EpochBegin, Epoch: 1, Epochs: 1, Total: 40},
		{Kind: BatchEnd, Epoch: 1, Epochs: 1, Samples: 32, Total: 40},
		{Kind: BatchEnd, Epoch: 1, Epochs: 1, Samples: 40, Total: 40},
		{Kind: EpochEnd, Epoch: 1, Epochs: 1, Samples: 40, Total: 40},
		{Kind: End, Epoch: 1, Epochs: 1, Samples: 40, Total: 40},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestFitDiverges uses learning rates far beyond sense. Some overflow into NaN,
// on which Gorgonia's max-pool panics in a goroutine of its own.
func TestFitDiverges(t *testing.T) {
	data, _ := loaders.RenderedDigits(1, 96, 0)
	for _, name := range []string{"simple", "lesson"} {
		for _, rate := range []float64{1e6, 1e12, 1e30, 1e300} {
			var seen events
			history, err := Fit(context.Background(), named(t, name, 1), data, Config{
				Epochs: 2, Optimizer: Adam{LearningRate: rate}, Callbacks: []Callback{&seen},
			})
			if err != nil {
				wantOneLine(t, err, "epoch 1, after ", "training has diverged: try a smaller learning rate")
			} else if rate >= 1e30 {
				t.Errorf("%s at %v: want an error, got %+v", name, rate, history)
			}
			for _, e := range history.Epochs {
				if !finite(e.Loss) {
					t.Errorf("%s at %v: want finite losses in the History, got %v", name, rate, e.Loss)
				}
			}
			if n := seen.count(End); n != 1 {
				t.Errorf("%s at %v: want End once, got %d times", name, rate, n)
			}
		}
	}
}

// wantOneLine wants an error of one line that contains each of the parts.
func wantOneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Error("want an error, got nil")
		return
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("want one line, got %q", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("want %q in the error, got %q", part, err)
		}
	}
}

// TestNaNWeights has what a step that overflowed leaves behind.
func TestNaNWeights(t *testing.T) {
	for layer := range 2 {
		net := tiny(t, 1)
		w := net.Params()[2*layer].Value.Data().([]float32)
		for i := range w {
			w[i] = float32(math.NaN())
		}
		_, err := Fit(context.Background(), net, bars(9), Config{})
		wantOneLine(t, err, "smaller learning rate")
		_, err = Evaluate(context.Background(), net, bars(9), Config{})
		wantOneLine(t, err, "smaller learning rate")
	}
}

// TestMisfits are mistakes that Fit, Evaluate and Predict must report before any work.
func TestMisfits(t *testing.T) {
	net, data := tiny(t, 1), bars(9)
	shaped := func(change func(*loaders.Dataset)) *loaders.Dataset {
		d := *data
		change(&d)
		return &d
	}
	for _, tt := range []struct {
		name   string
		net    *graph.Network
		data   *loaders.Dataset
		config Config
		want   string
	}{
		{"no network", nil, data, Config{}, "train: want a network and a dataset, got nil"},
		{"no dataset", net, nil, Config{}, "train: want a network and a dataset, got nil"},
		{"empty dataset", net, bars(0), Config{}, "bars: want at least one image, got none"},
		{"other image shape", net, shaped(func(d *loaders.Dataset) { d.Height, d.Width = 4, 9 }), Config{}, "bars: want images of shape (1, 6, 6), as the network takes, got (1, 4, 9)"},
		{"missing pixels", net, shaped(func(d *loaders.Dataset) { d.Images = d.Images[1:] }), Config{}, "bars: want 324 bytes for 9 images of 1×6×6, got 323"},
		{"more classes than outputs", net, shaped(func(d *loaders.Dataset) { d.Classes = make([]string, 4) }), Config{}, "bars: want a network with an output for each of 4 classes, got output shape (3)"},
		{
			"output that is no vector", network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.MaxPool2D{}), data,
			Config{},
			"bars: want a network with an output for each of 3 classes, got output shape (1, 3, 3)",
		},
		{"negative batch", net, data, Config{Batch: -1}, "train: want a Batch of at least 1, or 0 for 32, got -1"},
		{"negative epochs", net, data, Config{Epochs: -1}, "train: want Epochs of at least 1, or 0 for 1, got -1"},
		{"nil callback", net, data, Config{Callbacks: []Callback{&events{}, nil}}, "train: want no nil among Callbacks, got one at 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			history, fitted := Fit(context.Background(), tt.net, tt.data, tt.config)
			_, evaluated := Evaluate(context.Background(), tt.net, tt.data, tt.config)
			_, predicted := Predict(context.Background(), tt.net, tt.data, tt.config)
			for name, err := range map[string]error{"Fit": fitted, "Evaluate": evaluated, "Predict": predicted} {
				if got := message(err); got != tt.want {
					t.Errorf("%s: want error %q, got %q", name, tt.want, got)
				}
			}
			if history == nil {
				t.Error("want a History, got nil")
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestFitReportsABadOptimizer(t *testing.T) {
	_, err := Fit(context.Background(), tiny(t, 1), bars(9), Config{Optimizer: Adam{LearningRate: -1}})
	if want := "adam: want a LearningRate above 0, got -1"; message(err) != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}

// TestGoroutinesEnd stops in the midst of an epoch, while batches are being prepared.
func TestGoroutinesEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	stop := Config{Batch: 8, Callbacks: []Callback{CallbackFunc(func(e Event) error { return when(e.Kind == BatchEnd, ErrStop) })}}
	net, data := tiny(t, 1), bars(800)
	fit(t, net, data, stop)
	if _, err := Evaluate(t.Context(), net, data, stop); err != nil {
		t.Fatal(err)
	}
	if _, err := Predict(t.Context(), net, data, stop); err != nil {
		t.Fatal(err)
	}
	n := runtime.NumGoroutine()
	for i := 0; i < 200 && n > before; i++ { // the last ones may be about to end
		time.Sleep(5 * time.Millisecond)
		n = runtime.NumGoroutine()
	}
	if n > before {
		t.Errorf("want no goroutine left behind, got %d", n-before)
	}
}

// TestFitKeepsNoMemory takes 500 steps of two batch sizes.
func TestFitKeepsNoMemory(t *testing.T) {
	const margin = 128 << 10 // bytes; one kept output a step would take more
	var steps int
	var at100 uint64
	measure := CallbackFunc(func(e Event) error {
		if e.Kind != BatchEnd {
			return nil
		}
		switch steps++; steps {
		case 100:
			at100 = heap()
		case 500:
			if at500 := heap(); at500 > at100+margin {
				t.Errorf("heap: %d bytes after 100 steps, %d after 500", at100, at500)
			}
		}
		return nil
	})
	fit(t, tiny(t, 1), bars(150), Config{Epochs: 100, Callbacks: []Callback{measure}})
	if steps != 500 {
		t.Errorf("want 500 steps, got %d", steps)
	}
}

// heap is the number of bytes in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what finalizers let go in the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
