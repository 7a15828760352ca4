package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// laidOut has a step of each kind that lays out weights for its kernel, folded
// ones among them, and a running mean.
func laidOut(t *testing.T) *graph.Network {
	t.Helper()
	conv := func(filters int, kernel graph.Size) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: kernel, Padding: graph.Same, Activation: graph.ReLU}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 16, 16}, Seed: 1, Engine: graph.Fused},
		graph.Conv2D{Filters: 16, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{},
		conv(16, 3), conv(40, 5),
		graph.Conv2D{Filters: 16, Kernel: 1}, graph.BatchNorm{}, graph.ReLU,
		graph.DepthwiseConv2D{Kernel: 3}, graph.BatchNorm{},
		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{},
		graph.Flatten{}, graph.Dense{Units: 70, Activation: graph.ReLU}, graph.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestChanged: what a program for inference has made of parameters is kept, and
// made anew when they have changed, by hand and in training, running means among
// them.
func TestChanged(t *testing.T) {
	net := laidOut(t)
	infer := compile(t, net, graph.ProgramConfig{Batch: 2})
	fill(infer, 2)
	agrees := func(when string) []float32 {
		t.Helper()
		run(t, infer)
		run(t, infer)
		got := values(infer.Outputs[0])
		fresh := compile(t, net, graph.ProgramConfig{Batch: 2})
		fill(fresh, 2)
		run(t, fresh)
		if want := values(fresh.Outputs[0]); !cmp.Equal(got, want) {
			t.Fatalf("%s: got %v, want %v", when, got, want)
		}
		return got
	}
	before := agrees("at first")
	for _, p := range net.Params() {
		w := p.Value.Data().([]float32)
		for i := range w {
			w[i] += 0.02 * float32(1+i%3)
		}
		if run(t, infer); strings.HasSuffix(p.Name, "/kernel") && !cmp.Equal(values(infer.Outputs[0]), before) {
			t.Errorf("%s is laid out in each run", p.Name)
		}
		p.Changed()
		after := agrees(p.Name)
		if cmp.Equal(before, after) {
			t.Errorf("%s does not matter", p.Name)
		}
		before = after
	}

	run(t, compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}}))
	if cmp.Equal(before, agrees("after a run that trains")) {
		t.Error("the running means do not matter")
	}
}
