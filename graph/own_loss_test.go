package graph_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// absolute is a loss of one's own: the mean of |output - target|.
type absolute struct{}

func (l absolute) String() string { return graph.Literal(l) }

func (absolute) Target(out graph.Shape, dt tensor.Dtype) (tensor.Dtype, graph.Shape, error) {
	return dt, out, nil
}

func (absolute) Build(s *graph.Scope, output, target *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		d, err := G.Sub(n[0], n[1])
		if err != nil {
			return nil, err
		}
		if d, err = G.Abs(d); err != nil {
			return nil, err
		}
		return G.Mean(d)
	}, output, target)
}

// TestLossOfOnesOwn trains with one, alone and beside another.
func TestLossOfOnesOwn(t *testing.T) {
	x := offsetInput("x", 3).Then(graph.Dense{Units: 2})
	net, err := graph.Compose(graph.Config{Dtype: graph.Float64, Seed: 1}, x, x.Then(graph.Dense{Units: 1}))
	if err != nil {
		t.Fatal(err)
	}
	layertest.Gradients(t, net, 2, graph.Losses{{Loss: absolute{}, Weight: 3}, {Loss: graph.MeanSquaredError{}}})

	p := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: graph.Losses{{Loss: absolute{}}}})
	copy(p.Inputs[0].Data().([]float64), []float64{1, 2, 3, 4, 5, 6})
	run(t, p)
	var want float64
	for _, y := range p.Outputs[0].Data().([]float64) {
		want += math.Abs(y) / 4
	}
	if math.Abs(p.Loss-want) > 1e-12 {
		t.Errorf("loss %v, want %v", p.Loss, want)
	}
}
