package train

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestAccumulate compares steps on several batches with steps on as large ones:
// 70 samples are 32, 32 and 6, or of 8 eight batches and one of 6.
func TestAccumulate(t *testing.T) {
	for _, tt := range []struct {
		batch, accumulate, steps int
	}{{8, 4, 3}, {16, 2, 3}, {32, 1, 3}, {10, 3, 3}, {9, 8, 1}, {8, 100, 1}} {
		for _, o := range []Optimizer{SGD{LearningRate: 0.1, Momentum: 0.9}, Adam{}} {
			t.Run(fmt.Sprint(tt, o), func(t *testing.T) {
				data := bars(70)
				large, small := tinyOf(t, 1, graph.Float64), tinyOf(t, 1, graph.Float64)
				want := fit(t, large, data, Config{Epochs: 2, Batch: tt.batch * tt.accumulate, Optimizer: o})
				got := fit(t, small, data, Config{Epochs: 2, Batch: tt.batch, Accumulate: tt.accumulate, Optimizer: o})
				if n := (Config{Epochs: 2, Batch: tt.batch, Accumulate: tt.accumulate}).Steps(70); n != 2*tt.steps {
					t.Errorf("Steps: want %d, got %d", 2*tt.steps, n)
				}
				if got.State.Steps != 2*tt.steps || want.State.Steps != 2*tt.steps {
					t.Errorf("want %d steps, got %d, and %d of large batches", 2*tt.steps, got.State.Steps, want.State.Steps)
				}
				for i, p := range large.Params() {
					for k := range p.Value.Shape().TotalSize() {
						if a, b := at(p.Value, k), at(small.Params()[i].Value, k); math.Abs(a-b) > 1e-9 {
							t.Fatalf("%s[%d]: want %v, got %v", p.Name, k, a, b)
						}
					}
				}
				if a, b := want.Epochs[0].Accuracy, got.Epochs[0].Accuracy; math.Abs(want.Epochs[0].Loss-got.Epochs[0].Loss) > 1e-9 || a != b {
					t.Errorf("want the metrics %v, got %v", want.Epochs[0], got.Epochs[0])
				}
			})
		}
	}
}

// TestAccumulateWeighs a group whose last batch is smaller, by hand.
func TestAccumulateWeighs(t *testing.T) {
	a := accumulated{every: 3}
	g := func(x float32) []*tensor.Dense {
		return []*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float32{x}))}
	}
	first := g(1)
	if got := a.add(first, 4, false); got != nil || at(first[0], 0) != 1 {
		t.Errorf("want no step yet and the gradient as it was, got %v and %v", got, first)
	}
	if got := a.add(g(7), 2, true); got == nil || at(got[0], 0) != 3 {
		t.Errorf("want (4·1 + 2·7)/6 = 3, got %v", got)
	}
	for i, want := range []any{nil, nil, 5.} { // nothing is left of the group before
		switch got := a.add(g(float32(3+2*i)), 2, false); {
		case want == nil && got != nil, want != nil && (got == nil || at(got[0], 0) != want):
			t.Errorf("batch %d of the next: want %v, got %v", i, want, got)
		}
	}
	alone := g(9)
	if got := a.add(alone, 5, true); got == nil || got[0] != alone[0] {
		t.Errorf("want the gradient itself of a batch alone, got %v", got)
	}
}

func TestConfigSteps(t *testing.T) {
	for _, tt := range []struct {
		c       Config
		samples int
		want    int
	}{
		{Config{}, 60000, 1875},
		{Config{Epochs: 3}, 33, 6},
		{Config{}, 0, 0},
		{Config{Batch: -1, Accumulate: -1, Epochs: -1}, -1, 0},
	} {
		if got := tt.c.Steps(tt.samples); got != tt.want {
			t.Errorf("%+v of %d samples: want %d steps, got %d", tt.c, tt.samples, tt.want, got)
		}
	}
}
