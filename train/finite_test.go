package train

import (
	"context"
	"math"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

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

// TestNaNWeights has what a step that overflowed leaves behind.
func TestNaNWeights(t *testing.T) {
	for layer := range 2 {
		net := tiny(t, 1)
		w := net.Params()[2*layer].Value.Data().([]float32)
		for i := range w {
			w[i] = float32(math.NaN())
		}
		name := net.Params()[2*layer].Name
		_, err := Fit(t.Context(), net, bars(9), Config{})
		wantOneLine(t, err, "epoch 1, after 0 samples: weight "+name+" was not finite before the first step", "smaller learning rate")
		_, err = Evaluate(t.Context(), net, bars(9), EvaluateConfig{})
		wantOneLine(t, err, "bars: after 0 samples: weight "+name+" is not finite", "smaller learning rate")
		_, err = Predict(t.Context(), net, bars(9), PredictConfig{})
		wantOneLine(t, err, "bars: after 0 samples: output dense_1 is not a number, as weight "+name+" is not finite", "smaller learning rate")
	}
}

// leap is an optimiser that makes a weight infinite at its n-th step.
type leap struct{ Adam }

func (leap) Start(params []*graph.Param) (Stepper, error) { return &leaping{params: params}, nil }

type leaping struct {
	Stepper
	params []*graph.Param
	steps  int
}

func (l *leaping) Step([]*tensor.Dense) error {
	if l.steps++; l.steps == 4 {
		set(l.params[3].Value, 1, math.Inf(1)) // a bias, of the last layer
	}
	return nil
}

func (l *leaping) State() OptimizerState { return OptimizerState{} }
func (l *leaping) Rate() float64         { return 0.5 }

// TestDivergenceInTheLastStep takes four steps, the last of which no loss
// follows: that of an epoch, with and without validation, and one after which
// a callback stops.
func TestDivergenceInTheLastStep(t *testing.T) {
	stop := CallbackFunc(func(e Event) error { return when(e.Kind == BatchEnd && e.Samples == 2*32, ErrStop) })
	for _, tt := range []struct {
		name   string
		data   *loaders.Dataset
		config Config
		want   string
	}{
		{"of all", bars(64), Config{Epochs: 2}, "epoch 2, after 64 samples: batch 2"},
		{"of an epoch", bars(64), Config{Epochs: 3, Validation: bars(9)}, "epoch 2, after 64 samples: batch 2"},
		{"before a stop", bars(64 + 1), Config{Batch: 16, Callbacks: []Callback{stop}}, "epoch 1, after 64 samples: batch 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Optimizer = leap{}
			_, err := Fit(t.Context(), tiny(t, 1), tt.data, tt.config)
			wantOneLine(t, err, tt.want+", after a step at learning rate 0.5: weight dense_1/bias is no longer finite (the output of dense_1 would be the first that is not), so training has diverged: try a smaller learning rate than that of Adam{",
				"}, a Clip of the gradients, or inputs scaled to about 0 to 1")
		})
	}
}

// pixels are bars whose values a test may change: sample 4 has the value at
// place 7, and the targets are values where there is one.
type pixels struct {
	*loaders.Dataset
	value  float32
	target *float32
}

func (p pixels) Fill(b *loaders.Batch, index []int) error {
	if err := p.Dataset.Fill(b, index); err != nil {
		return err
	}
	x := b.Inputs[0]
	if p.target != nil {
		x = b.Values(0, 3)
		clear(x)
	}
	for k, i := range index {
		switch size := len(x) / b.N; {
		case i != 4:
		case p.target != nil:
			x[k*size+2] = *p.target
		default:
			x[k*size+7] = p.value
		}
	}
	return nil
}

