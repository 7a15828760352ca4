package train

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// TestGradientsAreTold compares the gradients of each batch's event with the way
// that plain SGD makes the weights go.
func TestGradientsAreTold(t *testing.T) {
	for _, tt := range []struct {
		name       string
		accumulate int
		steps      []int // the batches, of three an epoch, that end in a step
	}{
		{"a step each batch", 1, []int{0, 1, 2}},
		{"a step each two", 2, []int{1, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := tinyOf(t, 1, graph.Float64)
			before := cloneAll(values(net.Params(graph.Trained)))
			batch, steps := 0, []int{}
			told := CallbackFunc(func(e Event) error {
				switch {
				case e.Kind == BatchEnd:
					batch++
					if e.Gradients == nil {
						return nil
					}
				case e.Gradients != nil:
					t.Errorf("kind %d: want no gradients", e.Kind)
					fallthrough
				default:
					return nil
				}
				steps = append(steps, (batch-1)%3)
				for i, p := range net.Params(graph.Trained) {
					for k := range p.Value.Shape().TotalSize() {
						want := at(before[i], k) - 0.5*at(e.Gradients[i], k)
						if got := at(p.Value, k); math.Abs(got-want) > 1e-12 {
							t.Fatalf("batch %d, %s[%d]: want %v by the gradients, got %v", batch, p.Name, k, want, got)
						}
					}
				}
				copyAll(before, values(net.Params(graph.Trained)))
				return nil
			})
			fit(t, net, bars(24), Config{Epochs: 2, Batch: 10, Accumulate: tt.accumulate, Optimizer: SGD{LearningRate: 0.5}, Callbacks: []Callback{told}})
			if want := append(slices.Clone(tt.steps), tt.steps...); !cmp.Equal(want, steps) {
				t.Errorf("want steps at batches %v, got %v", want, steps)
			}
		})
	}
}
