package train

import (
	"math"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// schedules are all of them, of a length that a short Fit sees the whole of.
var schedules = []Schedule{
	Constant{},
	Step{Decay: 0.5, Every: 3},
	Exponential{Decay: 0.9},
	Cosine{Steps: 12, End: 0.1},
	WarmUp{Steps: 4, Then: Cosine{Steps: 10}},
	WarmUp{Steps: 4, Start: 0.5},
	OneCycle{Steps: 20},
	Polynomial{Steps: 15, Power: 2, End: 0.01},
	Piecewise{At: []int{3, 9}, Factors: []float64{0.5, 0.1}},
}

func TestSchedulesPrint(t *testing.T) {
	want := []string{
		"Constant{}",
		"Step{Decay: 0.5, Every: 3}",
		"Exponential{Decay: 0.9}",
		"Cosine{Steps: 12, End: 0.1}",
		"WarmUp{Steps: 4, Then: Cosine{Steps: 10}}",
		"WarmUp{Steps: 4, Start: 0.5}",
		"OneCycle{Steps: 20, Rise: 0.3, Start: 0.04, End: 4e-06}",
		"Polynomial{Steps: 15, Power: 2, End: 0.01}",
		"Piecewise{At: []int{3, 9}, Factors: []float64{0.5, 0.1}}",
	}
	for i, s := range schedules {
		if got := s.String(); got != want[i] {
			t.Errorf("want %s, got %s", want[i], got)
		}
	}
	if got, want := (Step{Every: 2}).String(), "Step{Decay: 0.1, Every: 2}"; got != want {
		t.Errorf("want %s, got %s", want, got)
	}
	if got, want := (Polynomial{Steps: 2}).String(), "Polynomial{Steps: 2, Power: 1}"; got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

// TestSchedules are factors worked by hand.
func TestSchedules(t *testing.T) {
	for _, tt := range []struct {
		s    Schedule
		step int
		want float64
	}{
		{Constant{}, 1e6, 1},
		{Step{Every: 10}, 9, 1},
		{Step{Every: 10}, 10, 0.1},
		{Step{Every: 10}, 29, 0.01},
		{Exponential{Decay: 4}, 3, 64},
		{Exponential{Decay: 4, Every: 2}, 1, 2},
		{Cosine{Steps: 10}, 0, 1},
		{Cosine{Steps: 10, End: 0.5}, 5, 0.75},
		{Cosine{Steps: 10, End: 0.5}, 10, 0.5},
		{Cosine{Steps: 10, End: 0.5}, 99, 0.5},
		{WarmUp{Steps: 4}, 0, 0},
		{WarmUp{Steps: 4}, 1, 0.25},
		{WarmUp{Steps: 4, Start: 0.2}, 2, 0.6},
		{WarmUp{Steps: 4}, 4, 1},
		{WarmUp{Steps: 4, Then: Step{Every: 2}}, 6, 0.1},
		{OneCycle{Steps: 20}, 0, 0.04},
		{OneCycle{Steps: 20}, 5, 1},
		{OneCycle{Steps: 20, Start: 0.5, End: 0.25}, 12, 0.625},
		{OneCycle{Steps: 20}, 19, 4e-6},
		{OneCycle{Steps: 20}, 200, 4e-6},
		{OneCycle{Steps: 1}, 0, 4e-6},
		{OneCycle{Steps: 2}, 1, 4e-6},
		{Polynomial{Steps: 10}, 4, 0.6},
		{Polynomial{Steps: 10, Power: 2, End: 0.1}, 5, 0.325},
		{Polynomial{Steps: 10, End: 0.1}, 11, 0.1},
		{Piecewise{At: []int{3, 5}, Factors: []float64{0.5, 2}}, 2, 1},
		{Piecewise{At: []int{3, 5}, Factors: []float64{0.5, 2}}, 3, 0.5},
		{Piecewise{At: []int{3, 5}, Factors: []float64{0.5, 2}}, 5, 2},
	} {
		if got := tt.s.Factor(tt.step); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%v at step %d: want %v, got %v", tt.s, tt.step, tt.want, got)
		}
	}
}

func TestSchedulesBadSettings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		s    Schedule
		want string
	}{
		{(*Cosine)(nil), "want a Schedule, got a nil *train.Cosine"},
		{Step{}, "step: want Every to be at least 1, got 0"},
		{Step{Every: 1, Decay: -1}, "step: want a Decay above 0, got -1"},
		{Exponential{}, "exponential: want a Decay above 0, got 0"},
		{Exponential{Decay: inf}, "exponential: want a Decay above 0, got +Inf"},
		{Exponential{Decay: 1, Every: -1}, "exponential: want Every to be at least 1, or 0 for 1, got -1"},
		{Cosine{}, "cosine: want Steps of at least 1, got 0"},
		{Cosine{Steps: 1, End: -1}, "cosine: want an End of 0 or more, got -1"},
		{WarmUp{}, "warm-up: want Steps of at least 1, got 0"},
		{WarmUp{Steps: 1, Start: nan}, "warm-up: want a Start of 0 or more, got NaN"},
		{WarmUp{Steps: 1, Then: Cosine{}}, "warm-up: Then: cosine: want Steps of at least 1, got 0"},
		{OneCycle{}, "one-cycle: want Steps of at least 1, got 0"},
		{OneCycle{Steps: 9, Rise: 1}, "one-cycle: want a Rise between 0 and 1, got 1"},
		{OneCycle{Steps: 9, Start: -1}, "one-cycle: want a Start above 0, got -1"},
		{OneCycle{Steps: 9, End: inf}, "one-cycle: want an End above 0, got +Inf"},
		{Polynomial{}, "polynomial: want Steps of at least 1, got 0"},
		{Polynomial{Steps: 1, Power: -1}, "polynomial: want a Power above 0, got -1"},
		{Polynomial{Steps: 1, End: nan}, "polynomial: want an End of 0 or more, got NaN"},
		{Piecewise{}, "piecewise: want at least one step in At, got none"},
		{Piecewise{At: []int{1, 2}, Factors: []float64{1}}, "piecewise: want as many Factors as steps in At, got 1"},
		{Piecewise{At: []int{2, 1}, Factors: []float64{1, 2}}, "piecewise: want steps that rise in At, got [2 1]"},
		{Piecewise{At: []int{1}, Factors: []float64{-1}}, "piecewise: want Factors of 0 or more, got -1"},
		{Piecewise{At: []int{-1, 2}, Factors: []float64{1, 1}}, "piecewise: want steps of 0 or more in At, got [-1 2]"},
	} {
		_, err := SGD{Schedule: tt.s}.Start(nil)
		if want := "sgd: " + tt.want; message(err) != want {
			t.Errorf("%T: want error %q, got %v", tt.s, want, err)
		}
	}
}

