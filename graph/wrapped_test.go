package graph

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type (
	preallocOnly struct{ G.Op }
	unsafeOnly   struct{ G.Op }
	modal        struct {
		G.Op
		training *bool
	}
)

func (p preallocOnly) UsePreallocDo(_ G.Value, in ...G.Value) (G.Value, error) { return p.Do(in...) }

func (u unsafeOnly) UnsafeDo(in ...G.Value) (G.Value, error) { return u.Do(in...) }

func (m modal) SetTraining(on bool) error {
	*m.training = on
	return nil
}

// TestGuardKeepsInterfaces: a machine chooses by them how to run an op, and
// whether it allocates.
func TestGuardKeepsInterfaces(t *testing.T) {
	op := G.Must(G.Reshape(bound(G.NewGraph(), "x", Shape{2}, []float64{1, 2}), Shape{1, 2})).Op()
	plain := modal{op, new(bool)} // which hides what Gorgonia's has
	for _, op := range []G.Op{plain, preallocOnly{plain}, unsafeOnly{plain}, both{plain}} {
		g := guardOp(op, "layer", &fault{}, nil, false)
		_, wantPrealloc := op.(G.UsePreallocDoer)
		_, wantUnsafe := op.(G.UnsafeDoer)
		_, prealloc := g.(G.UsePreallocDoer)
		_, unsafe := g.(G.UnsafeDoer)
		if prealloc != wantPrealloc || unsafe != wantUnsafe {
			t.Errorf("%T is guarded by %T: prealloc %v and unsafe %v, want %v and %v", op, g, prealloc, unsafe, wantPrealloc, wantUnsafe)
		}
		if got, want := typeOf(g), fmt.Sprintf("%T", op); got != want {
			t.Errorf("inside of %T is %s, want %s", g, got, want)
		}
	}
}

// TestModeReachesTheOps has an op of a user's that does one thing in training
// and another in inference.
func TestModeReachesTheOps(t *testing.T) {
	training := new(bool)
	f := Func(func(x *G.Node) (*G.Node, error) {
		n := x.Shape()[0]
		y := G.Must(G.Reshape(bound(G.NewGraph(), "like x", Shape{n, 2}, sines(2*n)), Shape{n, 1, 2}))
		return G.ApplyOp(modal{y.Op(), training}, x)
	})
	net, err := New(Config{Input: Shape{2}}, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, mode := range []Mode{Training, Inference, Training} {
		p, err := net.Compile(ProgramConfig{Mode: mode, Loss: MeanSquaredError{}})
		if err != nil {
			t.Fatal(err)
		}
		if p.Close(); *training != (mode == Training) {
			t.Errorf("mode %d: the op was told %v", mode, *training)
		}
	}
}

// TestMarkedGradients are sums of what came back to one value, and of nothing
// else.
func TestMarkedGradients(t *testing.T) {
	g := G.NewGraph()
	back := func(fork uint64, index int) *G.Node {
		name := string(rune('a'+fork)) + string(rune('0'+index))
		return G.Must(G.ApplyOp(tap{fork: fork, index: index, id: lastID.Add(1), back: true}, bound(g, name, Shape{2}, []float64{1, 2})))
	}
	a0, a1, a2, b0 := back(1, 0), back(1, 1), back(1, 2), back(2, 0)
	add := func(n ...*G.Node) *G.Node { return G.Must(G.ReduceAdd(n)) }
	for _, c := range []struct {
		name string
		n    *G.Node
		want int
	}{
		{"three", add(a2, a0, a1), 3},
		{"two", add(a1, a0), 2},
		{"one of another value", add(a0, b0), 0},
		{"one twice", add(a0, a0), 0},
		{"one alone", a0, 0},
		{"a product", G.Must(G.Square(add(a0, a1))), 0},
		{"one that is not marked", add(a0, bound(g, "c", Shape{2}, []float64{1, 2})), 0},
	} {
		if got := len(marked(c.n)); got != c.want {
			t.Errorf("%s: %d marked gradients, want %d", c.name, got, c.want)
		}
	}
}

// TestShares looks at memory that overlaps and that does not.
func TestShares(t *testing.T) {
	data := []float64{1, 2, 3, 4, 5, 6}
	part := func(from, to int) G.Value {
		return tensor.New(tensor.WithShape(to-from), tensor.WithBacking(data[from:to]))
	}
	for _, c := range []struct {
		v, x G.Value
		want bool
	}{
		{part(0, 6), part(0, 6), true},
		{part(2, 4), part(0, 6), true},
		{part(0, 6), part(2, 4), true},
		{part(0, 3), part(2, 6), true},
		{part(0, 3), part(3, 6), false},
		{part(3, 6), part(0, 3), false},
		{G.NewF64(1), G.NewF64(1), false},
	} {
		other := tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{0}))
		if got := shares(c.v, []G.Value{other, nil, c.x}); got != c.want {
			t.Errorf("%v in %v: %v, want %v", c.v, c.x, got, c.want)
		}
	}
	if one := G.NewF64(1); !shares(one, []G.Value{one}) || shares(nil, []G.Value{one}) {
		t.Error("a scalar shares its own memory, and nothing shares none")
	}
}
