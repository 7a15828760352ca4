package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

var engines = []graph.Engine{graph.Gorgonia, graph.Fused}

// output is what a network of layers makes of one sample.
func output(t *testing.T, e graph.Engine, x []float32, layers ...graph.Layer) []float32 {
	t.Helper()
	net, err := graph.New(graph.Config{Input: graph.Shape{len(x)}, Seed: 1, Engine: e}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{})
	copy(p.Inputs[0].Data().([]float32), x)
	run(t, p)
	return values(p.Outputs[0])
}

// plus adds v to each value, by a node of the function's own of the given name.
func plus(name string, v float32) graph.Layer {
	return graph.Func(func(x *G.Node) (*G.Node, error) { return G.Add(x, filled(x, name, v)) })
}

// filled is a node in x's graph, of its shape, that is v everywhere.
func filled(x *G.Node, name string, v float32) *G.Node {
	d := tensor.New(tensor.Of(x.Dtype()), tensor.WithShape(x.Shape()...))
	if err := d.Memset(v); err != nil {
		panic(err)
	}
	return G.NewTensor(x.Graph(), x.Dtype(), x.Dims(), G.WithShape(x.Shape()...), G.WithName(name), G.WithValue(d))
}

// TestNodesOfAFunctionsOwn gives them the names of nodes that are there.
func TestNodesOfAFunctionsOwn(t *testing.T) {
	ones := graph.Named{Name: "row", Layer: addedRow{}}
	for _, e := range engines {
		for _, c := range []struct {
			name   string
			layers []graph.Layer
			want   []float32
		}{
			{"the input's", []graph.Layer{plus("input", 1)}, []float32{6, 8}},
			{"the input's in the program", []graph.Layer{plus("input/input", 1)}, []float32{6, 8}},
			{"the function's operand's", []graph.Layer{plus("x0", 1)}, []float32{6, 8}},
			{"each other's", []graph.Layer{plus("mine", 1), plus("mine", 2)}, []float32{8, 10}},
			{"a weight's", []graph.Layer{ones, plus("row/ones", 4)}, []float32{10, 12}},
			{"a weight's, declared before it", []graph.Layer{plus("row/ones", 4), ones}, []float32{10, 12}},
			{"none", []graph.Layer{plus("", 1), plus("", 2)}, []float32{8, 10}},
		} {
			if got := output(t, e, []float32{5, 7}, c.layers...); !cmp.Equal(got, c.want) {
				t.Errorf("%v, %s name: %v, want %v", e, c.name, got, c.want)
			}
		}
	}
}

// addedRow adds a weight of ones, of the shape of a batch of one.
type addedRow struct{}

func (addedRow) String() string { return "addedRow{}" }

func (addedRow) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("ones", graph.Shape{1, x.Shape()[0]}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.BroadcastAdd(n[0], n[1], nil, []byte{0}) }, x, w)
}

// TestNodesThatGorgoniaTakesForOne are in one function: nothing can tell them
// apart once they are declared.
func TestNodesThatGorgoniaTakesForOne(t *testing.T) {
	twoOfOneName := func(x *G.Node) (*G.Node, error) {
		return G.Add(G.Must(G.Add(x, filled(x, "mine", 1))), filled(x, "mine", 2))
	}
	_, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Func(twoOfOneName))
	oneLine(t, err, "func_1: Func(", `two nodes are called "mine"`, "want a name each")

	halves := func(x *G.Node) (*G.Node, error) {
		return G.Sub(G.Must(G.Slice(x, nil, G.S(0, 256))), G.Must(G.Slice(x, nil, G.S(256, 512))))
	}
	_, err = graph.New(graph.Config{Input: graph.Shape{512}}, graph.Func(halves))
	oneLine(t, err, "func_1: Func(", "modulo 256", "(2, 512)")

	one := func(x *G.Node) (*G.Node, error) { return G.Slice(x, nil, G.S(256, 258)) }
	long := make([]float32, 300)
	long[256], long[0] = 7, 5
	if got := output(t, graph.Gorgonia, long, graph.Func(one)); !cmp.Equal(got, []float32{7, 0}) {
		t.Errorf("one slice of a long vector: %v, want [7 0]", got)
	}
	sameTwice := func(x *G.Node) (*G.Node, error) {
		return G.Add(G.Must(G.Slice(x, nil, G.S(0, 2))), G.Must(G.Slice(x, nil, G.S(0, 2))))
	}
	if got := output(t, graph.Gorgonia, []float32{1, 2, 3}, graph.Func(sameTwice)); !cmp.Equal(got, []float32{2, 4}) {
		t.Errorf("one slice declared twice: %v, want [2 4]", got)
	}
}

