package engine_test

import (
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// eval declares f of x and returns its value.
func eval(t *testing.T, x *tensor.Dense, f func(x *G.Node) (*G.Node, error)) G.Value {
	t.Helper()
	g := G.NewGraph()
	y, err := f(G.NewTensor(g, x.Dtype(), x.Dims(), G.WithShape(x.Shape()...), G.WithName("x"), G.WithValue(x)))
	if err != nil {
		t.Fatal(err)
	}
	var v G.Value
	G.Read(y, &v)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return v
}

func matrix(rows, cols int, values ...float32) *tensor.Dense {
	return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(values))
}

// TestSoftMaxOfSpreadLogits has the rows on which Gorgonia's own goes wrong:
// the first element the largest, and rows far apart.
func TestSoftMaxOfSpreadLogits(t *testing.T) {
	x := matrix(5, 3,
		-1000, -1000, -2000,
		-500, 0, 0,
		500, 1, 2,
		-1e30, 3e38, -3e38,
		7, 7, 7)
	got := eval(t, x, engine.SoftMax).Data().([]float32)
	third := float32(1.0 / 3)
	want := []float32{.5, .5, 0, 0, .5, .5, 1, 0, 0, 0, 1, 0, third, third, third}
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > 1e-6 {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func TestSoftMaxOfAVectorAndACube(t *testing.T) {
	x := tensor.New(tensor.WithShape(2, 2, 2), tensor.WithBacking([]float64{0, 0, 1, 1, 2, 2, math.Log(1), math.Log(3)}))
	got := eval(t, x, engine.SoftMax).Data().([]float64)
	for i, want := range []float64{.5, .5, .5, .5, .5, .5, .25, .75} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Fatalf("%v, value %d should be %v", got, i, want)
		}
	}
	v := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{0, math.Log(4)}))
	if got := eval(t, v, engine.SoftMax).Data().([]float64); math.Abs(got[1]-.8) > 1e-12 {
		t.Errorf("%v, want 0.2 and 0.8", got)
	}
}

// TestCrossEntropyIsFinite covers logits at the ends of float32.
func TestCrossEntropyIsFinite(t *testing.T) {
	x := matrix(3, 2, 3e38, -3e38, 1000, -1000, 0, 0)
	loss := func(x *G.Node) (*G.Node, error) {
		labels := tensor.New(tensor.WithShape(3), tensor.WithBacking([]int{1, 1, 0}))
		return engine.SoftmaxCrossEntropy(x, G.NewTensor(x.Graph(), tensor.Int, 1, G.WithShape(3), G.WithName("labels"), G.WithValue(labels)))
	}
	got := float64(eval(t, x, loss).Data().(float32))
	want := (6e38 + 2000 + math.Ln2) / 3
	if math.Abs(got/want-1) > 1e-6 {
		t.Errorf("loss %v, want %v", got, want)
	}
	x = matrix(3, 2, 3e38, -3e38, 3e38, -3e38, -3e38, 3e38)
	if got := eval(t, x, loss).Data().(float32); got != math.MaxFloat32 {
		t.Errorf("loss %v, want the largest float32", got)
	}
}

func TestPad2D(t *testing.T) {
	x := tensor.New(tensor.WithShape(1, 2, 1, 2), tensor.WithBacking([]float32{1, 2, 3, 4}))
	got := eval(t, x, func(x *G.Node) (*G.Node, error) {
		return engine.Pad2D(x, engine.Margins{Top: 1, Right: 2}, 9)
	})
	want := []float32{9, 9, 9, 9, 1, 2, 9, 9, 9, 9, 9, 9, 3, 4, 9, 9}
	if !got.Shape().Eq(tensor.Shape{1, 2, 2, 4}) {
		t.Fatalf("shape %v, want (1, 2, 2, 4)", got.Shape())
	}
	for i, v := range got.Data().([]float32) {
		if v != want[i] {
			t.Fatalf("%v, want %v", got.Data(), want)
		}
	}
}

// TestOpsDoNotMerge declares ops on one input that differ in a parameter alone:
// Gorgonia merges nodes whose hashes agree.
func TestOpsDoNotMerge(t *testing.T) {
	x := tensor.New(tensor.WithShape(1, 1, 1, 1), tensor.WithBacking([]float32{1}))
	got := eval(t, x, func(x *G.Node) (*G.Node, error) {
		a, err := engine.Pad2D(x, engine.Margins{Top: 1, Left: 1}, 2)
		if err != nil {
			return nil, err
		}
		b, err := engine.Pad2D(x, engine.Margins{Bottom: 1, Right: 1}, 3)
		if err != nil {
			return nil, err
		}
		return G.Sub(a, b)
	}).Data().([]float32)
	for i, want := range []float32{1, -1, -1, -2} {
		if got[i] != want {
			t.Fatalf("%v, want [1 -1 -1 -2]", got)
		}
	}
}

