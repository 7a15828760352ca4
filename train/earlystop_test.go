package train

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// told tells a callback of the ends of epochs with these validation losses, and
// is after how many it stopped, 0 if it did not.
func told(t *testing.T, c Callback, s Stepper, first int, losses ...float64) int {
	t.Helper()
	for i, loss := range losses {
		e := Event{Kind: EpochBegin, Epoch: first + i, Optimizer: s}
		if err := c.On(e); err != nil {
			t.Fatal(err)
		}
		e.Kind, e.Validation = EpochEnd, &Metrics{Loss: loss, Accuracy: 1 - loss}
		switch err := c.On(e); {
		case errors.Is(err, ErrStop):
			return i + 1
		case err != nil:
			t.Fatal(err)
		}
	}
	return 0
}

func TestEarlyStop(t *testing.T) {
	for _, tt := range []struct {
		name   string
		stop   EarlyStop
		losses []float64
		want   int
	}{
		{"at once", EarlyStop{}, []float64{3, 2, 1, 1}, 4},
		{"patience 1 is the same", EarlyStop{Patience: 1}, []float64{3, 2, 1, 1}, 4},
		{"patience", EarlyStop{Patience: 3}, []float64{3, 1, 2, 2, 0.5, 2, 2, 2}, 8},
		{"not yet", EarlyStop{Patience: 3}, []float64{3, 1, 2, 2}, 0},
		{"too little", EarlyStop{Patience: 2, MinDelta: 0.5}, []float64{3, 2.75, 2.5}, 3},
		{"little by little", EarlyStop{Patience: 2, MinDelta: 0.25}, []float64{3, 2.9, 2.7, 2.6, 2.4}, 0},
		{"accuracy", EarlyStop{Monitor: ValidationAccuracy, Patience: 2}, []float64{0.5, 0.4, 0.4, 0.45}, 4},
		{"the first is never bad", EarlyStop{}, []float64{1e300}, 0},
	} {
		if got := told(t, &tt.stop, nil, 1, tt.losses...); got != tt.want {
			t.Errorf("%s: want a stop after %d epochs, got %d", tt.name, tt.want, got)
		}
	}
}

// TestEarlyStopGoesOn waits over two Fits, and in another process; and anew from
// an epoch 1.
func TestEarlyStopGoesOn(t *testing.T) {
	s := &EarlyStop{Patience: 3}
	told(t, s, nil, 1, 3, 1, 2)
	if got, want := s.State(), (Patience{Best: 1, Epoch: 2, Waited: 1}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	other := &EarlyStop{Patience: 3}
	if err := other.SetState(s.State()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*EarlyStop{s, other} {
		if got := told(t, c, nil, 4, 2, 2); got != 2 {
			t.Errorf("going on: want a stop after 2 more epochs, got %d", got)
		}
	}
	if got := told(t, s, nil, 1, 9, 9, 9, 9); got != 4 {
		t.Errorf("anew: want a stop after 4 epochs, got %d", got)
	}
	for _, p := range []Patience{{Best: math.NaN()}, {Epoch: -1}, {Waited: -1}, {Cooldown: -1}} {
		wantOneLine(t, s.SetState(p), "early stop: state: want ")
	}
}

// TestEarlyStopRestores learns, and then is spoilt by a rate that is too high.
func TestEarlyStopRestores(t *testing.T) {
	for _, average := range []EMA{{}, {Decay: 0.8}} {
		net, data, held := tiny(t, 1), bars(64), bars(30)
		var out strings.Builder
		stop := &EarlyStop{Patience: 2, RestoreBest: true, W: &out}
		ends := map[int][]uint64{}
		states := map[int]OptimizerState{}
		follow := CallbackFunc(func(e Event) error {
			if e.Kind == EpochEnd {
				ends[e.Epoch], states[e.Epoch] = weights(net), e.Optimizer.State()
			}
			return nil
		})
		history := fit(t, net, data, Config{
			Epochs: 20, Optimizer: SGD{LearningRate: 0.05, Schedule: Piecewise{At: []int{6}, Factors: []float64{200}}}, Average: average,
			Validation: held, Callbacks: []Callback{follow, stop},
		})
		best := 0
		for i, e := range history.Epochs {
			if e.Validation.Loss < history.Epochs[best].Validation.Loss {
				best = i
			}
		}
		if n := len(history.Epochs); n != best+3 {
			t.Fatalf("want a stop two epochs after the best, %d, got %d epochs", best+1, n)
		}
		if !slices.Equal(weights(net), ends[best+1]) || slices.Equal(weights(net), ends[best+2]) {
			t.Error("want the weights of the best epoch")
		}
		sameState(t, states[best+1], history.State)
		if !strings.HasPrefix(out.String(), "Stopped early: val_loss was best in epoch ") || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("got %q", &out)
		}
		evaluated := func() error {
			m, err := Evaluate(t.Context(), net, held, EvaluateConfig{})
			if want := history.Epochs[best].Validation.Loss; m.Loss != want {
				t.Errorf("want a loss of %v as in the best epoch, got %v", want, m.Loss)
			}
			return err
		}
		use := evaluated
		if average != (EMA{}) {
			use = func() error { return history.State.WithAverage(net, evaluated) }
		}
		if err := use(); err != nil {
			t.Error(err)
		}
	}
}

// TestEarlyStopRestoresState has the running means of norms back too, and where
// training ends with its last epoch.
func TestEarlyStopRestoresState(t *testing.T) {
	net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1}, graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 3})
	var first []uint64
	fit(t, net, bars(64), Config{
		Epochs: 3, Validation: bars(9), Optimizer: SGD{LearningRate: 1e-9},
		Callbacks: []Callback{&EarlyStop{Patience: 9, MinDelta: 1e9, RestoreBest: true}, CallbackFunc(func(e Event) error {
			if e.Kind == EpochEnd && e.Epoch == 1 {
				first = weights(net)
			}
			return nil
		})},
	})
	if !slices.Equal(first, weights(net)) {
		t.Error("want all as it was after the first epoch")
	}
}

