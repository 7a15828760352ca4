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

// TestAverage follows the weights of a Fit step by step, and averages them.
func TestAverage(t *testing.T) {
	net, data, held := tinyOf(t, 1, graph.Float64), bars(70), bars(31)
	var slow [][]float64
	follow := CallbackFunc(func(e Event) error {
		if e.Kind != BatchEnd {
			return nil
		}
		for i, p := range net.Params() {
			w := p.Value.Data().([]float64)
			if len(slow) == i {
				slow = append(slow, slices.Clone(w))
				continue
			}
			for k, x := range w {
				slow[i][k] = 0.9*slow[i][k] + 0.1*x
			}
		}
		return nil
	})
	plain := tinyOf(t, 1, graph.Float64)
	fit(t, plain, data, Config{Epochs: 2, Optimizer: Adam{LearningRate: 0.01}})
	history := fit(t, net, data, Config{
		Epochs: 2, Optimizer: Adam{LearningRate: 0.01}, Average: EMA{Decay: 0.9}, Validation: held, Callbacks: []Callback{follow},
	})
	was := weights(net)
	if !slices.Equal(was, weights(plain)) {
		t.Error("want the weights of a Fit without Average")
	}
	slot := history.State.Slots[2]
	for i, want := range slow {
		for k, x := range want {
			if got := at(slot.Values[i], k); math.Abs(got-x) > 1e-12 {
				t.Fatalf("%s[%d]: want an average of %v, got %v", net.Params()[i].Name, k, x, got)
			}
		}
	}

	// The last validation was that of the averages.
	var got Metrics
	evaluate := func() (err error) {
		got, err = Evaluate(t.Context(), net, held, EvaluateConfig{})
		return err
	}
	if err := history.State.WithAverage(net, evaluate); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(history.Epochs[1].Validation, &got); diff != "" {
		t.Errorf("evaluation of the averages (-validation +WithAverage):\n%s", diff)
	}
	averaged := got
	if err := evaluate(); err != nil || cmp.Equal(averaged, got) {
		t.Errorf("want other metrics of the weights, got %v and %v", got, err)
	}
	if !slices.Equal(was, weights(net)) {
		t.Error("want the weights back")
	}
	if err := history.State.UseAverage(net); err != nil {
		t.Fatal(err)
	}
	if err := evaluate(); err != nil || !cmp.Equal(averaged, got) {
		t.Errorf("want the metrics of the averages for good, %v, got %v and %v", averaged, got, err)
	}
}

// TestWithAveragePutsBack has the weights back whatever happens meanwhile.
func TestWithAveragePutsBack(t *testing.T) {
	net := tiny(t, 1)
	state := fit(t, net, bars(70), Config{Average: EMA{Decay: 0.9}}).State
	was, boom := weights(net), errors.New("boom")
	if err := state.WithAverage(net, func() error { return boom }); !errors.Is(err, boom) {
		t.Errorf("want %v, got %v", boom, err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("want a panic")
			}
		}()
		_ = state.WithAverage(net, func() error {
			if slices.Equal(was, weights(net)) {
				t.Error("want the averages meanwhile")
			}
			panic("boom")
		})
	}()
	if !slices.Equal(was, weights(net)) {
		t.Error("want the weights back")
	}
}

// TestAverageOfAFailedValidation has the weights back too.
func TestAverageOfAFailedValidation(t *testing.T) {
	net, plain := tiny(t, 1), tiny(t, 1)
	fit(t, plain, bars(70), Config{})
	bad := pixels{bars(9), float32(math.NaN()), nil}
	_, err := Fit(t.Context(), net, bars(70), Config{Average: EMA{Decay: 0.9}, Validation: bad})
	wantOneLine(t, err, "epoch 1, validation: ")
	if !slices.Equal(weights(plain), weights(net)) {
		t.Error("want the weights of a Fit without validation")
	}
}

func TestAverageMisused(t *testing.T) {
	net := tiny(t, 1)
	without := fit(t, net, bars(9), Config{}).State
	with := fit(t, net, bars(9), Config{Average: EMA{Decay: 0.9}}).State
	small := network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 3})
	use := func() error { t.Error("want it not called"); return nil }
	fitError := func(c Config) error { _, err := Fit(t.Context(), net, bars(9), c); return err }
	for _, tt := range []struct {
		err  error
		want string
	}{
		{without.WithAverage(net, use), "train: want the State of a Fit with Config.Average, got slots m, v"},
		{without.UseAverage(net), "train: want the State of a Fit with Config.Average, got slots m, v"},
		{with.WithAverage(net, nil), "train: want a function that uses the averages, got nil"},
		{with.WithAverage(nil, use), "train: want a network for the averages, got nil"},
		{with.WithAverage(small, use), "train: slot average of the state: want values for 2 weights, got 4"},
		{with.UseAverage(small), "train: slot average of the state: want values for 2 weights, got 4"},
		{fitError(Config{State: &with}), "train: State: adam: want a state of slots m and v, got m, v, average"},
		{fitError(Config{State: &without, Average: EMA{Decay: 0.9}}), "train: State: want a state with slot average behind the others, as Config.Average is set, got m, v"},
	} {
		if message(tt.err) != tt.want {
			t.Errorf("want error %q, got %v", tt.want, tt.err)
		}
	}
}

// TestAverageGoesOnFromNothing sets the state of no steps: the first step's
// weights are the average then, whatever was before.
func TestAverageGoesOnFromNothing(t *testing.T) {
	p := []*graph.Param{param(tensor.Shape{1}, []float64{1})}
	s, err := SGD{LearningRate: 1}.Start(p)
	if err != nil {
		t.Fatal(err)
	}
	a := newAveraging(s, EMA{Decay: 0.5}, p)
	empty := a.State()
	g := []*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{1}))}
	for _, want := range []float64{0, -0.5} { // weights 0, -1
		if err := a.Step(g); err != nil || at(a.averages[0], 0) != want {
			t.Fatalf("want an average of %v, got %v and %v", want, a.averages[0], err)
		}
	}
	if err := a.SetState(empty); err != nil || at(a.averages[0], 0) != 1 {
		t.Fatalf("want an average of 1, got %v and %v", a.averages[0], err)
	}
	if err := a.Step(g); err != nil || at(a.averages[0], 0) != -2 {
		t.Errorf("want an average of -2, got %v and %v", a.averages[0], err)
	}
}
