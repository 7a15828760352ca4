package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/graph/internal/layertest"
	"euryale/train"
)

// learntBasis is a network to learn from whose parameters no seed draws.
func learntBasis(t *testing.T) *graph.Network {
	t.Helper()
	net := basis(t)
	layertest.Disturb(net, 0.3)
	return net
}

// TestPretrainedValues are those of the network at the time, under its names,
// whatever the seed and the element type.
func TestPretrainedValues(t *testing.T) {
	base := learntBasis(t)
	byName := map[string][]float32{}
	for _, p := range base.Params() {
		byName[p.Name] = values(p.Value)
	}
	for _, c := range []struct {
		name   string
		layer  graph.Layer
		prefix string
		count  int // of parameters that are the network's
	}{
		{"whole", graph.Pretrained{Net: base}, "pretrained_1/", 23},
		{"until", graph.Pretrained{Net: base, Until: "batch_norm_1"}, "pretrained_1/", 6},
		{"pointer", &graph.Pretrained{Net: base, Until: "batch_norm_1"}, "pretrained_1/", 6},
		{"frozen", graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "block_1"}}, "pretrained_1/", 21},
		{"named", graph.Named{Name: "body", Layer: graph.Pretrained{Net: base, Until: "block_1"}}, "body/", 21},
		{"named, frozen", graph.Named{Name: "body", Layer: graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "block_1"}}}, "body/", 21},
		{"shared", graph.Shared{Name: "body", Layer: &graph.Pretrained{Net: base, Until: "block_1"}}, "body/", 21},
		{"in a chain", graph.Named{Name: "body", Layer: graph.Chain{graph.Pretrained{Net: base, Until: "block_1"}}}, "body/pretrained_1/", 21},
		{"as an activation", &graph.Conv2D{Filters: 2, Kernel: 1, Activation: graph.Pretrained{Net: base, Until: "block_1"}}, "conv2d_1/pretrained_1/", 21},
		{"in a block", graph.Residual{Body: graph.Chain{graph.Pretrained{Net: base, Until: "re_lu_1"}, same(2, 1, 1)}}, "residual_1/pretrained_1/", 6},
	} {
		for _, dt := range []tensor.Dtype{graph.Float32, graph.Float64} {
			t.Run(c.name+"/"+dt.String(), func(t *testing.T) {
				net, err := graph.New(graph.Config{Input: graph.Shape{2, 6, 6}, Seed: 99, Dtype: dt}, c.layer, graph.Flatten{}, graph.Dense{Units: 2})
				if err != nil {
					t.Fatal(err)
				}
				count := 0
				for _, p := range net.Params() {
					name, ok := strings.CutPrefix(p.Name, c.prefix)
					if !ok {
						continue
					}
					count++
					got, ok := p.Value.Data().([]float32)
					if !ok {
						for _, v := range p.Value.Data().([]float64) {
							got = append(got, float32(v))
						}
					}
					if !cmp.Equal(got, byName[name]) {
						t.Errorf("%s begins with %v, want %v", p.Name, got[0], byName[name][0])
					}
				}
				if count != c.count {
					t.Errorf("%d parameters of the network, want %d", count, c.count)
				}
			})
		}
	}
}

// TestFrozenBase trains a head: what is frozen keeps every bit, as does the
// network that it came from; what is not frozen moves, but for that network's.
func TestFrozenBase(t *testing.T) {
	for _, frozen := range []bool{true, false} {
		base := learntBasis(t)
		before := base.Params()
		var original [][]float32
		for _, p := range before {
			original = append(original, values(p.Value))
		}
		body := graph.Layer(graph.Pretrained{Net: base, Until: "global_average_1"})
		if frozen {
			body = graph.Frozen{Layer: body}
		}
		net, err := graph.New(graph.Config{Input: graph.Shape{2, 6, 6}, Seed: 2}, body, small3)
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{Batch: 4, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
		adam, err := train.Adam{LearningRate: 0.01}.Start(net.Params(graph.Trained))
		if err != nil {
			t.Fatal(err)
		}
		for i, x := 0, p.Inputs[0].Data().([]float32); i < len(x); i++ {
			x[i] = float32(i%7) - 3
		}
		if err := p.SetLabels(0, []int{0, 1, 2, 0}); err != nil {
			t.Fatal(err)
		}
		first := map[string][]float32{}
		for _, w := range net.Params() {
			first[w.Name] = values(w.Value)
		}
		for range 3 {
			run(t, p)
			if err := adam.Step(p.Grads); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range net.Params() {
			stays := frozen && strings.HasPrefix(w.Name, "pretrained_1/")
			if cmp.Equal(values(w.Value), first[w.Name]) != stays {
				t.Errorf("frozen %v: %s: want it to stay: %v", frozen, w.Name, stays)
			}
		}
		for i, w := range before {
			if !cmp.Equal(values(w.Value), original[i]) {
				t.Errorf("frozen %v: training has changed %s of the network that was learnt from", frozen, w.Name)
			}
		}
	}
}

// TestFrozenRunsAsInInference compares the output of a frozen base in training
// with that of the network in inference.
func TestFrozenRunsAsInInference(t *testing.T) {
	base := learntBasis(t)
	for _, e := range bothEngines {
		net, err := graph.New(graph.Config{Input: graph.Shape{2, 6, 6}, Engine: e}, graph.Frozen{Layer: graph.Pretrained{Net: base}})
		if err != nil {
			t.Fatal(err)
		}
		infer := compile(t, base, graph.ProgramConfig{Batch: 3})
		p := compile(t, net, graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
		for _, x := range []*tensor.Dense{infer.Inputs[0], p.Inputs[0]} {
			for i, v := 0, x.Data().([]float32); i < len(v); i++ {
				v[i] = float32(i%5) - 2
			}
		}
		run(t, infer)
		run(t, p)
		close32(t, e.String(), p.Outputs[0], values(infer.Outputs[0]), 1e-5)
		if len(p.Grads) != 0 {
			t.Errorf("%v: %d gradients, want none: nothing is trained", e, len(p.Grads))
		}
	}
}

// TestStateOfOnesOwn is not trained, and no op writes over it.
func TestStateOfOnesOwn(t *testing.T) {
	for _, e := range bothEngines {
		net, err := graph.New(graph.Config{Input: graph.Shape{3}, Engine: e}, layertest.Offset{}, Standard{}, graph.Tanh, graph.Dense{Units: 3})
		if err != nil {
			t.Fatal(err)
		}
		layertest.Disturb(net, 0.5)
		var before [][]float32
		for _, s := range net.Params(graph.State) {
			before = append(before, values(s.Value))
		}
		p := compile(t, net, training)
		for range 2 {
			run(t, p)
		}
		if len(before) != 2 || len(p.Grads) != 3 {
			t.Fatalf("%v: %d State and %d gradients, want 2 and 3", e, len(before), len(p.Grads))
		}
		for i, s := range net.Params(graph.State) {
			if !cmp.Equal(values(s.Value), before[i]) {
				t.Errorf("%v: %s is %v after two runs, was %v", e, s.Name, values(s.Value), before[i])
			}
		}
	}
}
