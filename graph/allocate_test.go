package graph_test

import (
	"fmt"
	"testing"

	"euryale/graph"
	"euryale/nets"
)

// TestRunsAllocateNothing after the first, of every ready network, with what is
// set before them.
func TestRunsAllocateNothing(t *testing.T) {
	for _, name := range nets.Names() {
		for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
			t.Run(fmt.Sprint(name, mode), func(t *testing.T) {
				net, err := nets.New(name, nets.Config{Seed: 1, Dropout: 0.2})
				if err != nil {
					t.Fatal(err)
				}
				p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}, Keep: net.LayerNames()[:1]})
				x, labels := make([]float32, p.Inputs[0].Shape().TotalSize()), make([]int, 2)
				step := func() {
					for _, err := range []error{p.SetInput(0, x), p.SetLabels(0, labels), p.SetWeights(0, nil), p.Run()} {
						if err != nil {
							t.Fatal(err)
						}
					}
				}
				step()
				if n := testing.AllocsPerRun(3, step); n != 0 {
					t.Errorf("%v allocations a run", n)
				}
			})
		}
	}
}
