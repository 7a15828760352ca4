package graph_test

import (
	"fmt"
	"hash"
	"math"
	"testing"

	"github.com/chewxy/hm"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestKeptOfAFlattenedConvolution has an elementwise layer behind a Flatten,
// which may write over what is kept before it.
func TestKeptOfAFlattenedConvolution(t *testing.T) {
	for _, e := range engines {
		for _, elementwise := range []graph.Layer{graph.ReLU, graph.LeakyReLU{Slope: 0.5}, graph.Tanh, graph.Sigmoid, graph.Func(cube), graph.Func(G.Neg), graph.Func(G.Rectify), graph.Chain{graph.Func(row), graph.Func(G.Rectify)}} {
			net, err := graph.New(graph.Config{Input: graph.Shape{1, 1, 2}, Engine: e}, graph.Conv2D{Filters: 1, Kernel: 1}, graph.Flatten{}, elementwise, graph.Dense{Units: 1})
			if err != nil {
				t.Fatal(err)
			}
			put(net.Params()[0].Value, 0, 1)
			// One that is kept may keep another from being written to.
			for _, keep := range [][]string{{"conv2d_1"}, {"flatten_1"}, {"conv2d_1", "flatten_1"}} {
				p := compile(t, net, graph.ProgramConfig{Keep: keep})
				copy(p.Inputs[0].Data().([]float32), []float32{-3, 2})
				run(t, p)
				for _, name := range keep {
					d, err := p.Activation(name)
					if err != nil {
						t.Fatal(err)
					}
					if got := values(d); !cmp.Equal(got, []float32{-3, 2}) {
						t.Errorf("%v, before %v: %s is %v, want [-3 2]", e, elementwise, name, got)
					}
				}
				if got := values(p.Inputs[0]); !cmp.Equal(got, []float32{-3, 2}) {
					t.Errorf("%v, before %v: the input is %v, want [-3 2]", e, elementwise, got)
				}
			}
		}
	}
}

// TestEveryLayerKept keeps each layer alone and all at once, and compares them
// with the network that is cut there. Some of their ops return the memory of
// what they read, and some write to it.
func TestEveryLayerKept(t *testing.T) {
	layers := []graph.Layer{
		graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.Tanh},
		graph.Func(cube),
		graph.MaxPool2D{},
		graph.Func(itself), graph.Func(G.Rectify),
		graph.Tanh,
		graph.BatchNorm{},
		graph.Sigmoid, graph.Func(row), graph.Func(G.Neg), graph.Func(row),
		graph.Flatten{},
		graph.Flatten{},
		graph.ReLU,
		graph.Func(itself), graph.Func(row), graph.Func(G.Rectify),
		graph.Dense{Units: 4},
		graph.Func(firstTwo), graph.Func(G.Exp),
		graph.Flatten{},
		graph.Softmax,
	}
	for _, e := range engines {
		for _, mode := range []graph.Mode{graph.Inference, graph.Training} {
			t.Run(fmt.Sprint(e, mode), func(t *testing.T) {
				config := graph.Config{Input: graph.Shape{1, 8, 8}, Seed: 5, Engine: e}
				net, err := graph.New(config, layers...)
				if err != nil {
					t.Fatal(err)
				}
				names := net.LayerNames()
				all := keeping(t, net, mode, names...)
				for i, name := range names {
					cut, err := graph.New(config, layers[:i+1]...)
					if err != nil {
						t.Fatal(err)
					}
					want := values(keeping(t, cut, mode).Outputs[0])
					for _, p := range []*graph.Program{all, keeping(t, net, mode, name)} {
						kept, err := p.Activation(name)
						if err != nil {
							t.Fatal(err)
						}
						if d := cmp.Diff(want, values(kept), cmpopts.EquateApprox(0, 1e-6)); d != "" {
							t.Errorf("%s, -cut +kept: %s", name, d)
						}
					}
				}
			})
		}
	}
}

// keeping is a program that keeps the layers of the given names and has run.
func keeping(t *testing.T, net *graph.Network, mode graph.Mode, names ...string) *graph.Program {
	t.Helper()
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: mode, Loss: weighted{}, Keep: names})
	for range 2 {
		shuffled(p.Inputs[0])
		run(t, p)
	}
	return p
}

// TestOutputsThatOthersRead are read by layers whose ops may write to them.
func TestOutputsThatOthersRead(t *testing.T) {
	for _, e := range engines {
		x := graph.Input("x", 1, 2, 2)
		a := x.Then(graph.Func(cube))
		b := a.Then(graph.Flatten{})
		c := b.Then(graph.Func(G.Neg))
		d := b.Then(graph.Func(itself), graph.Func(cube))
		net, err := graph.Compose(graph.Config{Engine: e}, d, c, b, a)
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{})
		copy(p.Inputs[0].Data().([]float32), []float32{1, 2, -1, 0.5})
		for range 2 {
			run(t, p)
		}
		for i, f := range []func(float64) float64{
			func(v float64) float64 { return math.Pow(v, 9) }, func(v float64) float64 { return -v * v * v },
			func(v float64) float64 { return v * v * v }, func(v float64) float64 { return v * v * v },
		} {
			for j, v := range []float64{1, 2, -1, 0.5} {
				if got := p.Outputs[i].Data().([]float32)[j]; got != float32(f(v)) {
					t.Errorf("%v: output %d of %v is %v, want %v", e, i, v, got, f(v))
				}
			}
		}
	}
}

