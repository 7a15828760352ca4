package graph_test

import (
	"math"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// foldCase is a network in which a number of norms can be folded.
type foldCase struct {
	name   string
	input  graph.Shape
	layers []graph.Layer
	keep   []string
	folded int
}

var foldCases = []foldCase{
	{"conv", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}}, nil, 1},
	{"conv, no bias", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3, Stride: 2, Padding: graph.Same, NoBias: true}, graph.BatchNorm{}, graph.ReLU}, nil, 1},
	{"conv, shift alone", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3, NoBias: true}, graph.BatchNorm{NoScale: true}}, nil, 1},
	{"conv, scale alone", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{NoShift: true}}, nil, 1},
	{"conv, neither", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{NoScale: true, NoShift: true, Epsilon: 0.1}}, nil, 1},
	{"pooled", graph.Shape{3, 12, 10}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}, graph.ReLU, graph.MaxPool2D{}, graph.Conv2D{Filters: 18, Kernel: 3}, graph.BatchNorm{}, graph.ReLU, graph.MaxPool2D{}}, nil, 2},
	{"dense", graph.Shape{11}, []graph.Layer{graph.Dense{Units: 7}, graph.BatchNorm{}, graph.ReLU, graph.Dense{Units: 3, NoBias: true}, graph.BatchNorm{}}, nil, 2},
	{"behind what vanishes", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.SpatialDropout2D{Rate: 0.5}, graph.BatchNorm{}}, nil, 1},
	{"residual", graph.Shape{4, 5, 5}, []graph.Layer{graph.Residual{Body: graph.Chain{same(4, 3, 1), graph.BatchNorm{}, graph.ReLU, same(4, 3, 1), graph.BatchNorm{}}, Activation: graph.ReLU}}, nil, 2},
	{"frozen", graph.Shape{3, 7, 6}, []graph.Layer{graph.Frozen{Layer: graph.Chain{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}}}, graph.ReLU}, nil, 1},
	{"kept behind", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}, graph.ReLU}, []string{"batch_norm_1"}, 1},

	{"depthwise", graph.Shape{3, 7, 6}, []graph.Layer{graph.DepthwiseConv2D{Kernel: 3, Multiplier: 2}, graph.BatchNorm{}, graph.ReLU}, nil, 1},
	{"groups", graph.Shape{4, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 6, Kernel: 3, Groups: 2, NoBias: true}, graph.BatchNorm{}}, nil, 1},
	{"separable", graph.Shape{3, 7, 6}, []graph.Layer{graph.SeparableConv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}}, nil, 1},

	{"transposed", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2DTranspose{Filters: 5, Kernel: 3, Stride: 2}, graph.BatchNorm{}}, nil, 0},
	{"kept", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}}, []string{"conv2d_1"}, 0},
	{"kept as what vanishes", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.Dropout{Rate: 0.5}, graph.BatchNorm{}}, []string{"dropout_1"}, 0},
	{"read by others", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.Residual{Body: graph.Chain{graph.BatchNorm{}}}}, nil, 0},
	{"activated before", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3, Activation: graph.ReLU}, graph.BatchNorm{}}, nil, 0},
	{"flattened before", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.Flatten{}, graph.BatchNorm{}}, nil, 0},
	{"two norms", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 5, Kernel: 3}, graph.BatchNorm{}, graph.BatchNorm{}}, nil, 1},
	{"no product", graph.Shape{3, 7, 6}, []graph.Layer{graph.BatchNorm{}, graph.Conv2D{Filters: 5, Kernel: 3}}, nil, 0},
	{"a norm of samples", graph.Shape{3, 7, 6}, []graph.Layer{graph.Conv2D{Filters: 4, Kernel: 3}, graph.GroupNorm{Groups: 2}}, nil, 0},
}

// TestFold compares programs in inference with those of Gorgonia's ops, over
// runs between which parameters and statistics change.
func TestFold(t *testing.T) {
	for _, c := range foldCases {
		t.Run(c.name, func(t *testing.T) {
			var made [2][][]float32
			for i, e := range bothEngines {
				net, err := graph.New(graph.Config{Input: c.input, Seed: 1, Engine: e}, c.layers...)
				if err != nil {
					t.Fatal(err)
				}
				config := graph.ProgramConfig{Batch: 3, Keep: c.keep}
				plan := net.Plan(config).String()
				if n := strings.Count(plan, "norm folded into its weights"); n != []int{0, c.folded}[i] {
					t.Errorf("%v: %d norms are folded, want %d:\n%s", e, n, c.folded, plan)
				}
				p := compile(t, net, config)
				for j := range p.Inputs[0].Data().([]float32) {
					p.Inputs[0].Data().([]float32)[j] = float32(math.Sin(float64(j * j)))
				}
				for range 3 {
					layertest.Disturb(net, 0.4)
					run(t, p)
					made[i] = append(made[i], values(p.Outputs[0]))
					for _, name := range c.keep {
						d, err := p.Activation(name)
						if err != nil {
							t.Fatal(err)
						}
						made[i] = append(made[i], values(d))
					}
				}
			}
			for i, want := range made[0] {
				for j, v := range want {
					if d := math.Abs(float64(made[1][i][j] - v)); d > 1e-5*max(1, math.Abs(float64(v))) {
						t.Fatalf("values %d, number %d: %v, want %v", i, j, made[1][i][j], v)
					}
				}
			}
		})
	}
}

// TestFoldNotInTraining: there a norm takes its batch's statistics, and its
// parameters have gradients.
func TestFoldNotInTraining(t *testing.T) {
	for _, c := range foldCases {
		net, err := graph.New(graph.Config{Input: c.input, Seed: 1}, append(c.layers[:len(c.layers):len(c.layers)], graph.Flatten{}, graph.Dense{Units: 2})...)
		if err != nil {
			t.Fatal(err)
		}
		if plan := net.Plan(graph.ProgramConfig{Batch: 3, Mode: graph.Training, Keep: c.keep}).String(); strings.Contains(plan, "folded") {
			t.Errorf("%s:\n%s", c.name, plan)
		}
	}
}
