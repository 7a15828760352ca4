package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// kinds are the engines, each with the types that it computes in.
var kinds = []graph.Config{
	{Engine: graph.Gorgonia}, {Engine: graph.Gorgonia, Dtype: graph.Float64}, {Engine: graph.Fused},
}

// put sets value i of a tensor.
func put(d *tensor.Dense, i int, v float64) {
	switch x := d.Data().(type) {
	case []float32:
		x[i] = float32(v)
	case []float64:
		x[i] = v
	}
}

// shuffled fills a tensor with values between 0 and 1, labels 0.
func shuffled(d *tensor.Dense) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range d.Shape().TotalSize() {
		put(d, i, rng.Float64())
	}
}

// contents are copies of all parameters of a network.
func contents(net *graph.Network) map[string]any {
	all := map[string]any{}
	for _, p := range net.Params() {
		all[p.Name] = p.Value.Clone().(*tensor.Dense).Data()
	}
	return all
}

// TestNotFinite puts what is not finite in each place that it may come from.
func TestNotFinite(t *testing.T) {
	tower := graph.Shared{Name: "tower", Layer: graph.Dense{Units: 3}}
	layers := []graph.Layer{
		graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.ReLU},
		graph.BatchNorm{},
		graph.MaxPool2D{},
		graph.Flatten{},
		graph.Dense{Units: 3},
		tower, tower,
		graph.Dense{Units: 2, Activation: graph.Softmax},
	}
	nan := math.NaN()
	for i, config := range kinds {
		for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
			for _, c := range []struct {
				name string
				harm func(net *graph.Network, p *graph.Program)
				want string
			}{
				{"nothing", func(*graph.Network, *graph.Program) {}, ""},
				{"a pixel", func(_ *graph.Network, p *graph.Program) { put(p.Inputs[0], 36+7, nan) }, "input input, sample 1 of the batch, value 7 is NaN"},
				{"an infinite pixel", func(_ *graph.Network, p *graph.Program) { put(p.Inputs[0], 5, math.Inf(-1)) }, "input input, sample 0 of the batch, value 5 is -Inf"},
				{"a weight", func(net *graph.Network, _ *graph.Program) { put(net.Params()[0].Value, 4, nan) }, "weight conv2d_1/kernel, value 4 is NaN"},
				{"state", func(net *graph.Network, _ *graph.Program) {
					put(net.Params(graph.State)[1].Value, 1, math.Inf(1))
				}, "weight batch_norm_1/variance, value 1 is +Inf"},
				{"a layer", func(net *graph.Network, p *graph.Program) {
					w, huge := net.Params()[0].Value, 1e38
					if config.Dtype == graph.Float64 {
						huge = 1e308
					}
					for i := range w.Shape().TotalSize() {
						put(w, i, huge)
					}
				}, "the output of conv2d_1, value 0, is +Inf, though the inputs and all weights are finite"},
			} {
				t.Run(fmt.Sprintf("%v %d, mode %d, %s", config.Engine, i, mode, c.name), func(t *testing.T) {
					config.Input = graph.Shape{1, 6, 6}
					net, err := graph.New(config, layers...)
					if err != nil {
						t.Fatal(err)
					}
					p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}})
					shuffled(p.Inputs[0])
					for i := range 2 * 36 {
						put(p.Inputs[0], i, 1+float64(i%5))
					}
					c.harm(net, p)
					if c.name == "state" && mode == graph.Training {
						c.want = "" // it is not read, and changed after
					}
					ran := p.Run()
					before := contents(net)
					why := p.NotFinite()
					if d := cmp.Diff(before, contents(net), cmpopts.EquateNaNs()); d != "" {
						t.Errorf("looking for it changed a parameter: %s", d)
					}
					if c.want == "" {
						if ran != nil || why != nil {
							t.Errorf("errors %v and %v, want none", ran, why)
						}
						return
					}
					oneLine(t, why, c.want)
					if ran != nil {
						oneLine(t, ran, c.want, "max_pool2d_1: MaxPool2D{}: ")
					}
				})
			}
		}
	}
}

// TestNotFiniteTarget has it in the target of a loss.
func TestNotFiniteTarget(t *testing.T) {
	net := small(t, graph.Flatten{}, graph.Dense{Units: 2})
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	put(p.Targets[0], 3, math.NaN())
	run(t, p)
	oneLine(t, p.NotFinite(), "target of dense_1, value 3 is NaN")
	put(p.Targets[0], 3, 3e38) // its square is infinite
	run(t, p)
	oneLine(t, p.NotFinite(), "the loss is +Inf, though the output is finite")
}

// TestNotFiniteInTraining has a layer that goes wrong with the statistics of
// the batch alone, which inference does not use.
func TestNotFiniteInTraining(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}, Dtype: graph.Float64}, graph.Dense{Units: 2}, graph.BatchNorm{}, graph.Tanh)
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Params()[0].Value.Data().([]float64), []float64{1, 0, 0, 1})
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	copy(p.Inputs[0].Data().([]float64), []float64{1.5e308, 1, 1.5e308, 2})
	run(t, p)
	oneLine(t, p.NotFinite(), "the output of batch_norm_1, value 0, is NaN, though the inputs and all weights are finite")
}

// TestNotFiniteBesideState has State that is not finite, from some earlier run,
// which training does not read.
func TestNotFiniteBesideState(t *testing.T) {
	for _, e := range engines {
		net, err := graph.New(graph.Config{Input: graph.Shape{2}, Engine: e}, graph.BatchNorm{}, graph.Func(overflowing), graph.Flatten{})
		if err != nil {
			t.Fatal(err)
		}
		put(net.Params(graph.State)[0].Value, 0, math.NaN())
		put(net.Params()[0].Value, 1, 0)
		put(net.Params()[1].Value, 1, 1) // so that the second column is 1
		p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
		shuffled(p.Inputs[0])
		run(t, p)
		before := contents(net)
		oneLine(t, p.NotFinite(), "the output of func_1, value 1, is +Inf")
		if d := cmp.Diff(before, contents(net), cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%v: looking for it changed the State: %s", e, d)
		}
	}
	// Below a Frozen it is read, and not written.
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Frozen{Layer: graph.BatchNorm{}}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	put(net.Params(graph.State)[0].Value, 0, math.NaN())
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	run(t, p)
	oneLine(t, p.NotFinite(), "weight batch_norm_1/mean, value 0 is NaN")
}

// TestNotFiniteCompilesOnce counts how often the network is declared to find
// the layer.
func TestNotFiniteCompilesOnce(t *testing.T) {
	declared := 0
	counted := graph.Func(func(x *G.Node) (*G.Node, error) {
		declared++
		return G.Cube(x)
	})
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Flatten{}, counted, graph.Flatten{}, graph.Tanh, graph.Flatten{}, graph.Func(overflowing))
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{})
	put(p.Inputs[0], 0, 1e30) // its cube is infinite, and what follows
	run(t, p)
	declared = 0
	oneLine(t, p.NotFinite(), "the output of func_1, value 0, is +Inf")
	if declared != 1 {
		t.Errorf("the network was declared %d times, want once", declared)
	}
}

// overflowing is infinite where x is 1.
func overflowing(x *G.Node) (*G.Node, error) {
	return G.HadamardDiv(x, G.Must(G.Sub(G.NewConstant(float32(1)), x)))
}
