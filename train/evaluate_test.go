package train

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// slowOutputs are the network's outputs, one image at a time.
func slowOutputs(t testing.TB, net *graph.Network, data *loaders.Dataset) [][]float32 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var outputs [][]float32
	for i := range data.Len() {
		for k, v := range data.Image(i) {
			set(p.Inputs[0], k, float64(v)/255)
		}
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		row := make([]float32, net.Outputs()[0].Shape.TotalSize())
		for k := range row {
			row[k] = float32(at(p.Outputs[0], k))
		}
		outputs = append(outputs, row)
	}
	return outputs
}

// slowMetrics are cross-entropy and accuracy of a network that ends in Softmax.
func slowMetrics(t testing.TB, net *graph.Network, data *loaders.Dataset) Metrics {
	t.Helper()
	var m Metrics
	n := float64(data.Len())
	for i, p := range slowOutputs(t, net, data) {
		label := data.Labels[i]
		m.Loss -= math.Log(float64(p[label])) / n
		best := 0
		for k := range p {
			if p[k] > p[best] {
				best = k
			}
		}
		if best == int(label) {
			m.Accuracy += 1 / n
		}
	}
	return m
}

// tested are a network and a dataset for it. Fits leave the accuracy between 0
// and 1.
func tested(t *testing.T) map[string]struct {
	net  *graph.Network
	data *loaders.Dataset
} {
	digits, _ := loaders.RenderedDigits(1, 70, 0)
	simple := named(t, "simple", 1)
	fit(t, simple, digits, Config{Epochs: 2})
	tiny64 := tinyOf(t, 1, graph.Float64)
	fit(t, tiny64, bars(50), Config{Epochs: 2})
	return map[string]struct {
		net  *graph.Network
		data *loaders.Dataset
	}{"simple": {simple, digits}, "tiny in float64": {tiny64, bars(50)}}
}

func TestEvaluate(t *testing.T) {
	for name, tt := range tested(t) {
		t.Run(name, func(t *testing.T) {
			was := weights(tt.net)
			want := slowMetrics(t, tt.net, tt.data)
			if want.Accuracy == 0 || want.Accuracy == 1 {
				t.Fatalf("want a test that tells something, got accuracy %v", want.Accuracy)
			}
			for _, batch := range []int{0, 1, 7, 32, 1000} {
				got, err := Evaluate(t.Context(), tt.net, tt.data, EvaluateConfig{Batch: batch})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-5)); diff != "" {
					t.Errorf("batch %d (-one by one +got):\n%s", batch, diff)
				}
			}
			if !slices.Equal(was, weights(tt.net)) {
				t.Error("want the weights as they were")
			}
		})
	}
}

// TestEvaluateLoss has the mean squared error of outputs and one-hot labels.
func TestEvaluateLoss(t *testing.T) {
	net, data := tiny(t, 1), bars(10)
	var want float64
	for i, p := range slowOutputs(t, net, data) {
		for k, v := range p {
			d := float64(v)
			if k == data.Labels[i] {
				d--
			}
			want += d * d / 30
		}
	}
	got, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: 4, Loss: graph.MeanSquaredError{}})
	if err != nil || math.Abs(got.Loss-want) > 1e-6 {
		t.Errorf("want %v, got %v and error %v", want, got.Loss, err)
	}
}

func TestPredict(t *testing.T) {
	for name, tt := range tested(t) {
		t.Run(name, func(t *testing.T) {
			want := slowOutputs(t, tt.net, tt.data)
			for _, batch := range []int{0, 1, 7} {
				got, err := Predict(t.Context(), tt.net, tt.data, PredictConfig{Batch: batch})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
					t.Errorf("batch %d (-one by one +got):\n%s", batch, diff)
				}
				for i, p := range got {
					var sum float64
					for _, v := range p {
						sum += float64(v)
					}
					if math.Abs(sum-1) > 1e-6 {
						t.Errorf("image %d: want probabilities that sum to 1, got %v", i, sum)
					}
				}
			}
		})
	}
}

// TestPredictRowsAreTheCallers changes one row, which must leave the others
// alone.
func TestPredictRowsAreTheCallers(t *testing.T) {
	net := tiny(t, 1)
	rows, err := Predict(t.Context(), net, bars(5), PredictConfig{Batch: 2})
	if err != nil {
		t.Fatal(err)
	}
	second := append([]float32{}, rows[1]...)
	_ = append(rows[0], 7)
	if diff := cmp.Diff(second, rows[1]); diff != "" {
		t.Errorf("row 1 after appending to row 0 (-want +got):\n%s", diff)
	}
}

