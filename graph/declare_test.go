package graph_test

import (
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// foreign is a network declared on somebody's own graph, with the mean of the
// squares of all its outputs, and that by its trained parameters.
type foreign struct {
	vm     G.VM
	inputs []*tensor.Dense
	cost   *G.Node
	grads  G.Nodes
}

func declareOn(t *testing.T, net *graph.Network, batch int) foreign {
	t.Helper()
	g := G.NewGraph()
	var f foreign
	var in G.Nodes
	rng := rand.New(rand.NewPCG(1, 2))
	for _, p := range net.Inputs() {
		shape := append(graph.Shape{batch}, p.Shape...)
		x := tensor.New(tensor.Of(tensor.Float64), tensor.WithShape(shape...))
		for i := range x.Data().([]float64) {
			x.Data().([]float64)[i] = rng.NormFloat64()
		}
		f.inputs = append(f.inputs, x)
		// The name is that of anybody's node.
		in = append(in, G.NewTensor(g, tensor.Float64, len(shape), G.WithShape(shape...), G.WithName("x of "+p.Name), G.WithValue(x.Clone())))
	}
	outputs, weights, err := net.Declare(in...)
	if err != nil {
		t.Fatal(err)
	}
	if len(outputs) != len(net.Outputs()) || len(weights) != len(net.Params()) {
		t.Fatalf("%d outputs and %d weights, want %d and %d", len(outputs), len(weights), len(net.Outputs()), len(net.Params()))
	}
	for _, y := range outputs {
		mean := G.Must(G.Mean(G.Must(G.Square(y))))
		if f.cost == nil {
			f.cost = mean
			continue
		}
		f.cost = G.Must(G.Add(f.cost, mean))
	}
	var trained G.Nodes
	for i, p := range net.Params() {
		if p.Role == graph.Trained {
			trained = append(trained, weights[i])
		}
	}
	if f.grads, err = G.Grad(f.cost, trained...); err != nil {
		t.Fatal(err)
	}
	f.vm = G.NewTapeMachine(g)
	t.Cleanup(func() { f.vm.Close() })
	if err := f.vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestDeclareOnOnesOwnNodes compares the gradients that Gorgonia's Grad takes
// of a declared network with central differences of a program in inference.
func TestDeclareOnOnesOwnNodes(t *testing.T) {
	for _, d := range declarations {
		t.Run(d.name, func(t *testing.T) {
			net := d.network(t, graph.Config{Seed: 3, Dtype: graph.Float64}, offsetInput)
			layertest.Disturb(net, 0.1)
			losses := graph.Losses{}
			for range net.Outputs() {
				losses = append(losses, graph.OutputLoss{Loss: graph.MeanSquaredError{}})
			}
			f := declareOn(t, net, 2)
			p := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: losses})
			loss := func() float64 {
				for i, x := range f.inputs {
					copy(p.Inputs[i].Data().([]float64), x.Data().([]float64))
				}
				run(t, p)
				var sum float64 // the penalties are no outputs
				for _, l := range p.Losses {
					sum += l
				}
				return sum
			}
			if got, want := f.cost.Value().Data().(float64), loss(); math.Abs(got-want) > 1e-12 {
				t.Errorf("the declared network's cost is %v, a program's %v", got, want)
			}
			rng := rand.New(rand.NewPCG(5, 6))
			for i, param := range net.Params(graph.Trained) {
				w, grad := param.Value.Data().([]float64), f.grads[i].Value().Data().([]float64)
				for _, k := range rng.Perm(len(w))[:min(len(w), 8)] {
					if want := difference(&w[k], grad[k], loss); math.Abs(grad[k]-want) > 1e-7 {
						t.Fatalf("%s[%d]: gradient %v, want %v", param.Name, k, grad[k], want)
					}
				}
			}
		})
	}
}

// difference is the central difference of f by w; where a kink makes it differ
// from what is expected, over smaller steps.
func difference(w *float64, expected float64, f func() float64) (d float64) {
	at := *w
	defer func() { *w = at }()
	for _, step := range []float64{1e-5, 1e-6, 1e-7} {
		*w = at + step
		up := f()
		*w = at - step
		d = (up - f()) / (2 * step)
		if math.Abs(d-expected) < 1e-7 {
			break
		}
	}
	return d
}

