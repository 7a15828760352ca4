package train

import (
	"testing"

	"euryale/graph"
)

// TestStepsAllocateNothing after the first few, with each optimiser: not what
// runs, nor what counts, nor the optimiser.
func TestStepsAllocateNothing(t *testing.T) {
	input := graph.Shape{3, 32, 32}
	for _, o := range []Optimizer{Adam{}, AdamW{}, SGD{Momentum: 0.9, WeightDecay: 1e-4}, RMSprop{Momentum: 0.9, Centered: true}, Lion{}} {
		t.Run(o.String(), func(t *testing.T) {
			net, err := suiteNet("resnet20", input, graph.Fused)
			if err != nil {
				t.Fatal(err)
			}
			f := &fitting{Config: Config{Optimizer: o}, net: net, programs: newPrograms(net, graph.SparseCategoricalCrossEntropy{})}
			defer f.programs.close()
			if f.stepper, err = o.Start(net.Params(graph.Trained)); err != nil {
				t.Fatal(err)
			}
			batches, sum := noise(4, input), f.programs.tally()
			step := func() {
				if _, err := f.step(batches[0], sum, false); err != nil {
					t.Fatal(err)
				}
			}
			step()
			step()
			if n := testing.AllocsPerRun(3, step); n != 0 {
				t.Errorf("%v allocations a step", n)
			}
		})
	}
}
