package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// normCase is a case of a norm in the file of layers.
type normCase struct {
	*golden.File
	name string

	Eps, Momentum, Tol  float64
	Training            *bool
	Axes                []int
	Groups              int
	hasScale, hasShift  bool
	shape               graph.Shape // of x
	forward, gradientTo float64     // tolerances
}

func (c *normCase) get(t *testing.T, name string) []float32 {
	t.Helper()
	return c.Get(t, c.name+"."+name).Data
}

// goldenNorms runs f on the cases of a group, on both engines.
func goldenNorms(t *testing.T, group string, f func(t *testing.T, c *normCase, e graph.Engine)) {
	file := golden.OpenLayers(t)
	for _, name := range file.Cases(t, group) {
		for _, e := range bothEngines {
			t.Run(name+"/"+e.String(), func(t *testing.T) {
				c := &normCase{File: file, name: name}
				file.Case(t, name, c)
				_, c.hasScale = file.Tensors[name+".scale"]
				_, c.hasShift = file.Tensors[name+".shift"]
				c.shape = file.Get(t, name+".x").Shape
				c.forward, c.gradientTo = max(c.Tol, forwardTolerance), max(c.Tol, gradientTolerance)
				f(t, c, e)
			})
		}
	}
}

// network is the layer behind a weight that stands for the whole batch, its
// parameters those of the case.
func (c *normCase) network(t *testing.T, e graph.Engine, layer graph.Layer, state ...string) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Input: c.shape[1:], Engine: e}, held{c.shape}, layer)
	if err != nil {
		t.Fatal(err)
	}
	names := append([]string{"x"}, c.weights()...)
	for i, p := range net.Params() {
		copy(p.Value.Data().([]float32), c.get(t, append(slices.Clone(names), state...)[i]))
	}
	return net
}

// weights are the names of the scale and the shift that there are.
func (c *normCase) weights() (names []string) {
	if c.hasScale {
		names = append(names, "scale")
	}
	if c.hasShift {
		names = append(names, "shift")
	}
	return names
}

// check compares y and all gradients of one run.
func (c *normCase) check(t *testing.T, p *graph.Program, weights ...string) {
	t.Helper()
	copy(p.Targets[0].Data().([]float32), c.get(t, "gy"))
	run(t, p)
	close32(t, "y", p.Outputs[0], c.get(t, "y"), c.forward)
	for i, name := range append([]string{"x"}, weights...) {
		close32(t, "g"+name, p.Grads[i], c.get(t, "g"+name), c.gradientTo)
	}
}

func (c *normCase) training(t *testing.T, net *graph.Network) *graph.Program {
	t.Helper()
	return compile(t, net, graph.ProgramConfig{Batch: c.shape[0], Mode: graph.Training, Loss: weighted{}})
}

func TestGoldenLayerNorm(t *testing.T) {
	goldenNorms(t, "layernorm", func(t *testing.T, c *normCase, e graph.Engine) {
		layer := graph.LayerNorm{Epsilon: c.Eps, Whole: len(c.Axes) == 3}
		c.check(t, c.training(t, c.network(t, e, layer)), c.weights()...)
	})
}

func TestGoldenGroupNorm(t *testing.T) {
	goldenNorms(t, "groupnorm", func(t *testing.T, c *normCase, e graph.Engine) {
		layer := graph.GroupNorm{Groups: c.Groups, Epsilon: c.Eps, NoScale: !c.hasScale, NoShift: !c.hasShift}
		c.check(t, c.training(t, c.network(t, e, layer)), c.weights()...)
	})
}

func TestGoldenInstanceNorm(t *testing.T) {
	goldenNorms(t, "instancenorm", func(t *testing.T, c *normCase, e graph.Engine) {
		layer := graph.InstanceNorm{Epsilon: c.Eps, NoScale: !c.hasScale, NoShift: !c.hasShift}
		c.check(t, c.training(t, c.network(t, e, layer)), c.weights()...)
	})
}

