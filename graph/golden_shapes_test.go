package graph_test

import (
	"fmt"
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// TestGoldenShapes compares layers that move the elements of a sample about, and
// joins, with what PyTorch makes of the same input, forward and backward, on both
// engines. testdata/golden/shapes.py has written it.
func TestGoldenShapes(t *testing.T) {
	f := golden.OpenFile(t, "testdata/golden/shapes.safetensors")
	join := func(j graph.Joiner) graph.Layer {
		return graph.Branches{Join: j, Of: []graph.Layer{graph.Tanh, graph.SiLU}}
	}
	for name, layer := range map[string]graph.Layer{
		"pad":           graph.ZeroPad2D{Padding: graph.Pads(1, 2, 3, 0)},
		"crop":          graph.Crop2D{Cropping: graph.Pads(1, 2, 0, 1)},
		"reshape":       graph.Reshape{To: graph.Shape{6, 4, 5}},
		"permute":       graph.Permute{Axes: []int{2, 0, 1}},
		"slice":         graph.Slice{Axis: 0, From: 1, To: 3},
		"slice of rows": graph.Slice{Axis: 1, From: 2},
		"sum":           join(graph.Sum),
		"product":       join(graph.Product),
		"maximum":       join(graph.Maximum),
		"concat":        join(graph.Concat),
	} {
		for _, e := range bothEngines {
			t.Run(fmt.Sprint(name, "/", e), func(t *testing.T) { checkGoldenLayer(t, f, name, layer, e) })
		}
	}
}