// TestBadData must be told from divergence, on both engines.
func TestBadData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, engine := range []graph.Engine{graph.Fused, graph.Gorgonia} {
		net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Engine: engine},
			graph.Conv2D{Filters: 4, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 3})
		for _, tt := range []struct {
			name string
			data pixels
			loss graph.Loss
			want string
		}{
			{"NaN", pixels{bars(9), nan, nil}, nil, "input input: want finite numbers, got NaN at value 7 of sample 4"},
			{"infinite", pixels{bars(9), inf, nil}, nil, "input input: want finite numbers, got -Inf at value 7 of sample 4"},
			{"target", pixels{bars(9), 0, &nan}, graph.MeanSquaredError{}, "target of output dense_1: want finite numbers, got NaN at value 2 of sample 4"},
		} {
			t.Run(engine.String()+" "+tt.name, func(t *testing.T) {
				was := weights(net)
				_, err := Fit(t.Context(), net, tt.data, Config{Loss: tt.loss})
				wantOneLine(t, err, "epoch 1, after 0 samples: "+tt.want)
				_, err = Evaluate(t.Context(), net, tt.data, EvaluateConfig{Loss: tt.loss, Batch: 3})
				wantOneLine(t, err, "after 3 samples: "+tt.want)
				rows, err := Predict(t.Context(), net, tt.data, PredictConfig{Batch: 3})
				if tt.loss != nil { // the targets are not looked at
					if err != nil || len(rows) != 9 {
						t.Errorf("Predict: want 9 rows, got %d and error %v", len(rows), err)
					}
					return
				}
				wantOneLine(t, err, "after 3 samples: "+tt.want)
				if len(rows) != 3 {
					t.Errorf("Predict: want the rows before, 3, got %d", len(rows))
				}
				for i, w := range weights(net) {
					if w != was[i] {
						t.Fatal("want the weights as they were")
					}
				}
			})
		}
	}
}

// TestPredictInfinite has the logarithm of a probability of 0.
func TestPredictInfinite(t *testing.T) {
	net := tiny(t, 1)
	p := net.Params()[3]
	set(p.Value, 1, math.Inf(-1))
	small := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 3})
	set(small.Params()[1].Value, 1, math.Inf(-1))
	rows, err := Predict(t.Context(), small, bars(2), PredictConfig{})
	if err != nil || !math.IsInf(float64(rows[1][1]), -1) {
		t.Errorf("want -Inf and no error, got %v and %v", rows, err)
	}
}

// TestInputsTooLarge overflows before there was a step.
func TestInputsTooLarge(t *testing.T) {
	huge := pixels{bars(9), 3e38, nil}
	net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 3})
	w := net.Params()[0].Value.Data().([]float32)
	for i := range w {
		w[i] = 2
	}
	_, err := Fit(t.Context(), net, huge, Config{Loss: graph.MeanSquaredError{}})
	wantOneLine(t, err, "epoch 1, after 0 samples: batch 1: the loss is ", "before the first step: scale the inputs")
}

// TestDivergenceNamesWhatThereIsToKnow has a weight that overflows in the step of
// the second batch, and one that makes a layer overflow though it is finite.
func TestDivergenceNamesWhatThereIsToKnow(t *testing.T) {
	for _, tt := range []struct {
		name   string
		value  float64
		weight int // of the trained ones
		config Config
		want   string
	}{
		{"weight", math.Inf(1), 1, Config{}, "epoch 1, after 32 samples: batch 3, after a step at learning rate 0.01: weight conv2d_1/bias is no longer finite (the output of conv2d_1 is the first that is not, though the input is), so training has diverged: try a smaller learning rate than that of Adam{}, a Clip of the gradients, or inputs scaled to about 0 to 1"},
		{"activation", 3e38, 2, Config{Clip: Clip{Value: 1}}, " of dense_1, value "},
		{"activation clipped", 3e38, 2, Config{Clip: Clip{Value: 1}}, "though the inputs and all weights are finite), so training has diverged: try a smaller learning rate than that of Adam{}, or inputs scaled to about 0 to 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.config.Batch, tt.config.Optimizer = 16, spoiling{weight: tt.weight, value: tt.value}
			_, err := Fit(t.Context(), tiny(t, 1), bars(64), tt.config)
			wantOneLine(t, err, tt.want, "epoch 1, after 32 samples: batch 3, after a step at learning rate 0.01: ")
		})
	}
}

// spoiling is an optimiser that puts a value into a whole weight at its second
// step.
type spoiling struct {
	weight int
	value  float64
}

func (spoiling) String() string { return "Adam{}" }

func (s spoiling) Start(params []*graph.Param) (Stepper, error) {
	return &spoilt{spoiling: s, params: params}, nil
}

type spoilt struct {
	leaping
	spoiling
	params []*graph.Param
	steps  int
}

func (s *spoilt) Step([]*tensor.Dense) error {
	if s.steps++; s.steps == 2 {
		for k := range s.params[s.weight].Value.Shape().TotalSize() {
			set(s.params[s.weight].Value, k, s.value)
		}
	}
	return nil
}

func (s *spoilt) Rate() float64         { return 0.01 }
func (s *spoilt) State() OptimizerState { return OptimizerState{} }