// TestValueUnderTwoShapes is read by two, of which one writes to it.
func TestValueUnderTwoShapes(t *testing.T) {
	for _, e := range engines {
		a := graph.Input("x", 1, 1, 2).Then(graph.Func(cube))
		sum := graph.Join(graph.Sum, a.Then(graph.Func(row), graph.Func(G.Neg)), a.Then(graph.Func(row)), a.Then(graph.Func(row), graph.Func(row), graph.Func(G.Rectify)))
		net, err := graph.Compose(graph.Config{Engine: e}, sum)
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{})
		copy(p.Inputs[0].Data().([]float32), []float32{-2, 3})
		run(t, p)
		if got := values(p.Outputs[0]); !cmp.Equal(got, []float32{0, 27}) {
			t.Errorf("%v: %v, want [0 27]", e, got)
		}
	}
}

// TestGradientsOfTheirOwn has weights that get one gradient, and one whose
// gradient is half of that, which may be computed in its place.
func TestGradientsOfTheirOwn(t *testing.T) {
	for _, e := range engines {
		for _, names := range []string{"ab", "ac", "abc"} {
			net, err := graph.New(graph.Config{Input: graph.Shape{3}, Seed: 1, Engine: e}, rows{names}, graph.Named{Name: "dense", Layer: graph.Dense{Units: 2}})
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: weighted{}})
			for i := range 4 {
				put(p.Targets[0], i, float64(i+1))
			}
			run(t, p)
			w := values(net.Params()[len(names)].Value)
			for j, name := range names {
				for i, got := range values(p.Grads[j]) { // Σ target·w
					n, k := i/3, i%3
					want := w[2*k]*float32(2*n+1) + w[2*k+1]*float32(2*n+2)
					if name == 'c' {
						want /= 2
					}
					if d := got - want; !(d < 1e-5 && d > -1e-5) {
						t.Errorf("%v, %s: gradient %d by %c is %v, want %v", e, names, i, name, got, want)
					}
				}
			}
			put(p.Grads[0], 0, 77)
			if v := values(p.Grads[1])[0]; v == 77 {
				t.Errorf("%v, %s: two gradients are one tensor", e, names)
			}
		}
	}
}

// rows adds weights of the shape of a batch of two: all of a and b, half of c.
type rows struct{ names string }

func (rows) String() string { return "rows{}" }

func (r rows) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	in := []*graph.Value{x}
	for _, name := range r.names {
		in = append(in, s.Weight(string(name), graph.Shape{2, 3}, nil))
	}
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		sum := n[0]
		for i, w := range n[1:] {
			if r.names[i] == 'c' {
				w = G.Must(G.HadamardDiv(w, filled(w, "two", 2)))
			}
			sum = G.Must(G.Add(sum, w))
		}
		return sum, nil
	}, in...)
}

// TestWeightsAreNotWrittenTo has functions that write to what they read, be it
// a weight under another shape, or one that an op hands on.
func TestWeightsAreNotWrittenTo(t *testing.T) {
	for _, e := range engines {
		net, err := graph.New(graph.Config{Input: graph.Shape{4}, Engine: e}, rowOfCubes{}, rowOfCubes{handOn: true})
		if err != nil {
			t.Fatal(err)
		}
		before := contents(net)
		p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
		for range 2 {
			run(t, p)
		}
		if d := cmp.Diff(before, contents(net)); d != "" {
			t.Errorf("%v: a run changed the weights: %s", e, d)
		}
	}
}

// rowOfCubes adds the cubes of a weight to each sample.
type rowOfCubes struct{ handOn bool }

func (rowOfCubes) String() string { return "rowOfCubes{}" }

func (r rowOfCubes) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("w", x.Shape(), graph.GlorotUniform)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		w := n[1]
		if r.handOn {
			w = G.Must(itself(w))
		}
		w = G.Must(G.Reshape(w, tensor.Shape{1, w.Shape()[0]}))
		return G.BroadcastAdd(n[0], G.Must(G.Cube(w)), nil, []byte{0})
	}, x, w)
}

// itself is an op of one's own that returns what it is given.
func itself(x *G.Node) (*G.Node, error) { return G.ApplyOp(handingOn{x.Dims()}, x) }

type handingOn struct{ dims int }

func (h handingOn) Arity() int { return 1 }

func (h handingOn) Type() hm.Type {
	t := G.TensorType{Dims: h.dims, Of: hm.TypeVariable('a')}
	return hm.NewFnType(t, t)
}

func (handingOn) InferShape(d ...G.DimSizer) (tensor.Shape, error) {
	return d[0].(tensor.Shape).Clone(), nil
}

func (handingOn) Do(in ...G.Value) (G.Value, error) { return in[0], nil }
func (handingOn) ReturnsPtr() bool                  { return true }
func (handingOn) CallsExtern() bool                 { return false }
func (handingOn) OverwritesInput() int              { return -1 }
func (h handingOn) String() string                  { return fmt.Sprintf("handingOn%d", h.dims) }
func (h handingOn) WriteHash(to hash.Hash)          { fmt.Fprint(to, h.String()) }
func (h handingOn) Hashcode() uint32                { return uint32(h.dims) }
func (handingOn) DiffWRT(int) []bool                { return []bool{true} }

func (handingOn) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) { return G.Nodes{grad}, nil }

// row is each sample as a vector, by Gorgonia's own op.
func row(x *G.Node) (*G.Node, error) {
	return G.Reshape(x, tensor.Shape{x.Shape()[0], x.Shape()[1:].TotalSize()})
}

func firstTwo(x *G.Node) (*G.Node, error) { return G.Slice(x, nil, G.S(0, 2)) }