// TestFuncThatReads has a Read of its own, which sees what it reads in each
// run.
func TestFuncThatReads(t *testing.T) {
	for _, e := range engines {
		var seen G.Value
		reading := graph.Func(func(x *G.Node) (*G.Node, error) {
			y, err := G.Square(x)
			if err == nil && x.Shape()[0] == 1 { // and not where the shape is asked for
				G.Read(y, &seen)
			}
			return y, err
		})
		if got := output(t, e, []float32{3, -2}, reading, graph.Func(cube)); !cmp.Equal(got, []float32{729, 64}) {
			t.Errorf("%v: output %v, want [729 64]", e, got)
		}
		if seen == nil || !cmp.Equal(seen.Data(), []float32{9, 4}) {
			t.Errorf("%v: the function read %v, want [9 4]", e, seen)
		}
	}
}

// TestFuncInAGraphOfOnesOwn takes a mean over the height, which Gorgonia gets
// wrong.
func TestFuncInAGraphOfOnesOwn(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 3, 2}}, graph.Func(func(x *G.Node) (*G.Node, error) { return G.Mean(x, 2) }))
	if err != nil {
		t.Fatal(err)
	}
	x := filled(G.NewTensor(G.NewGraph(), tensor.Float32, 4, G.WithShape(1, 2, 3, 2), G.WithName("shape"), G.WithInit(G.Zeroes())), "x", 0)
	data := x.Value().Data().([]float32)
	for i := range data {
		data[i] = float32(i * i)
	}
	y, _, err := net.Declare(x)
	if err != nil {
		t.Fatal(err)
	}
	var got G.Value
	G.Read(y[0], &got)
	vm := G.NewTapeMachine(x.Graph())
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	if want := []float32{20. / 3, 35. / 3, 200. / 3, 251. / 3}; !cmp.Equal(got.Data(), want) {
		t.Errorf("means over the height: %v, want %v", got, want)
	}
}

// TestValueReadTwiceInAGraphOfOnesOwn is written over by one of its readers.
func TestValueReadTwiceInAGraphOfOnesOwn(t *testing.T) {
	a := graph.Input("x", 2).Then(graph.Func(cube))
	net, err := graph.Compose(graph.Config{}, graph.Join(graph.Sum, a.Then(graph.Func(G.Neg)), a, a.Then(graph.Func(G.Neg), graph.Func(G.Neg))))
	if err != nil {
		t.Fatal(err)
	}
	x := filled(G.NewTensor(G.NewGraph(), tensor.Float32, 2, G.WithShape(1, 2), G.WithName("shape"), G.WithInit(G.Zeroes())), "x", 2)
	y, _, err := net.Declare(x)
	if err != nil {
		t.Fatal(err)
	}
	var got G.Value
	G.Read(y[0], &got)
	vm := G.NewTapeMachine(x.Graph())
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	if want := []float32{8, 8}; !cmp.Equal(got.Data(), want) {
		t.Errorf("-8 + 8 + 8 is %v, want %v", got, want)
	}
}

// TestTwoNetworksInOneGraph have layers and weights of the same names, as has
// the graph that they are declared in.
func TestTwoNetworksInOneGraph(t *testing.T) {
	g := G.NewGraph()
	x := G.NewTensor(g, tensor.Float32, 2, G.WithShape(1, 2), G.WithName("x"), G.WithValue(tensor.New(tensor.WithShape(1, 2), tensor.WithBacking([]float32{1, 2}))))
	filled(x, "row/ones", 5)
	var got [2]G.Value
	for i, add := range []float32{10, 20} {
		net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Named{Name: "row", Layer: addedRow{}}, plus("mine", add))
		if err != nil {
			t.Fatal(err)
		}
		copy(net.Params()[0].Value.Data().([]float32), []float32{add * 10, add * 20})
		y, w, err := net.Declare(x)
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(w[0].Value().Data(), net.Params()[0].Value.Data()) {
			t.Errorf("network %d: the weight's node holds %v, want %v", i+1, w[0].Value(), net.Params()[0].Value)
		}
		G.Read(y[0], &got[i])
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float32{{111, 212}, {221, 422}} {
		if !cmp.Equal(got[i].Data(), want) {
			t.Errorf("network %d: %v, want %v", i+1, got[i], want)
		}
	}
}
