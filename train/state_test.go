package train

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestFitGoesOn compares a loop of Fits of one epoch each, on networks that are
// handed on weight by weight, with one Fit: bit for bit.
func TestFitGoesOn(t *testing.T) {
	const epochs = 4
	for _, dt := range []tensor.Dtype{graph.Float32, graph.Float64} {
		data, held := bars(70), bars(9)
		whole := tinyOf(t, 1, dt)
		want := fit(t, whole, data, Config{Epochs: epochs, Seed: 3, Validation: held})

		var state *OptimizerState
		net := tinyOf(t, 1, dt)
		for epoch := 1; epoch <= epochs; epoch++ {
			next := tinyOf(t, 7, dt)
			for i, p := range net.Params() {
				if err := tensor.Copy(next.Params()[i].Value, p.Value); err != nil {
					t.Fatal(err)
				}
			}
			net = next
			got := fit(t, net, data, Config{FirstEpoch: epoch, State: state, Seed: 3, Validation: held})
			if diff := cmp.Diff(want.Epochs[epoch-1].Metrics, got.Epochs[0].Metrics); diff != "" {
				t.Errorf("%v, epoch %d: metrics (-one Fit +loop):\n%s", dt, epoch, diff)
			}
			if diff := cmp.Diff(want.Epochs[epoch-1].Validation, got.Epochs[0].Validation); diff != "" {
				t.Errorf("%v, epoch %d: validation (-one Fit +loop):\n%s", dt, epoch, diff)
			}
			state = &got.State
		}
		if !slices.Equal(weights(whole), weights(net)) {
			t.Errorf("%v: want the weights of one long Fit, bit for bit", dt)
		}
		if state.Steps != 3*epochs || want.State.Steps != 3*epochs {
			t.Errorf("%v: want a state of %d steps, got %d and %d", dt, 3*epochs, state.Steps, want.State.Steps)
		}
		for i, slot := range want.State.Slots {
			for k, v := range slot.Values {
				if diff := cmp.Diff(v.Data(), state.Slots[i].Values[k].Data()); diff != "" {
					t.Errorf("%v: slot %s, weight %d (-one Fit +loop):\n%s", dt, slot.Name, k, diff)
				}
			}
		}

		// And it is the state, and the epoch's number, that do it.
		for name, c := range map[string]Config{
			"without State":      {FirstEpoch: 2, Seed: 3},
			"without FirstEpoch": {State: &fit(t, tinyOf(t, 1, dt), data, Config{Seed: 3}).State, Seed: 3},
		} {
			other, two := tinyOf(t, 1, dt), tinyOf(t, 1, dt)
			fit(t, two, data, Config{Epochs: 2, Seed: 3})
			fit(t, other, data, Config{Seed: 3})
			fit(t, other, data, c)
			if slices.Equal(weights(two), weights(other)) {
				t.Errorf("%v: %s: want other weights", dt, name)
			}
		}
	}
}

// TestFitStateAsOfTheEnd has one also where training ends early.
func TestFitStateAsOfTheEnd(t *testing.T) {
	boom := errors.New("boom")
	history, err := Fit(t.Context(), tiny(t, 1), bars(96), Config{Callbacks: []Callback{CallbackFunc(func(e Event) error {
		return when(e.Kind == BatchEnd && e.Samples == 64, boom)
	})}})
	if !errors.Is(err, boom) || history.State.Steps != 2 || history.State.Optimizer != "adam" {
		t.Errorf("want the state after 2 steps and %v, got %+v and %v", boom, history.State.Steps, err)
	}
}

// started is Adam on weights of two shapes, a few steps on.
func started(t *testing.T, steps int) Stepper {
	t.Helper()
	params := []*graph.Param{param(tensor.Shape{2, 1}, []float32{1, 2}), param(tensor.Shape{1}, []float64{3})}
	params[1].Name = "dense_1/bias"
	s, err := Adam{}.Start(params)
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		grads := []*tensor.Dense{
			tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{0.5, -4})),
			tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0.25})),
		}
		if err := s.Step(grads); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// TestAdamState has m = 0.1·g and v = 0.001·g² after the first step.
