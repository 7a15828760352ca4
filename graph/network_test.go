package graph_test

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

var image = graph.Shape{1, 28, 28}

func TestShapeErrorNamesTheLayerAndTheChain(t *testing.T) {
	_, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}},
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		graph.Conv2D{Filters: 8, Kernel: 7})
	want := "conv2d_2: Conv2D{Filters: 8, Kernel: 7}: want an image of at least 7×7 pixels, got (N, 8, 5, 5)" +
		"; so far input (N, 1, 12, 12) → conv2d_1 (N, 8, 10, 10) → max_pool2d_1 (N, 8, 5, 5)"
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant  %s", err, want)
	}
	var shape *graph.ShapeError
	if !errors.As(err, &shape) || shape.Layer != "conv2d_2" {
		t.Errorf("%#v, want a *ShapeError of conv2d_2", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		input  graph.Shape
		layers []graph.Layer
		want   string
	}{
		{"no input", nil, []graph.Layer{graph.Flatten{}}, "want an input shape such as (1, 28, 28)"},
		{"negative input", graph.Shape{1, -2, -3}, []graph.Layer{graph.Flatten{}}, `network: input "input": want dimensions of at least 1, got (1, -2, -3)`},
		{"no layers", image, nil, "want at least one layer"},
		{"nil layer", image, []graph.Layer{graph.Flatten{}, nil}, "layer 2 is nil"},
		{"filters", image, []graph.Layer{graph.Conv2D{Kernel: 3}}, "conv2d_1: Conv2D{Kernel: 3}: want Filters of at least 1, got 0"},
		{"kernel", image, []graph.Layer{graph.Conv2D{Filters: 1}}, "want Kernel of at least 1, got 0"},
		{"channels last", graph.Shape{28, 30, 1}, []graph.Layer{graph.Conv2D{Filters: 1, Kernel: 3}}, "(N, 28, 30, 1); channels come first: (1, 28, 30) for the input (28, 30, 1)?"},
		{"stride", image, []graph.Layer{graph.Conv2D{Filters: 1, Kernel: 3, Stride: -1}}, "want Stride of at least 1, or 0 for 1, got -1"},
		{"dilation", image, []graph.Layer{graph.Conv2D{Filters: 1, Kernel: 3, Dilation: -1}}, "want Dilation of at least 1"},
		{"padding", image, []graph.Layer{graph.Conv2D{Filters: 1, Kernel: 3, Padding: -2}}, "want Padding Valid, Same, a number of pixels or Pads, got -2"},
		{"pool size", image, []graph.Layer{graph.MaxPool2D{Size: -1}}, "want Size of at least 1, or 0 for 2, got -1"},
		{"pool stride", image, []graph.Layer{graph.MaxPool2D{Stride: -1}}, "want Stride of at least 1"},
		{"pool padding", image, []graph.Layer{graph.MaxPool2D{Size: 3, Padding: 3}}, "want Padding Valid, Same or at most 2 pixels, got 3"},
		{"units", image, []graph.Layer{graph.Flatten{}, graph.Dense{}}, "dense_1: Dense{}: want Units of at least 1, got 0"},
		{"no flatten", image, []graph.Layer{graph.Dense{Units: 3}}, "want vectors (N, K), such as a Flatten makes, got (N, 1, 28, 28)"},
		{"softmax of lines", graph.Shape{2, 3}, []graph.Layer{graph.Softmax}, "want vectors (N, K) or an image (N, C, H, W) for Softmax"},
		{"huge", image, []graph.Layer{graph.Flatten{}, graph.Dense{Units: math.MaxInt}}, "dense_1: Dense{Units: 9223372036854775807}: want Units below 2³⁰, got 9223372036854775807"},
		{"function that fails", image, []graph.Layer{graph.Func(func(*G.Node) (*G.Node, error) { return nil, errors.New("no way") })}, "no way"},
		{"function that panics", image, []graph.Layer{graph.Func(func(*G.Node) (*G.Node, error) { panic("oh dear") })}, "oh dear"},
		{"nil function", image, []graph.Layer{graph.Func(nil)}, "func"},
		{"function that sums the batch", image, []graph.Layer{graph.Func(func(x *G.Node) (*G.Node, error) { return G.Sum(x, 0) })}, "want an output of 2 samples"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := graph.New(graph.Config{Input: c.input}, c.layers...)
			oneLine(t, err, c.want)
		})
	}
}

