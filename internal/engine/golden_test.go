package engine_test

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/golden"
)

// The tolerances of the reference file, relative to the largest value compared
// where that is above 1.
const (
	goldenForward  = 1e-5
	goldenGradient = 1e-4
)

// reference is a case of the reference file.
type reference struct {
	*golden.File
	name string
}

func (f reference) get(t *testing.T, name string) *tensor.Dense {
	t.Helper()
	x := f.Get(t, f.name+"."+name)
	return tensor.New(tensor.WithShape(x.Shape...), tensor.WithBacking(x.Data))
}

func (f reference) has(name string) bool { _, ok := f.Tensors[f.name+"."+name]; return ok }

// near compares a tensor with the file's of that name.
func (f reference) near(t *testing.T, name string, got *tensor.Dense, tolerance float64) {
	t.Helper()
	near(t, name, numbers(got), numbers(f.get(t, name)), tolerance)
}

// trial is a declaration on a machine of its own, and the gradients for the
// loss Σ y·gy.
type trial struct {
	x     *G.Node
	y     G.Value
	grads []G.Value
	vm    G.VM
}

// try declares an op of x and the weights of the case that there are.
func (f reference) try(t *testing.T, dt tensor.Dtype, declare declaration, weights ...string) *trial {
	t.Helper()
	g := G.NewGraph()
	input := func(name string) *G.Node {
		d := as(dt, f.get(t, name))
		return G.NewTensor(g, dt, d.Dims(), G.WithShape(d.Shape()...), G.WithName(name), G.WithValue(d))
	}
	r := &trial{x: input("x")}
	nodes := G.Nodes{r.x}
	for _, name := range weights {
		nodes = append(nodes, input(name))
	}
	y, err := declare(r.x, nodes[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	G.Read(y, &r.y)
	ds, err := G.Grad(G.Must(G.Sum(G.Must(G.HadamardProd(y, input("gy"))))), nodes...)
	if err != nil {
		t.Fatal(err)
	}
	r.grads = make([]G.Value, len(ds))
	for i, d := range ds {
		G.Read(d, &r.grads[i])
	}
	r.vm = G.NewTapeMachine(g)
	t.Cleanup(func() { r.vm.Close() })
	return r
}

func (r *trial) run(t *testing.T) {
	t.Helper()
	r.vm.Reset()
	if err := r.vm.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// check compares the output and the gradients by x and the weights.
func (f reference) check(t *testing.T, r *trial, tolerance float64, weights ...string) {
	t.Helper()
	f.near(t, "y", r.y.(*tensor.Dense), max(tolerance, goldenForward))
	for i, name := range append([]string{"x"}, weights...) {
		f.near(t, "g"+name, r.grads[i].(*tensor.Dense), max(tolerance, goldenGradient))
	}
}

// goldens runs f on the cases of a group, in both types.
func goldens(t *testing.T, group string, f func(t *testing.T, c reference, dt tensor.Dtype)) {
	file := golden.OpenLayers(t)
	for _, name := range file.Cases(t, group) {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, dt tensor.Dtype) { f(t, reference{file, name}, dt) })
		})
	}
}

func TestGoldenRectify(t *testing.T) {
	seen := 0
	goldens(t, "activation", func(t *testing.T, c reference, dt tensor.Dtype) {
		var a struct {
			Op    string
			Slope any
		}
		c.Case(t, c.name, &a)
		slope, _ := a.Slope.(float64)
		if a.Op != "relu" && a.Op != "leakyrelu" {
			return
		}
		seen++
		r := c.try(t, dt, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Rectify(x, slope) })
		r.run(t)
		c.check(t, r, 0)
	})
	if !t.Failed() && !t.Skipped() && seen == 0 {
		t.Error("no case of relu or leakyrelu")
	}
}

func TestGoldenMeanImage(t *testing.T) {
	goldens(t, "global", func(t *testing.T, c reference, dt tensor.Dtype) {
		var a struct{ Op string }
		c.Case(t, c.name, &a)
		if a.Op != "globalaverage" {
			return
		}
		r := c.try(t, dt, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MeanImage(x) })
		r.run(t)
		c.check(t, r, 0)
	})
}

// TestGoldenNorm goes over three batches in training, then normalises the first
// by the running statistics.
func TestGoldenNorm(t *testing.T) {
	goldens(t, "batchnorm", func(t *testing.T, c reference, dt tensor.Dtype) {
		var a struct {
			Eps, Momentum, Tol float64
			Training           bool
		}
		c.Case(t, c.name, &a)
		var weights []string
		for _, name := range []string{"scale", "shift"} {
			if c.has(name) {
				weights = append(weights, name)
			}
		}
		// split is γ and β of the weights that there are.
		split := func(w []*G.Node) (gamma, beta *G.Node) {
			if c.has("scale") {
				gamma, w = w[0], w[1:]
			}
			if c.has("shift") {
				beta = w[0]
			}
			return gamma, beta
		}
		infer := func(mean, variance *tensor.Dense) declaration {
			return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				gamma, beta := split(w)
				m := G.NewVector(x.Graph(), dt, G.WithShape(mean.Shape()...), G.WithName("mean"), G.WithValue(mean))
				v := G.NewVector(x.Graph(), dt, G.WithShape(mean.Shape()...), G.WithName("variance"), G.WithValue(variance))
				return engine.Affine(x, gamma, beta, m, v, a.Eps)
			}
		}
		if !a.Training {
			r := c.try(t, dt, infer(as(dt, c.get(t, "mean")), as(dt, c.get(t, "var"))), weights...)
			r.run(t)
			c.check(t, r, a.Tol, weights...)
			return
		}
		mean, variance := as(dt, c.get(t, "running_mean.0")), as(dt, c.get(t, "running_var.0"))
		r := c.try(t, dt, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			gamma, beta := split(w)
			return engine.Norm(x, gamma, beta, engine.NormConfig{Epsilon: a.Eps, Momentum: a.Momentum, Mean: mean, Variance: variance})
		}, weights...)
		for i := 1; i <= 3; i++ {
			if i > 1 {
				if err := G.Let(r.x, as(dt, c.get(t, fmt.Sprint("x.", i)))); err != nil {
					t.Fatal(err)
				}
			}
			r.run(t)
			if i == 1 {
				c.check(t, r, a.Tol, weights...)
			}
			if i != 2 {
				c.near(t, fmt.Sprint("running_mean.", i), mean, goldenForward)
				c.near(t, fmt.Sprint("running_var.", i), variance, goldenForward)
			}
		}
		r = c.try(t, dt, infer(mean, variance), weights...)
		r.run(t)
		c.near(t, "y.inference", r.y.(*tensor.Dense), max(a.Tol, goldenForward))
	})
}

// TestGoldenSampleNorm is of whole samples, pixels, groups and channels.
func TestGoldenSampleNorm(t *testing.T) {
	for _, group := range []string{"layernorm", "groupnorm", "instancenorm"} {
		goldens(t, group, func(t *testing.T, c reference, dt tensor.Dtype) {
			var a struct {
				Eps    float64
				Groups int
				Axes   []int
			}
			c.Case(t, c.name, &a)
			if len(a.Axes) == 3 {
				a.Groups = 1
			}
			var weights []string
			if c.has("scale") {
				weights = []string{"scale", "shift"}
			}
			r := c.try(t, dt, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				w = append(w, nil, nil)
				return engine.SampleNorm(x, w[0], w[1], engine.SampleNormConfig{Epsilon: a.Eps, Groups: a.Groups})
			}, weights...)
			r.run(t)
			c.check(t, r, 0, weights...)
		})
	}
}