func TestAdamState(t *testing.T) {
	s := started(t, 1)
	state := s.State()
	if state.Optimizer != "adam" || state.Steps != 1 || len(state.Slots) != 2 {
		t.Fatalf("got %+v", state)
	}
	for i, want := range []struct {
		name string
		of   func(g float64) float64
	}{{"m", func(g float64) float64 { return 0.1 * g }}, {"v", func(g float64) float64 { return 0.001 * g * g }}} {
		slot := state.Slots[i]
		if slot.Name != want.name || len(slot.Values) != 2 {
			t.Fatalf("slot %d: %+v", i, slot)
		}
		for k, g := range [][]float64{{0.5, -4}, {0.25}} {
			for j, g := range g {
				if got := at(slot.Values[k], j); math.Abs(got-want.of(g)) > 1e-8 {
					t.Errorf("slot %s, weight %d, value %d: want %v, got %v", slot.Name, k, j, want.of(g), got)
				}
			}
		}
	}

	// It is a copy, both ways.
	was := at(state.Slots[0].Values[0], 0)
	set(state.Slots[0].Values[0], 0, 99)
	if got := at(s.State().Slots[0].Values[0], 0); got != was {
		t.Errorf("want the optimiser unchanged, %v, got %v", was, got)
	}
	other := started(t, 0)
	if err := other.SetState(state); err != nil {
		t.Fatal(err)
	}
	set(state.Slots[0].Values[0], 0, -99)
	if got := other.State(); got.Steps != 1 || at(got.Slots[0].Values[0], 0) != 99 {
		t.Errorf("want what was set, got %+v", got)
	}
}

func TestAdamBadState(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*OptimizerState)
		want   string
	}{
		{"other optimiser", func(s *OptimizerState) { s.Optimizer = "momentum" }, `want the state of adam, got that of "momentum"`},
		{"zero", func(s *OptimizerState) { *s = OptimizerState{} }, `want the state of adam, got that of ""`},
		{"steps", func(s *OptimizerState) { s.Steps = -1 }, "adam: want a state of 0 steps or more, got -1"},
		{"slots", func(s *OptimizerState) { s.Slots[1].Name = "w" }, "adam: want a state of slots m and v, got m, w"},
		{"no slots", func(s *OptimizerState) { s.Slots = nil }, "adam: want a state of slots m and v, got none"},
		{"missing", func(s *OptimizerState) { s.Slots[1].Values = s.Slots[1].Values[:1] }, "adam: slot v of the state: want values for 2 weights, got 1"},
		{"nil", func(s *OptimizerState) { s.Slots[1].Values[1] = nil }, "adam: slot v of the state: dense_1/bias: want (1) float64, got none"},
		{"size", func(s *OptimizerState) { s.Slots[1].Values[0] = tensor.New(tensor.WithBacking([]float32{1, 2, 3})) }, "adam: slot v of the state: dense_1/kernel: want (2, 1) float32, got (3) float32"},
		{"type", func(s *OptimizerState) {
			s.Slots[0].Values[1] = tensor.New(tensor.WithShape(1), tensor.WithBacking([]float32{1}))
		}, "adam: slot m of the state: dense_1/bias: want (1) float64, got (1) float32"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state := started(t, 3).State()
			tt.change(&state)
			s := started(t, 1)
			was := s.State()
			if got := message(s.SetState(state)); got != tt.want {
				t.Errorf("want error %q, got %q", tt.want, got)
			}
			now := s.State()
			if now.Steps != was.Steps || at(now.Slots[0].Values[0], 0) != at(was.Slots[0].Values[0], 0) {
				t.Error("want nothing changed")
			}
		})
	}
}

// TestFitRefusesAState of another network before it begins.
func TestFitRefusesAState(t *testing.T) {
	state := fit(t, network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 3}), bars(9), Config{}).State
	var seen events
	_, err := Fit(t.Context(), tiny(t, 1), bars(9), Config{State: &state, Callbacks: []Callback{&seen}})
	if want := "train: State: adam: slot m of the state: want values for 4 weights, got 2"; message(err) != want || len(seen) > 0 {
		t.Errorf("want error %q and no events, got %v and %d", want, err, len(seen))
	}
}
