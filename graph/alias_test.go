package graph_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// TestGradientsThroughAliases compares gradients with central differences where
// a value is read under two shapes, one of which Gorgonia's ops write over.
func TestGradientsThroughAliases(t *testing.T) {
	reshape := graph.Func(func(x *G.Node) (*G.Node, error) {
		return G.Reshape(x, graph.Shape{x.Shape()[0], x.Shape()[1:].TotalSize()})
	})
	for _, c := range []struct {
		name   string
		layers []graph.Layer
	}{
		{"tanh, flatten", []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 2, Activation: graph.Tanh}, graph.Flatten{}}},
		{"sigmoid, flatten", []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 2, Activation: graph.Sigmoid}, graph.Flatten{}}},
		{"tanh, a user's reshape", []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 2, Activation: graph.Tanh}, reshape}},
		{"tanh, flatten, in place", []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 2, Activation: graph.Tanh}, graph.Flatten{}, graph.Func(cube)}},
		{"pool, flatten, in place", []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 2}, graph.MaxPool2D{}, graph.Flatten{}, graph.Func(cube), graph.Tanh}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := graph.New(graph.Config{Input: graph.Shape{2, 5, 5}, Seed: 2, Dtype: graph.Float64}, append(c.layers, graph.Dense{Units: 3})...)
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
			loss := func() float64 {
				for i, x := 0, p.Inputs[0].Data().([]float64); i < len(x); i++ {
					x[i] = math.Sin(float64(i * i))
				}
				run(t, p)
				return p.Loss
			}
			const step = 1e-5
			for i, param := range net.Params() {
				w := param.Value.Data().([]float64)
				for j := range w {
					w[j] += step
					up := loss()
					w[j] -= 2 * step
					down := loss()
					w[j] += step
					loss()
					if got, want := p.Grads[i].Data().([]float64)[j], (up-down)/(2*step); math.Abs(got-want) > 1e-7 {
						t.Fatalf("%s[%d]: gradient %v, want %v", param.Name, j, got, want)
					}
				}
			}
		})
	}
}
