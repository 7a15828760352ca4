package train

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// clippedTo is what a step of 1 with the clip subtracts from weights of 0.
func clippedTo(t *testing.T, c Clip, gradients ...[]float64) [][]float64 {
	t.Helper()
	var params []*graph.Param
	var grads []*tensor.Dense
	for _, g := range gradients {
		params = append(params, param(tensor.Shape{len(g)}, make([]float64, len(g))))
		grads = append(grads, tensor.New(tensor.WithShape(len(g)), tensor.WithBacking(append([]float64(nil), g...))))
	}
	s, err := SGD{LearningRate: 1}.Start(params)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.clipped(s).Step(grads); err != nil {
		t.Fatal(err)
	}
	var all [][]float64
	for i, p := range params {
		if diff := cmp.Diff(gradients[i], grads[i].Data(), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%v: want the gradients that it was given as they were (-want +got):\n%s", c, diff)
		}
		w := p.Value.Data().([]float64)
		for k := range w {
			w[k] = -w[k]
		}
		all = append(all, w)
	}
	return all
}

func TestClip(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	type rows = [][]float64
	for _, tt := range []struct {
		name string
		clip Clip
		g    rows
		want rows
	}{
		{"none", Clip{}, rows{{300, 400}}, rows{{300, 400}}},
		{"global", Clip{GlobalNorm: 6.5}, rows{{3, -4}, {12}}, rows{{1.5, -2}, {6}}},
		{"global, small enough", Clip{GlobalNorm: 13}, rows{{3, -4}, {12}}, rows{{3, -4}, {12}}},
		{"norm", Clip{Norm: 2.5}, rows{{3, -4}, {2}, {12, 5}}, rows{{1.5, -2}, {2}, {30. / 13, 12.5 / 13}}},
		{"value", Clip{Value: 2.5}, rows{{3, -4}, {2}}, rows{{2.5, -2.5}, {2}}},
		{"zeros", Clip{Norm: 1}, rows{{0, 0}}, rows{{0, 0}}},
		{"global, not finite", Clip{GlobalNorm: 1}, rows{{3, inf}, {12}}, rows{{3, inf}, {12}}},
		{"global, not a number", Clip{GlobalNorm: 1}, rows{{3, nan}, {12}}, rows{{3, nan}, {12}}},
		{"norm, not finite", Clip{Norm: 1}, rows{{3, inf}, {12}}, rows{{3, inf}, {1}}},
		{"value, not finite", Clip{Value: 1}, rows{{3, -inf, nan}}, rows{{1, -1, nan}}},
	} {
		if diff := cmp.Diff(tt.want, clippedTo(t, tt.clip, tt.g...), cmpopts.EquateApprox(0, 1e-12), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestClipOfFit has steps no longer than the rate times the norm.
func TestClipOfFit(t *testing.T) {
	net := tiny(t, 1)
	before := cloneAll(values(net.Params()))
	fit(t, net, bars(32), Config{Optimizer: SGD{LearningRate: 1}, Clip: Clip{GlobalNorm: 1e-3}})
	sum := 0.0
	for i, p := range net.Params() {
		for k := range p.Value.Shape().TotalSize() {
			d := at(p.Value, k) - at(before[i], k)
			sum += d * d
		}
	}
	if norm := math.Sqrt(sum); math.Abs(norm-1e-3) > 1e-6 {
		t.Errorf("want a step of 0.001, got %v", norm)
	}
}

func TestBadSteps(t *testing.T) {
	for _, tt := range []struct {
		c    Config
		want string
	}{
		{Config{Clip: Clip{GlobalNorm: -1}}, "train: Clip: want a GlobalNorm above 0, or 0 for none, got -1"},
		{Config{Clip: Clip{Norm: math.NaN()}}, "train: Clip: want a Norm above 0, or 0 for none, got NaN"},
		{Config{Clip: Clip{Value: math.Inf(1)}}, "train: Clip: want a Value above 0, or 0 for none, got +Inf"},
		{Config{Clip: Clip{Norm: 1, Value: 0.5}}, "train: Clip: want one of GlobalNorm, Norm and Value, got Clip{Norm: 1, Value: 0.5}"},
		{Config{Accumulate: -1}, "train: want Accumulate of at least 1, or 0 for 1, got -1"},
		{Config{Average: EMA{Decay: 1}}, "train: Average: want a Decay between 0 and 1, or 0 for none, got 1"},
		{Config{Average: EMA{Decay: -0.1}}, "train: Average: want a Decay between 0 and 1, or 0 for none, got -0.1"},
	} {
		var seen events
		tt.c.Callbacks = []Callback{&seen}
		_, err := Fit(t.Context(), tiny(t, 1), bars(9), tt.c)
		if message(err) != tt.want || len(seen) > 0 {
			t.Errorf("want error %q and no events, got %v and %d", tt.want, err, len(seen))
		}
	}
}
