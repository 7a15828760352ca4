package graph_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"euryale/graph"
)

// TestPoolBeforeFunction: a max-pool behind a function that never falls is
// computed before it, with the function's values and gradients; one that falls
// somewhere stays where it is.
func TestPoolBeforeFunction(t *testing.T) {
	for f, before := range map[graph.Layer]bool{
		graph.Tanh: true, graph.Sigmoid: true, graph.Softplus: true, graph.ELU{}: true, graph.SELU: true,
		graph.LeakyReLU{Slope: 0.1}: true, graph.HardSigmoid{}: true, graph.Softsign: true,
		graph.GELU: false, graph.GELUTanh: false, graph.SiLU: false, graph.Mish: false, graph.HardSwish: false,
	} {
		t.Run(fmt.Sprint(f), func(t *testing.T) {
			var programs [2]*graph.Program
			for i, e := range bothEngines {
				net, err := graph.New(graph.Config{Input: graph.Shape{1, 8, 8}, Seed: 1, Engine: e},
					graph.Conv2D{Filters: 3, Kernel: 3, Init: graph.VarianceScaling{Scale: 30}}, f, graph.MaxPool2D{}, graph.Flatten{}, graph.Dense{Units: 4, Activation: graph.Softmax})
				if err != nil {
					t.Fatal(err)
				}
				programs[i] = compile(t, net, graph.ProgramConfig{Batch: 20, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
				fill(programs[i], 1)
				run(t, programs[i])
				if plan := net.Plan(graph.ProgramConfig{Batch: 20}).String(); i == 1 && strings.Contains(plan, "bias + max-pool") != before {
					t.Errorf("the pool is before the function: want %v\n%s", before, plan)
				}
			}
			for i, want := range append(programs[0].Grads, programs[0].Outputs...) {
				got := values(append(programs[1].Grads, programs[1].Outputs...)[i])
				for j, v := range values(want) {
					if d := math.Abs(float64(got[j] - v)); d > 1e-5*max(1, math.Abs(float64(v))) {
						t.Fatalf("values %d, number %d: %v, want %v", i, j, got[j], v)
					}
				}
			}
		})
	}
}