// TestBadFactor has a schedule of one's own that goes wrong at the second step.
func TestBadFactor(t *testing.T) {
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		p := param(tensor.Shape{1}, []float64{1})
		s, err := SGD{LearningRate: 1, Schedule: rates{1, bad}}.Start([]*graph.Param{p})
		if err != nil {
			t.Fatal(err)
		}
		g := []*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0.5}))}
		if err := s.Step(g); err != nil {
			t.Fatal(err)
		}
		wantOneLine(t, s.Step(g), "sgd: want a rate of 0 or more at step 1, got ", "from [1 ")
		if at(p.Value, 0) != 0.5 || s.State().Steps != 1 {
			t.Errorf("want a weight of 0.5 after 1 step, got %v after %d", p.Value.Data(), s.State().Steps)
		}
	}
}

// TestEmptySchedules have a finite factor, though no optimiser takes them.
func TestEmptySchedules(t *testing.T) {
	for _, s := range []Schedule{Step{}, Exponential{}, Cosine{}, Polynomial{}, OneCycle{}, WarmUp{}, Piecewise{At: []int{1}}} {
		for _, step := range []int{0, 3} {
			if f := s.Factor(step); !finite(f) {
				t.Errorf("%v: want a number at step %d, got %v", s, step, f)
			}
		}
	}
}