func TestRefusals(t *testing.T) {
	g := G.NewGraph()
	node := func(name string, dt tensor.Dtype, shape ...int) *G.Node {
		return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName(name))
	}
	m, img := node("m", tensor.Float32, 3, 4), node("img", tensor.Float32, 1, 1, 2, 2)
	filter, taps := node("filter", tensor.Float32, 3, 1, 1, 1), node("taps", tensor.Float32, 3, 1, 3, 3)
	for _, c := range []struct {
		want string
		f    func() (*G.Node, error)
	}{
		{"want a tensor, got a scalar", func() (*G.Node, error) { return engine.SoftMax(G.NewScalar(g, tensor.Float32, G.WithName("s"))) }},
		{"want logits (N, K) and labels (N), got (3, 4) and (2)", func() (*G.Node, error) { return engine.SoftmaxCrossEntropy(m, node("l", tensor.Int, 2)) }},
		{"want labels of type int, got float32", func() (*G.Node, error) { return engine.SoftmaxCrossEntropy(m, node("f", tensor.Float32, 3)) }},
		{"want (N, C, H, W), got (3, 4)", func() (*G.Node, error) { return engine.Pad2D(m, engine.Margins{}, 0) }},
		{"want margins of at least 0", func() (*G.Node, error) { return engine.Pad2D(img, engine.Margins{Top: -1}, 0) }},
		{"Conv2d: want an image (N, C, H, W) and a filter (F, C, h, w), got (1, 1, 2, 2) and (3, 2, 1, 1)", func() (*G.Node, error) {
			return engine.Conv(img, node("filter of 2", tensor.Float32, 3, 2, 1, 1), nil, engine.ConvConfig{})
		}},
		{"Conv2d: want a bias of (3), one for each filter of (3, 1, 1, 1), got (3, 1)", func() (*G.Node, error) {
			return engine.Conv(img, filter, node("column", tensor.Float32, 3, 1), engine.ConvConfig{})
		}},
		{"Conv2d: want a filter (F, 1, h, w) with a kernel of (2, 2), got (3, 1, 1, 1)", func() (*G.Node, error) {
			return engine.Conv2d(img, filter, tensor.Shape{2, 2}, nil, nil, nil)
		}},
		{"Conv2d: want float32, got float64", func() (*G.Node, error) {
			return engine.Conv(node("img64", tensor.Float64, 1, 1, 2, 2), node("filter64", tensor.Float64, 3, 1, 1, 1), nil, engine.ConvConfig{})
		}},
		{"Conv2d: want 2 nodes, got nil for number 2", func() (*G.Node, error) { return engine.Conv(img, nil, nil, engine.ConvConfig{}) }},
		{"Dense: want x (N, K) and w (K, M), got (3, 4) and (3, 4)", func() (*G.Node, error) { return engine.Dense(m, m, nil, engine.DenseConfig{}) }},
		{"Dense: want b (5), one for each column of (4, 5), got (4)", func() (*G.Node, error) {
			return engine.Dense(m, node("w", tensor.Float32, 4, 5), node("b", tensor.Float32, 4), engine.DenseConfig{})
		}},
		{"Dense: want nodes of one type, got float32 and float64", func() (*G.Node, error) {
			return engine.Dense(m, node("w64", tensor.Float64, 4, 5), nil, engine.DenseConfig{})
		}},
		{"Block: want 3 nodes, got nil for number 3", func() (*G.Node, error) { return engine.Block(img, filter, nil, engine.BlockConfig{}) }},
		{"Block: want at least 4×4 pixels of 1 channels, got 1 channels in (1, 1, 2, 2)", func() (*G.Node, error) {
			return engine.Block(img, taps, node("bias of taps", tensor.Float32, 3), engine.BlockConfig{})
		}},
		{"Block: want (N, H, W, 16) for 1 channels, got (1, 8, 8, 1)", func() (*G.Node, error) {
			return engine.Block(node("not padded", tensor.Float32, 1, 8, 8, 1), taps, node("bias again", tensor.Float32, 3), engine.BlockConfig{Last: 1})
		}},
	} {
		_, err := c.f()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}
