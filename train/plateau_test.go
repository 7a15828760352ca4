package train

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/pkg/errors"

	"euryale/graph"
)

// TestReducePlateau follows the rate, at first 1, epoch by epoch.
func TestReducePlateau(t *testing.T) {
	for _, tt := range []struct {
		name   string
		reduce ReducePlateau
		losses []float64
		want   []float64
	}{
		{"patience", ReducePlateau{Factor: 0.5, Patience: 2}, []float64{3, 2, 2, 2, 2, 2, 1, 1}, []float64{1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25}},
		{"defaults", ReducePlateau{}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.1, 0.1}},
		{"cooldown", ReducePlateau{Factor: 0.5, Patience: 1, Cooldown: 2}, []float64{1, 1, 1, 1, 1, 1, 1}, []float64{1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125}},
		{"minimum", ReducePlateau{Factor: 0.5, Patience: 1, Minimum: 0.3}, []float64{1, 1, 1, 1}, []float64{1, 0.5, 0.3, 0.3}},
		{"too little", ReducePlateau{Factor: 0.5, Patience: 1}, []float64{1, 1 - 9e-5}, []float64{1, 0.5}},
		{"enough", ReducePlateau{Factor: 0.5, Patience: 1}, []float64{1, 1 - 2e-4}, []float64{1, 1}},
		{"accuracy", ReducePlateau{Monitor: ValidationAccuracy, Factor: 0.5, Patience: 1}, []float64{0.5, 0.4, 0.6}, []float64{1, 1, 0.5}},
	} {
		s := stepper(t, SGD{LearningRate: 1})
		for i, loss := range tt.losses {
			told(t, &tt.reduce, s, i+1, loss)
			if got := s.Rate(); math.Abs(got-tt.want[i]) > 1e-12 {
				t.Errorf("%s: after epoch %d: want a rate of %v, got %v", tt.name, i+1, tt.want[i], got)
			}
		}
	}
}

func TestReducePlateauSays(t *testing.T) {
	var out strings.Builder
	r := &ReducePlateau{Patience: 1, W: &out}
	told(t, r, stepper(t, SGD{}), 1, 1, 2)
	if want := "No better val_loss since epoch 1: learning rate 0.001, was 0.01.\n"; out.String() != want {
		t.Errorf("want %q, got %q", want, &out)
	}
	r = &ReducePlateau{Patience: 1, W: failing{}}
	told(t, r, stepper(t, SGD{}), 1, 1)
	err := r.On(Event{Kind: EpochEnd, Epoch: 2, Validation: &Metrics{Loss: 1}, Optimizer: stepper(t, SGD{})})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("want %v, got %v", io.ErrClosedPipe, err)
	}
}

// TestReducePlateauGoesOn compares a loop of Fits with one, with one callback,
// and with one for each Fit that takes over the state of the last.
func TestReducePlateauGoesOn(t *testing.T) {
	plateau := func() *ReducePlateau {
		return &ReducePlateau{Monitor: TrainingLoss, Factor: 0.5, Patience: 1, MinDelta: 0.1, Cooldown: 1}
	}
	for _, o := range []Optimizer{SGD{Momentum: 0.9}, Adam{Schedule: Exponential{Decay: 0.99}}} {
		for name, callbacks := range map[string]func() []Callback{
			"one":   func() []Callback { return []Callback{plateau()} },
			"a Fit": func() []Callback { return []Callback{&handedOn{make: plateau}} },
		} {
			t.Run(fmt.Sprint(o, " ", name), func(t *testing.T) {
				if got := goesOn(t, Config{Optimizer: o}, graph.Float32, callbacks).Scale; got >= 1 {
					t.Errorf("want a rate that was lowered, got a scale of %v", got)
				}
			})
		}
	}
}

// handedOn is a new callback in each Fit, with the state of the last.
type handedOn struct {
	make  func() *ReducePlateau
	now   *ReducePlateau
	state Patience
}

func (h *handedOn) On(e Event) error {
	if h.now == nil {
		h.now = h.make()
		if err := h.now.SetState(h.state); err != nil {
			return err
		}
	}
	if e.Kind == End {
		h.state, h.now = h.now.State(), nil
		return nil
	}
	return h.now.On(e)
}

// TestReducePlateauOfAFit has the rate come down, in the state that it leaves.
func TestReducePlateauOfAFit(t *testing.T) {
	c := &ReducePlateau{Monitor: TrainingLoss, Factor: 0.5, Patience: 1, MinDelta: 1e9}
	history := fit(t, tiny(t, 1), bars(9), Config{Epochs: 4, Callbacks: []Callback{c}, Average: EMA{Decay: 0.5}, Clip: Clip{Norm: 1}})
	if got := history.State.Scale; got != 0.125 {
		t.Errorf("want a scale of 0.125 after three epochs no better than the first, got %v", got)
	}
}