// liar makes one shape of a batch of 2, and another of others.
type liar struct{}

func (liar) String() string { return "liar{}" }

func (liar) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		if n[0].Shape()[0] == 2 {
			return G.Square(n[0])
		}
		return G.Reshape(n[0], graph.Shape{n[0].Shape()[0], 28 * 28})
	}, x)
}

func TestParamNamesAndOrder(t *testing.T) {
	net := lesson(t, 1)
	var names []string
	for _, p := range net.Params() {
		names = append(names, p.Name)
	}
	want := []string{
		"conv2d_1/kernel", "conv2d_1/bias", "conv2d_2/kernel", "conv2d_2/bias",
		"dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias",
	}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	layers := []string{"conv2d_1", "max_pool2d_1", "conv2d_2", "max_pool2d_2", "flatten_1", "dense_1", "dense_2"}
	if d := cmp.Diff(layers, net.LayerNames()); d != "" {
		t.Error(d)
	}
}

func TestSeedDrawsTheWeights(t *testing.T) {
	kernel := func(seed uint64, layers ...graph.Layer) []float32 {
		net, err := graph.New(graph.Config{Input: image, Seed: seed}, layers...)
		if err != nil {
			t.Fatal(err)
		}
		return net.Params()[0].Value.Data().([]float32)
	}
	conv, more := graph.Conv2D{Filters: 4, Kernel: 3}, graph.MaxPool2D{}
	if !cmp.Equal(kernel(1, conv), kernel(1, conv, more, conv)) {
		t.Error("a layer more changed the weights of the first")
	}
	if cmp.Equal(kernel(1, conv), kernel(2, conv)) {
		t.Error("another seed drew the same weights")
	}
}

func TestInitializers(t *testing.T) {
	const filters, in, k = 64, 32, 3
	fanIn, fanOut := float64(in*k*k), float64(filters*k*k)
	for _, c := range []struct {
		init          graph.Initializer
		limit, spread float64 // of the values; standard deviation
	}{
		{graph.GlorotUniform, math.Sqrt(6 / (fanIn + fanOut)), math.Sqrt(2 / (fanIn + fanOut))},
		{graph.HeUniform, math.Sqrt(6 / fanIn), math.Sqrt(2 / fanIn)},
		{graph.HeNormal, 2 * math.Sqrt(2/fanIn) / 0.8796, math.Sqrt(2 / fanIn)},
		{graph.Zeros, 0, 0},
		{graph.Ones, 1, 0},
	} {
		t.Run(c.init.String(), func(t *testing.T) {
			net, err := graph.New(graph.Config{Input: graph.Shape{in, 8, 8}, Seed: 3}, graph.Conv2D{Filters: filters, Kernel: graph.Size(k), Init: c.init})
			if err != nil {
				t.Fatal(err)
			}
			w := net.Params()[0].Value.Data().([]float32)
			var sum, squares, largest float64
			for _, v := range w {
				sum += float64(v)
				squares += float64(v) * float64(v)
				largest = max(largest, math.Abs(float64(v)))
			}
			n := float64(len(w))
			spread := math.Sqrt(max(squares/n-sum*sum/n/n, 0))
			// 18,432 values: the deviation is known to about 1 %.
			if math.Abs(spread-c.spread) > 0.02*c.spread+1e-9 {
				t.Errorf("standard deviation %v, want %v", spread, c.spread)
			}
			if largest > c.limit*1.0001 || largest < 0.98*c.limit {
				t.Errorf("largest value %v, want almost %v", largest, c.limit)
			}
			if bias := net.Params()[1].Value.Data().([]float32); !cmp.Equal(bias, make([]float32, filters)) {
				t.Errorf("bias %v, want zeros", bias)
			}
		})
	}
}

func TestParseEngine(t *testing.T) {
	for _, e := range []graph.Engine{graph.DefaultEngine, graph.Gorgonia, graph.Fused} {
		if got, err := graph.ParseEngine(e.String()); err != nil || got != e {
			t.Errorf("ParseEngine(%q) = %v, %v", e, got, err)
		}
	}
	_, err := graph.ParseEngine("steam")
	oneLine(t, err, "default, gorgonia, fused", "steam")
	_, err = graph.New(graph.Config{Input: image, Engine: 77}, graph.Flatten{})
	oneLine(t, err, "Engine(77)")
}
