package graph_test

import (
	"fmt"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// TestPrinted has what may be left as the last expression of a notebook's cell:
// names and shapes, no values.
func TestPrinted(t *testing.T) {
	image := graph.Input("image", 1, 8, 8)
	conv := image.Then(graph.Conv2D{Filters: 2, Kernel: 3})
	residual := conv.Then(graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: 2, Kernel: 3, Padding: graph.Same}}, Activation: graph.ReLU})
	net, err := graph.Compose(graph.Config{Name: "small"}, residual.Then(graph.Flatten{}, graph.Named{Name: "class", Layer: graph.Dense{Units: 3}}))
	if err != nil {
		t.Fatal(err)
	}
	p, err := net.Compile(graph.ProgramConfig{Batch: 1024, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, c := range []struct {
		value any
		want  string
	}{
		{image, "image (N, 1, 8, 8)"},
		{conv, "Conv2D{Filters: 2, Kernel: 3} (N, 2, 6, 6)"},
		{residual, "Residual{Body: Chain{Conv2D{Filters: 2, Kernel: 3, Padding: Same}}, Activation: ReLU} (N, 2, 6, 6)"},
		{graph.Join(graph.Sum, conv, residual), "Sum (N, 2, 6, 6)"},
		{conv.Then(graph.Dense{Units: 3}), conv.Then(graph.Dense{Units: 3}).Err().Error()},
		{(*graph.Value)(nil), "<nil>"},
		{&graph.Value{}, "value of nothing"},
		{net.Params()[0], "conv2d_1/kernel (2, 1, 3, 3) trained"},
		{*net.Params()[1], "conv2d_1/bias (2) trained"},
		{net.Params()[:2], "[conv2d_1/kernel (2, 1, 3, 3) trained conv2d_1/bias (2) trained]"},
		{graph.Param{Name: "w"}, "w without a value, trained"},
		{p, "program of small, training, batch 1,024, image (N, 1, 8, 8) → class (N, 3)"},
		{&graph.Program{}, "program of nothing"},
		{net.Outputs(), "[{class (3)}]"},
	} {
		if got := fmt.Sprint(c.value); got != c.want {
			t.Errorf("want %q, got %q", c.want, got)
		}
	}
}

// looking is a layer that prints its scope and what it is given.
type looking struct{ seen *[]string }

func (l looking) String() string { return "Looking{}" }

func (l looking) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("scale", graph.Shape{1, 4}, nil)
	y := s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.BroadcastHadamardProd(n[0], n[1], nil, []byte{0}) }, x, w)
	*l.seen = append(*l.seen, fmt.Sprint(s), fmt.Sprint(x), fmt.Sprint(w), fmt.Sprint(y))
	return y
}

// TestPrintedInside prints what a layer has in its hands.
func TestPrintedInside(t *testing.T) {
	var seen []string
	y := graph.Input("x", 4).Then(looking{&seen})
	if y.Err() != nil {
		t.Fatal(y.Err())
	}
	want := "scope of Looking{}|x (N, 4)|scale (1, 4)|Gorgonia's ops (N, 4)"
	if got := strings.Join(seen[:4], "|"); got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}