// TestGoldenBatchNorm goes over three batches in training; then, in inference
// programs that were compiled before, it normalises the first by the running
// statistics: alone, and folded into a product that changes nothing.
func TestGoldenBatchNorm(t *testing.T) {
	goldenNorms(t, "batchnorm", func(t *testing.T, c *normCase, e graph.Engine) {
		layer := graph.BatchNorm{Epsilon: c.Eps, Momentum: c.Momentum, NoScale: !c.hasScale, NoShift: !c.hasShift}
		if !*c.Training {
			c.check(t, c.training(t, c.network(t, e, graph.Frozen{Layer: layer}, "mean", "var")))
			return
		}
		net := c.network(t, e, layer, "running_mean.0", "running_var.0")
		p := c.training(t, net)
		same, inference := c.inference(t, e, layer)
		for i := 1; i <= 3; i++ {
			if i > 1 {
				copy(net.Params()[0].Value.Data().([]float32), c.get(t, fmt.Sprint("x.", i)))
				net.Params()[0].Changed()
				run(t, p)
			} else {
				c.check(t, p, c.weights()...)
			}
			if i != 2 {
				state := net.Params(graph.State)
				close32(t, "mean", state[0].Value, c.get(t, fmt.Sprint("running_mean.", i)), forwardTolerance)
				close32(t, "variance", state[1].Value, c.get(t, fmt.Sprint("running_var.", i)), forwardTolerance)
			}
			for j, n := range same {
				give(t, n, net)
				run(t, inference[j])
				if i == 3 {
					close32(t, fmt.Sprint("y.inference, ", j), inference[j].Outputs[0], c.get(t, "y.inference"), c.forward)
				}
			}
		}
	})
}

// layers are one behind the other.
type layers = []graph.Layer

// inference are programs in inference on x, of the layer alone and behind
// products that change nothing.
func (c *normCase) inference(t *testing.T, e graph.Engine, layer graph.Layer) (all []*graph.Network, programs []*graph.Program) {
	t.Helper()
	k := c.shape[1]
	behind := []layers{{layer}, {graph.Dense{Units: k, NoBias: true}, layer}, {graph.Dense{Units: k}, layer, graph.Flatten{}}}
	if len(c.shape) == 4 {
		behind = []layers{
			{layer},
			{graph.Conv2D{Filters: k, Kernel: 1, NoBias: true}, layer},
			{graph.Conv2D{Filters: k, Kernel: 1}, layer, graph.Flatten{}},
			{graph.DepthwiseConv2D{Kernel: 1}, layer},
			{graph.Conv2DTranspose{Filters: k, Kernel: 1}, layer},
		}
	}
	for i, layers := range behind {
		net, err := graph.New(graph.Config{Input: c.shape[1:], Engine: e}, layers...)
		if err != nil {
			t.Fatal(err)
		}
		depthwise, transposed := i == 3, i == 4
		for j, w := 0, net.Params()[0].Value.Data().([]float32); i > 0 && j < len(w); j++ {
			w[j] = 0
			if depthwise || j%(k+1) == 0 {
				w[j] = 1
			}
		}
		plan := net.Plan(graph.ProgramConfig{Batch: c.shape[0]}).String()
		if folded := strings.Contains(plan, "norm folded"); folded != (i > 0 && !transposed && e == graph.Fused) || folded && strings.Contains(plan, "running") {
			t.Errorf("the plan is\n%s", plan)
		}
		p := compile(t, net, graph.ProgramConfig{Batch: c.shape[0]})
		copy(p.Inputs[0].Data().([]float32), c.get(t, "x"))
		all, programs = append(all, net), append(programs, p)
	}
	return all, programs
}

// give copies the parameters of a BatchNorm from one network to another.
func give(t *testing.T, to, from *graph.Network) {
	t.Helper()
	copied := 0
	for _, p := range to.Params() {
		for _, q := range from.Params() {
			if p.Name == q.Name && strings.HasPrefix(p.Name, "batch_norm_1/") {
				copied += copy(p.Value.Data().([]float32), q.Value.Data().([]float32))
				p.Changed()
			}
		}
	}
	if copied == 0 {
		t.Fatal("no parameter has been copied")
	}
}