// TestDeclareEqualsAProgram compares gradients with those of a training program
// on the engine Gorgonia, where no batch norm is in the way.
func TestDeclareEqualsAProgram(t *testing.T) {
	for _, name := range []string{"sequential", "residual without norm", "two inputs", "siamese", "inception"} {
		t.Run(name, func(t *testing.T) {
			var net *graph.Network
			for _, d := range append(declarations, chain("residual without norm", graph.Shape{2, 5, 5},
				same(3, 3, 1), graph.Residual{Body: graph.Chain{same(3, 3, 1), graph.ReLU, same(3, 3, 1)}, Activation: graph.ReLU}, graph.GlobalAverage{}, graph.Dense{Units: 2})) {
				if d.name == name {
					net = d.network(t, graph.Config{Seed: 3, Dtype: graph.Float64}, graph.Input)
				}
			}
			f := declareOn(t, net, 3)
			p := compile(t, net, graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
			for i, x := range f.inputs {
				copy(p.Inputs[i].Data().([]float64), x.Data().([]float64))
			}
			run(t, p)
			for i, w := range net.Params(graph.Trained) {
				want := p.Grads[i].Data().([]float64)
				for j, got := range f.grads[i].Value().Data().([]float64) {
					if math.Abs(got-want[j]) > 1e-14 {
						t.Fatalf("%s[%d]: gradient %v, a program's %v", w.Name, j, got, want[j])
					}
				}
			}
		})
	}
}

// TestDeclaredNetworkLearns trains the nodes' weights with Gorgonia's solver:
// the network learns.
func TestDeclaredNetworkLearns(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 1},
		graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU}, graph.BatchNorm{}, graph.GlobalAverage{}, graph.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	g := G.NewGraph()
	x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(4, 1, 6, 6), G.WithName("x"), G.WithInit(G.Gaussian(0, 1)))
	target := G.NewMatrix(g, tensor.Float32, G.WithShape(4, 1), G.WithName("target"), G.WithInit(G.Ones()))
	outputs, weights, err := net.Declare(x)
	if err != nil {
		t.Fatal(err)
	}
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(outputs[0], target))))))
	var trained G.Nodes
	for i, p := range net.Params() {
		if p.Role == graph.Trained {
			trained = append(trained, weights[i])
		}
	}
	if _, err := G.Grad(cost, trained...); err != nil {
		t.Fatal(err)
	}
	vm := G.NewTapeMachine(g, G.BindDualValues(trained...))
	defer vm.Close()
	solver := G.NewVanillaSolver(G.WithLearnRate(0.05))
	before := values(net.Params()[0].Value)
	var first, last float32
	for i := range 40 {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		last = cost.Value().Data().(float32)
		if i == 0 {
			first = last
		}
		if err := solver.Step(G.NodesToValueGrads(trained)); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
	if !(last < first/2) {
		t.Errorf("the loss went from %v to %v", first, last)
	}
	after := values(net.Params()[0].Value)
	same := true
	for i := range after {
		same = same && after[i] == before[i]
	}
	if same {
		t.Error("the network's own weights have not changed")
	}
	for _, p := range net.Params(graph.State) {
		want := float32(0)
		if p.Name == "batch_norm_1/variance" {
			want = 1
		}
		for _, v := range values(p.Value) {
			if v != want {
				t.Errorf("%s has changed: %v, want %v", p.Name, v, want)
			}
		}
	}
}

func TestDeclareRefuses(t *testing.T) {
	net := declared(t, "two inputs") // an image (1, 8, 8) and 4 numbers, float32
	g, other := G.NewGraph(), G.NewGraph()
	node := func(g *G.ExprGraph, dt tensor.Dtype, shape ...int) *G.Node {
		return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName("n"))
	}
	image, numbers := node(g, tensor.Float32, 2, 1, 8, 8), node(g, tensor.Float32, 2, 4)
	for _, c := range []struct {
		in   G.Nodes
		want string
	}{
		{G.Nodes{image}, "declare: want a node for each of 2 inputs, got 1"},
		{nil, "declare: want a node for each of 2 inputs, got 0"},
		{G.Nodes{image, nil}, "declare: input numbers: want a node, got nil"},
		{G.Nodes{numbers, image}, "declare: input image: want a batch (N, 1, 8, 8) of float32, got (2, 4) of float32"},
		{G.Nodes{image, node(g, tensor.Float64, 2, 4)}, "declare: input numbers: want a batch (N, 4) of float32, got (2, 4) of float64"},
		{G.Nodes{image, node(g, tensor.Float32, 3, 4)}, "declare: input numbers: want a batch of 2, as the first, got 3"},
		{G.Nodes{image, node(other, tensor.Float32, 2, 4)}, "declare: input numbers: want a node of the first input's graph"},
	} {
		if _, _, err := net.Declare(c.in...); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
}
