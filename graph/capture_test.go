package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// TestLayersReadWhatIsAroundThem has layers that read, besides their input, a
// value of the layer around them and one of outside of all, in either order.
func TestLayersReadWhatIsAroundThem(t *testing.T) {
	for name, order := range map[string][]int{"outside first": {0, 1, 2}, "inside first": {2, 1, 0}, "mixed": {1, 2, 0}} {
		x := graph.Input("x", 2)
		double := graph.Dense{Units: 2, NoBias: true, Init: graph.Ones} // each becomes the sum of both
		net, err := graph.Compose(graph.Config{}, x.Then(double, own{"outer", func(_ *graph.Scope, y *graph.Value) *graph.Value {
			return y.Then(double, own{"inner", func(_ *graph.Scope, z *graph.Value) *graph.Value {
				all := []*graph.Value{x, y, z}
				return graph.Join(graph.Sum, all[order[0]], all[order[1]], all[order[2]])
			}})
		}}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p := compile(t, net, graph.ProgramConfig{})
		copy(p.Inputs[0].Data().([]float32), []float32{1, 10})
		run(t, p)
		if diff := cmp.Diff([]float32{1 + 11 + 22, 10 + 11 + 22}, values(p.Outputs[0])); diff != "" {
			t.Errorf("%s: output (-want +got):\n%s", name, diff)
		}
	}
}
