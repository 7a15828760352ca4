package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// composite is a layer of two convolutions, which it builds in scopes of their
// own or, wrongly, in its own.
type composite struct{ own bool }

func (c composite) String() string { return graph.Literal(c) }

func (c composite) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	conv := graph.Conv2D{Filters: 4, Kernel: 3, Padding: graph.Same}
	if c.own {
		return conv.Build(s, conv.Build(s, x))
	}
	return x.Then(conv, conv)
}

// twoWeights asks for two weights of the given names and shapes.
type twoWeights struct {
	names  [2]string
	shapes [2]graph.Shape
}

func (twoWeights) String() string { return "twoWeights{}" }

func (w twoWeights) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	a, b := s.Weight(w.names[0], w.shapes[0], nil), s.State(w.names[1], w.shapes[1], nil)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		return G.BroadcastAdd(n[0], G.Must(G.Add(n[1], n[2])), nil, []byte{0})
	}, x, a, b)
}

func TestOneNameForTwoWeights(t *testing.T) {
	row := graph.Shape{1, 2}
	for _, c := range []struct {
		layer graph.Layer
		input graph.Shape
		want  string
	}{
		{composite{own: true}, graph.Shape{4, 5, 5}, `composite_1: composite{}: input (N, 4, 5, 5): weight "kernel": want a name that the layer has not used yet`},
		{twoWeights{[2]string{"w", "w"}, [2]graph.Shape{row, row}}, graph.Shape{2}, `two_weights_1: twoWeights{}: input (N, 2): weight "w": want a name`},
		{twoWeights{[2]string{"w", "w"}, [2]graph.Shape{row, {3, 3}}}, graph.Shape{2}, `weight "w": want a name`},
		{twoWeights{[2]string{"", "w"}, [2]graph.Shape{row, row}}, graph.Shape{2}, `weight "": want a name`},
		{graph.Chain{graph.Named{Name: "a", Layer: graph.Dense{Units: 2}}, graph.Named{Name: "a", Layer: graph.Dense{Units: 2}}}, graph.Shape{2}, `two layers are called "a"`},
	} {
		_, err := graph.New(graph.Config{Input: c.input}, c.layer)
		oneLine(t, err, c.want)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{4, 5, 5}}, composite{})
	if err != nil {
		t.Fatal(err)
	}
	if got := net.Report().Params; got != 2*(4*4*9+4) {
		t.Errorf("two convolutions have %d parameters, want 296", got)
	}
	if a, b := net.Params()[0].Value, net.Params()[2].Value; cmp.Equal(values(a), values(b)) {
		t.Error("the two convolutions drew the same weights")
	}
}

// TestEachWeightIsDrawnByItsName: two of one shape differ, and neither changes
// with what else there is.
func TestEachWeightIsDrawnByItsName(t *testing.T) {
	dense := func(name string) graph.Layer { return graph.Named{Name: name, Layer: graph.Dense{Units: 5}} }
	drawn := func(seed uint64, layers ...graph.Layer) map[string]any {
		net, err := graph.New(graph.Config{Input: graph.Shape{5}, Seed: seed}, layers...)
		if err != nil {
			t.Fatal(err)
		}
		return contents(net)
	}
	ab, ba, other := drawn(1, dense("a"), dense("b")), drawn(1, dense("b"), dense("a")), drawn(2, dense("a"), dense("b"))
	if cmp.Equal(ab["a/kernel"], ab["b/kernel"]) {
		t.Error("two weights of one shape and seed are the same")
	}
	if d := cmp.Diff(ab, ba); d != "" {
		t.Errorf("the order of the layers changed their weights: %s", d)
	}
	if cmp.Equal(ab["a/kernel"], other["a/kernel"]) {
		t.Error("two seeds drew the same weights")
	}
}

// TestNetworkIsNotChangedFromOutside writes to all that a network hands out,
// but for the weights' values.
func TestNetworkIsNotChangedFromOutside(t *testing.T) {
	net := small(t)
	report, plan := net.Report().String(), net.Plan(training).String()
	config := net.Config()
	config.Dtype, config.Engine, config.Seed = graph.Float64, graph.Gorgonia, 99
	config.Input[0] = 77
	clear(net.Params())
	trained := net.Params(graph.Trained)
	trained[0] = trained[1]
	for _, p := range append(net.Inputs(), net.Outputs()...) {
		p.Shape[0] = 77
	}
	for _, row := range net.Report().Rows {
		row.Output[0] = 77
	}
	clear(net.LayerNames())
	if d := cmp.Diff(report+plan, net.Report().String()+net.Plan(training).String()); d != "" {
		t.Errorf("what was handed out changed the network: %s", d)
	}
	if c := net.Config(); c.Dtype != graph.Float32 || c.Engine != graph.DefaultEngine || c.Seed != 1 || c.Input[0] != 1 {
		t.Errorf("the network's configuration is %+v, want what it was made with", c)
	}
	run(t, compile(t, net, training))

	shape := graph.Shape{1, 12, 12}
	net, err := graph.New(graph.Config{Input: shape}, graph.Flatten{})
	if err != nil {
		t.Fatal(err)
	}
	shape[0] = 77
	if got := net.Inputs()[0].Shape; got[0] != 1 {
		t.Errorf("the caller's shape is the network's: %v", got)
	}
}

// TestOtherTensorsAreRefused puts tensors in the place of a program's own.
func TestOtherTensorsAreRefused(t *testing.T) {
	for _, e := range engines {
		net, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}, Engine: e}, smallLayers...)
		if err != nil {
			t.Fatal(err)
		}
		p, other := compile(t, net, training), compile(t, net, training)
		fill(p, 1)
		own := p.Inputs[0]
		p.Inputs[0] = other.Inputs[0]
		oneLine(t, p.Run(), "Inputs[0] is another tensor than the program's", "SetInput")
		p.Inputs = nil
		oneLine(t, p.Run(), "Inputs[0] is another tensor")
		p.Inputs = append(p.Inputs, own)
		run(t, p)
		target := p.Targets[0]
		p.Targets[0] = other.Targets[0]
		oneLine(t, p.Run(), "Targets[0] is another tensor than the program's")
		p.Targets[0] = target
		run(t, p)
	}
}
