package nets_test

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// Twenty steps of each network by any kernels go where those of generic Go go, but for
// rounding. The rate is small: what rounding does to a ReLU, and steps of batch
// normalisation, would grow from step to step.
func TestTwentySteps(t *testing.T) {
	if f32.Current() == f32.Generic {
		t.Skip("generic Go alone")
	}
	data, _ := loaders.RenderedDigits(3, 20, 0)
	for _, name := range nets.Names() {
		t.Run(name, func(t *testing.T) {
			start, fast := steps(t, name, nil), steps(t, name, data)
			defer f32.Use(f32.Use(f32.Generic))
			slow := steps(t, name, data)
			for i, p := range slow.Params(graph.Trained) {
				way := distance(p, start.Params(graph.Trained)[i])
				apart := distance(p, fast.Params(graph.Trained)[i])
				if way == 0 || !(apart < 0.2*way) {
					t.Errorf("%s: %.3g apart, after a way of %.3g", p.Name, apart, way)
				}
			}
		})
	}
}

// distance is the Euclidean one.
func distance(a, b *graph.Param) float64 {
	var sum float64
	for i, v := range a.Value.Float32s() {
		d := float64(v - b.Value.Float32s()[i])
		sum += d * d
	}
	return math.Sqrt(sum)
}

// steps is a network that is trained for twenty steps of a sample each, or not at all.
func steps(t *testing.T, name string, data *loaders.Dataset) *graph.Network {
	t.Helper()
	net, err := nets.New(name, nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if data == nil {
		return net
	}
	if _, err := train.Fit(t.Context(), net, data, train.Config{Batch: 1, Seed: 1, Optimizer: train.SGD{LearningRate: 1e-4}}); err != nil {
		t.Fatal(err)
	}
	return net
}
