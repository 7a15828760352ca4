package graph

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// squares adds the square of a weight of its own to each sample.
type squares struct{}

func (squares) String() string { return "squares{}" }

func (squares) Build(s *Scope, x *Value) *Value {
	w := s.Weight("kernel", x.Shape(), Zeros)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		row := G.Must(G.Reshape(G.Must(G.Square(n[1])), Shape{1, n[1].Shape()[0]}))
		return G.BroadcastAdd(n[0], row, nil, []byte{0})
	}, x, w)
}

// colliding are two names of layers whose weights, float64 vectors of three,
// have one hash as Gorgonia computes it.
func colliding() (string, string) {
	probe := G.NewVector(G.NewGraph(), tensor.Float64, G.WithShape(3), G.WithName("probe"))
	seen := map[uint32]string{}
	for i := 0; ; i++ {
		name := fmt.Sprintf("layer_%x", uint32(i)*2654435761) // all over the place
		h := foretell(probe, name+"/kernel", nil, nil)
		if other, ok := seen[h]; ok {
			return other, name
		}
		seen[h] = name
	}
}

// TestCollidingHashes has two weights, and two squares of them, that Gorgonia
// takes for one: it gives 200 for 10² + 1², with the gradients of the one for
// both.
func TestCollidingHashes(t *testing.T) {
	first, second := colliding()
	net, err := New(Config{Input: Shape{3}, Dtype: Float64}, Named{first, squares{}}, Named{second, squares{}})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range [][]float64{{1, 2, 3}, {10, 20, 30}} {
		copy(net.Params()[i].Value.Data().([]float64), w)
	}
	p, err := net.Compile(ProgramConfig{Mode: Training, Loss: weighed{}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	copy(p.Targets[0].Data().([]float64), []float64{1, 1, 1})
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{101, 404, 909} {
		if got := p.Outputs[0].Data().([]float64)[i]; got != want {
			t.Errorf("%s and %s: output %d is %v, want %v", first, second, i, got, want)
		}
	}
	for i, want := range []float64{2, 20} {
		if got := p.Grads[i].Data().([]float64)[0]; got != want {
			t.Errorf("gradient %d is %v, want %v", i, got, want)
		}
	}
	// In somebody else's graph, too.
	g := G.NewGraph()
	y, _, err := net.Declare(bound(g, "x", Shape{1, 3}, []float64{0, 0, 0}))
	if err != nil {
		t.Fatal(err)
	}
	var got G.Value
	G.Read(y[0], &got)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	if v := got.Data().([]float64)[0]; v != 101 {
		t.Errorf("declared in a graph of one's own: %v, want 101", v)
	}
}

// knots is a network with values that several read, a function of one's own,
// and a shared layer.
func knots(t *testing.T, e Engine) *Network {
	t.Helper()
	x := Input("x", 2, 8, 8)
	conv := Conv2D{Filters: 2, Kernel: 3, Padding: Same, Activation: Tanh}
	y := x.Then(conv, Residual{Body: Chain{conv, ReLU, conv}, Activation: ReLU}, Residual{Body: Chain{conv}})
	shared := Shared{Name: "tower", Layer: conv}
	z := Join(Sum, y.Then(shared), y.Then(shared, Func(G.Cube)), y, x.Then(conv))
	net, err := Compose(Config{Seed: 3, Engine: e}, z.Then(BatchNorm{}, MaxPool2D{}, Flatten{}, Dense{Units: 3, Activation: Softmax}))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestNoTwoNodesHashAlike looks at all nodes of a program, and at all that
// they were copied from.
func TestNoTwoNodesHashAlike(t *testing.T) {
	for _, e := range []Engine{Gorgonia, Fused} {
		b := newBuild(knots(t, e), ProgramConfig{Batch: 2, Mode: Training, Loss: SparseCategoricalCrossEntropy{}})
		if err := b.plan(); err != nil {
			t.Fatal(err)
		}
		for _, pass := range []func() error{b.declare, b.differentiate} {
			if err := pass(); err != nil {
				t.Fatal(err)
			}
		}
		// Here a graph takes two nodes for one whose ops hash alike besides.
		ops := map[uint32]G.Op{}
		for _, n := range b.g.AllNodes() {
			op := n.Op()
			if op == nil || len(children(n)) == 0 || typeOf(op) == "gorgonia.elemBinOp" && bare(op) == op {
				continue // an input, a constant, or a sum of gradients, which is checked
			}
			h := hashcode(op)
			if other, ok := ops[h]; ok {
				t.Errorf("%v: the ops %v and %v have one hash", e, other, op)
			}
			ops[h] = op
		}
		if b.sums.merged {
			t.Errorf("%v: two sums of gradients are one", e)
		}
		if err := b.guard(); err != nil {
			t.Fatal(err)
		}
		nodes := map[uint32]*G.Node{}
		for _, n := range b.g.AllNodes() {
			if n.Op() != nil && len(children(n)) == 0 {
				continue // constants of one value may be one
			}
			h := n.Hashcode()
			if other, ok := nodes[h]; ok {
				t.Errorf("%v: the nodes %v and %v have one hash", e, other, n)
			}
			nodes[h] = n
			if _, ok := n.Op().(wrapper); !ok && n.Op() != nil && !isStatement(n) {
				t.Errorf("%v: the op of %v is not guarded", e, n)
			}
			if !isStatement(n) && h != foretell(n, n.Name(), n.Op(), children(n)) {
				t.Errorf("%v: the hash of %v is not what was foretold", e, n)
			}
		}
		if len(nodes) < 60 {
			t.Errorf("%v: %d nodes, want a graph with many", e, len(nodes))
		}
	}
}

// TestSaltsWhatHashesAlike copies two nodes of one hash.
func TestSaltsWhatHashesAlike(t *testing.T) {
	g := G.NewGraph()
	x := bound(g, "x", Shape{1, 2}, []float64{3, 4})
	n := G.Must(G.Square(x))
	for _, wrap := range []func(op G.Op, n *G.Node) G.Op{
		nil,
		func(op G.Op, _ *G.Node) G.Op { return numbered{Op: op} },
		func(op G.Op, _ *G.Node) G.Op { return guardOp(op, "layer", &fault{}, nil, false) },
		func(op G.Op, _ *G.Node) G.Op { return guardOp(both{op}, "layer", &fault{}, nil, false) },
	} {
		c := newCopier(G.NewGraph(), hashes{})
		c.wrap = wrap
		first := c.copy(n)
		delete(c.done, n)
		second := c.copy(n)
		if first == second || first.Hashcode() == second.Hashcode() {
			t.Errorf("%T: two copies are one", first.Op())
		}
		_, before := first.Op().(G.UsePreallocDoer)
		if _, after := second.Op().(G.UsePreallocDoer); before != after {
			t.Errorf("%T: salting changed the interfaces of the op", first.Op())
		}
	}
}

// both is an op that can be run in every way.
type both struct{ G.Op }

func (b both) UsePreallocDo(_ G.Value, in ...G.Value) (G.Value, error) { return b.Do(in...) }
func (b both) UnsafeDo(in ...G.Value) (G.Value, error)                 { return b.Do(in...) }

// TestSumsOfGradientsAreChecked merges two of them, as a graph would where
// their hashes are equal.
func TestSumsOfGradientsAreChecked(t *testing.T) {
	g := G.NewGraph()
	leaf := func(name string) *G.Node { return bound(g, name, Shape{2}, []float64{1, 2}) }
	n, terms := leaf("n"), G.Nodes{leaf("a"), leaf("b"), leaf("c")}
	sum := G.Must(G.ReduceAdd(terms))
	check := func(grad *G.Node, terms ...*G.Node) bool {
		s := &sums{terms: map[*G.Node]G.Nodes{n: terms}}
		s.check(n, grad)
		return !s.merged
	}
	if !check(sum, terms...) || !check(terms[0], terms[0]) || !check(sum) {
		t.Error("a sum of what came back was taken for another")
	}
	other := G.Must(G.ReduceAdd(G.Nodes{terms[0], terms[2], terms[1]}))
	if check(other, terms...) || check(terms[1], terms[0]) || check(sum, terms[:2]...) || check(terms[0], terms[:2]...) {
		t.Error("another sum was taken for that of what came back")
	}
	// Each op hands on what comes back, and looks at what it is given.
	x := leaf("x")
	for _, op := range []func(s *sums) G.SDOp{
		func(s *sums) G.SDOp { return tap{sums: s} },
		func(s *sums) G.SDOp {
			return numbered{Op: G.Must(G.Square(x)).Op(), build: &build{g: g, taken: hashes{}, sums: s}}
		},
	} {
		s := &sums{terms: map[*G.Node]G.Nodes{n: {terms[0]}}}
		grads, err := op(s).SymDiff(G.Nodes{x}, n, terms[0])
		if err != nil {
			t.Fatal(err)
		}
		if s.merged || len(s.terms[x]) != 1 || s.terms[x][0] != grads[0] {
			t.Errorf("%v: handed on %v and noted %v", op(s), grads, s.terms[x])
		}
		if _, err := op(s).SymDiff(G.Nodes{x}, n, terms[1]); err != nil || !s.merged {
			t.Errorf("%v: another gradient than came back was taken (%v)", op(s), err)
		}
	}
	b := newBuild(knots(t, Gorgonia), ProgramConfig{Batch: 2, Mode: Training, Loss: SparseCategoricalCrossEntropy{}})
	if err := b.plan(); err != nil {
		t.Fatal(err)
	}
	if err := b.declare(); err != nil {
		t.Fatal(err)
	}
	b.sums.merged = true
	if err := b.differentiate(); err != errMerged {
		t.Errorf("error %v, want one that says to declare again", err)
	}
}
