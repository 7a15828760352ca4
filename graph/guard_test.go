package graph_test

import (
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// TestOpThatFailsInside has an op that panics in layers within others. The
// error names the innermost.
func TestOpThatFailsInside(t *testing.T) {
	bad := graph.Func(func(x *G.Node) (*G.Node, error) { return G.ApplyOp(faulty{name: "inside"}, x) })
	for _, e := range engines {
		for _, c := range []struct {
			layers []graph.Layer
			want   string
		}{
			{[]graph.Layer{graph.Flatten{}, bad, graph.Flatten{}}, "func_1: Func("},
			{[]graph.Layer{graph.Chain{graph.Chain{bad}}}, "func_1: Func("},
			{[]graph.Layer{graph.Residual{Body: graph.Chain{graph.ReLU, bad}}}, "residual_1/func_1: Func("},
			{[]graph.Layer{graph.Named{Name: "mine", Layer: bad}}, "mine: Named{Name: \"mine\", Layer: Func("},
			{[]graph.Layer{graph.Named{Name: "block", Layer: graph.Chain{graph.ReLU, bad}}}, "block/func_1: Func("},
			{[]graph.Layer{graph.Shared{Name: "tower", Layer: graph.Chain{bad}}}, "tower/func_1: Func("},
			{[]graph.Layer{graph.Frozen{Layer: bad}}, "func_1: Func("},
			{[]graph.Layer{graph.Flatten{}, graph.Dense{Units: 2, Activation: bad}}, "dense_1: Dense{Units: 2, Activation: Func("},
		} {
			net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}, Engine: e}, c.layers...)
			if err != nil {
				t.Fatal(err)
			}
			err = compile(t, net, graph.ProgramConfig{}).Run()
			oneLine(t, err, "faulty inside: out of cheese")
			if err != nil && !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%v: error %q, want it to begin with %q", e, err, c.want)
			}
		}
	}
}

// TestGradientThatFails has an op that fails on the way back, and ops that have
// no gradient.
func TestGradientThatFails(t *testing.T) {
	for _, e := range engines {
		for _, c := range []struct {
			name string
			f    func(x *G.Node) (*G.Node, error)
			want string // of Compile or, after "run: ", of Run
		}{
			{"no gradient", G.Floor, "func_1: Func(gorgonia.org/gorgonia.Floor): Gorgonia's floor has no gradient by its input 1"},
			{"no SymDiff", func(x *G.Node) (*G.Node, error) { return G.ApplyOp(faulty{name: "one way"}, x) }, "func_1: Func("},
			{"fails on the way back", func(x *G.Node) (*G.Node, error) { return G.ApplyOp(faultyBack{handingOn{x.Dims()}}, x) }, "faulty back: out of cheese"},
			{"cannot be differentiated", func(x *G.Node) (*G.Node, error) { return G.ApplyOp(noWayBack{handingOn{x.Dims()}}, x) }, "func_1: Func(euryale/graph_test.TestGradientThatFails.func"},
		} {
			net, err := graph.New(graph.Config{Input: graph.Shape{2}, Engine: e}, graph.Dense{Units: 2}, graph.Func(c.f), graph.Dense{Units: 2})
			if err != nil {
				t.Fatal(err)
			}
			p, err := net.Compile(graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
			if err == nil {
				put(p.Inputs[0], 0, 1)
				err = p.Run()
				p.Close()
			}
			oneLine(t, err, c.want)
		}
	}
}

// faultyBack has a gradient that panics when it runs.
type faultyBack struct{ handingOn }

func (faultyBack) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	g, err := G.ApplyOp(faulty{name: "back"}, grad)
	return G.Nodes{g}, err
}

// noWayBack panics when its gradient is declared.
type noWayBack struct{ handingOn }

func (noWayBack) SymDiff(G.Nodes, *G.Node, *G.Node) (G.Nodes, error) { panic("no way back") }