func TestEvaluateEnds(t *testing.T) {
	boom := errors.New("boom")
	for _, tt := range []struct {
		name     string
		callback func(context.CancelFunc, Event) error
		want     error
		batches  int // of three
	}{
		{"of itself", func(context.CancelFunc, Event) error { return nil }, nil, 3},
		{"stopped", func(_ context.CancelFunc, e Event) error { return when(e.Samples == 64, ErrStop) }, nil, 2},
		{"stopped after the last batch", func(_ context.CancelFunc, e Event) error { return when(e.Samples == 70, ErrStop) }, nil, 3},
		{"error", func(_ context.CancelFunc, e Event) error { return when(e.Samples == 32, boom) }, boom, 1},
		{"error at the end", func(_ context.CancelFunc, e Event) error { return when(e.Kind == End, boom) }, boom, 3},
		{"cancelled", func(cancel context.CancelFunc, e Event) error {
			if e.Samples == 64 {
				cancel()
			}
			return nil
		}, context.Canceled, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, do := range map[string]func(context.Context, ...Callback) error{
				"Evaluate": func(ctx context.Context, c ...Callback) error {
					_, err := Evaluate(ctx, tiny(t, 1), bars(70), EvaluateConfig{Callbacks: c})
					return err
				},
				"Predict": func(ctx context.Context, c ...Callback) error {
					rows, err := Predict(ctx, tiny(t, 1), bars(70), PredictConfig{Callbacks: c})
					if want := min(32*tt.batches, 70); len(rows) != want {
						t.Errorf("Predict: want the rows of the batches run, %d, got %d", want, len(rows))
					}
					if tt.batches < 3 && err == nil {
						t.Error("Predict: want an error where rows are missing, got nil")
					}
					if errors.Is(err, ErrStop) {
						wantOneLine(t, err, "train: predicted 64 of 70 samples: stopped by a callback")
						return nil
					}
					return err
				},
			} {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				var seen events
				err := do(ctx, CallbackFunc(func(e Event) error { return tt.callback(cancel, e) }), &seen)
				if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
					t.Errorf("%s: want error %v, got %v", name, tt.want, err)
				}
				for _, e := range seen {
					if e.Phase.String() != map[string]string{"Evaluate": "evaluation", "Predict": "prediction"}[name] {
						t.Fatalf("%s: phase %v", name, e.Phase)
					}
				}
				if n := seen.count(BatchEnd); n != tt.batches {
					t.Errorf("%s: want %d batches, got %d", name, tt.batches, n)
				}
				if n := seen.count(End); n != 1 || seen[len(seen)-1].Kind != End {
					t.Errorf("%s: want End once and last, got %d times in %d events", name, n, len(seen))
				}
			}
		})
	}
}

func when(condition bool, err error) error {
	if condition {
		return err
	}
	return nil
}

func TestRowsOfFloat64(t *testing.T) {
	d := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6}))
	if diff := cmp.Diff([][]float32{{1, 2, 3}, {4, 5, 6}}, rows(d, 2)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestEvaluateOutputs are those of PredictAll, bit for bit, on both engines, and the
// metrics are as without.
func TestEvaluateOutputs(t *testing.T) {
	data := bars(41)
	for _, engine := range []graph.Engine{graph.Fused, graph.Gorgonia} {
		net := drawing(t, 1, engine)
		fit(t, net, bars(60), Config{})
		want, err := PredictAll(t.Context(), net, data, PredictConfig{Batch: 16})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: 16})
		if err != nil {
			t.Fatal(err)
		}
		got := [][][]float32{{{1}}} // is replaced
		m, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: 16, Outputs: &got})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: outputs (-PredictAll +Evaluate):\n%s", engine, diff)
		}
		if diff := cmp.Diff(plain, m); diff != "" {
			t.Errorf("%v: metrics (-without +with):\n%s", engine, diff)
		}
		stop := CallbackFunc(func(e Event) error { return when(e.Kind == BatchEnd && e.Samples == 32, ErrStop) })
		if _, err := Evaluate(t.Context(), net, data, EvaluateConfig{Batch: 16, Outputs: &got, Callbacks: []Callback{stop}}); err != nil || len(got[0]) != 32 {
			t.Errorf("%v: want the 32 rows before a stop, got %d and %v", engine, len(got[0]), err)
		}
	}
}