// TestCallbacksBadSettings are refused before an epoch begins.
func TestCallbacksBadSettings(t *testing.T) {
	data := bars(9)
	for _, tt := range []struct {
		c    Callback
		want string
	}{
		{&EarlyStop{Patience: -1}, "early stop: want Patience of at least 1, or 0 for 1, got -1"},
		{&EarlyStop{MinDelta: math.NaN()}, "early stop: want a MinDelta of 0 or more, got NaN"},
		{&EarlyStop{Monitor: 9}, "early stop: want a Monitor of ValidationLoss, ValidationAccuracy, TrainingLoss or TrainingAccuracy, got Monitor(9)"},
		{&ReducePlateau{Factor: 1}, "reduce plateau: want a Factor between 0 and 1, got 1"},
		{&ReducePlateau{Patience: -1}, "reduce plateau: want Patience of at least 1, or 0 for 10, got -1"},
		{&ReducePlateau{MinDelta: -1}, "reduce plateau: want a MinDelta of 0 or more, got -1"},
		{&ReducePlateau{Cooldown: -1}, "reduce plateau: want a Cooldown of 0 or more, got -1"},
		{&ReducePlateau{Minimum: math.Inf(1)}, "reduce plateau: want a Minimum of 0 or more, got +Inf"},
		{&ReducePlateau{Monitor: 4}, "reduce plateau: want a Monitor of ValidationLoss, ValidationAccuracy, TrainingLoss or TrainingAccuracy, got Monitor(4)"},
		{&StopAfter{}, "stop after: want a Duration above 0, such as time.Minute, got 0s"},
	} {
		var seen events
		_, err := Fit(t.Context(), tiny(t, 1), data, Config{Validation: data, Callbacks: []Callback{&seen, tt.c}})
		if message(err) != tt.want || len(seen) > 0 {
			t.Errorf("want error %q and no events, got %v and %d", tt.want, err, len(seen))
		}
	}
	for name, c := range map[string]Callback{"early stop": &EarlyStop{Monitor: ValidationAccuracy}, "reduce plateau": &ReducePlateau{Monitor: ValidationAccuracy}} {
		_, err := Fit(t.Context(), tiny(t, 1), data, Config{Callbacks: []Callback{c}})
		if want := name + ": want Config.Validation to watch val_accuracy, got none"; message(err) != want {
			t.Errorf("want error %q, got %v", want, err)
		}
		err = c.On(Event{Kind: EpochEnd}) // one that is wrapped
		if want := name + ": want Config.Validation to watch val_accuracy, got none"; message(err) != want {
			t.Errorf("want error %q, got %v", want, err)
		}
		err = c.On(Event{Kind: EpochEnd, Validation: &Metrics{Unlabelled: true}})
		if want := name + ": want an output with labels to watch val_accuracy, got none"; message(err) != want {
			t.Errorf("want error %q, got %v", want, err)
		}
	}
}

// TestMonitors reads each its own.
func TestMonitors(t *testing.T) {
	e := Event{Metrics: Metrics{Loss: 1, Accuracy: 2}, Validation: &Metrics{Loss: 3, Accuracy: 4}}
	for m, want := range map[Monitor]float64{TrainingLoss: 1, TrainingAccuracy: 2, ValidationLoss: 3, ValidationAccuracy: 4} {
		if got, err := m.of(e); got != want || err != nil {
			t.Errorf("%v: want %v, got %v and %v", m, want, got, err)
		}
	}
}

// TestEvaluationStopsNothing passes the callbacks to Evaluate.
func TestEvaluationStopsNothing(t *testing.T) {
	for _, c := range []Callback{&EarlyStop{}, &ReducePlateau{}, &StopAfter{Duration: 1}} {
		if m, err := Evaluate(t.Context(), tiny(t, 1), bars(9), EvaluateConfig{Batch: 3, Callbacks: []Callback{c}}); err != nil || m.Loss == 0 {
			t.Errorf("%T: got %v and %v", c, m, err)
		}
	}
}

func stepper(t *testing.T, o Optimizer) Stepper {
	t.Helper()
	s, err := o.Start([]*graph.Param{param(tensor.Shape{1}, []float64{1})})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
