package graph_test

import (
	"math"
	"strings"
	"testing"

	"euryale/graph"
)

// A penalty on any layer's kernels is part of the loss: that of a network of it
// less that of the network without.
func TestPenaltyOfEachLayer(t *testing.T) {
	const rate = 0.5
	p := graph.L2{Weight: rate}
	for _, c := range []struct {
		shape       graph.Shape
		with, plain graph.Layer
	}{
		{graph.Shape{2, 6, 6}, graph.Conv2D{Filters: 3, Kernel: 3, Penalty: p}, graph.Conv2D{Filters: 3, Kernel: 3}},
		{graph.Shape{2, 6, 6}, graph.DepthwiseConv2D{Kernel: 3, Penalty: p}, graph.DepthwiseConv2D{Kernel: 3}},
		{graph.Shape{2, 6, 6}, graph.SeparableConv2D{Filters: 3, Kernel: 3, Penalty: p}, graph.SeparableConv2D{Filters: 3, Kernel: 3}},
		{graph.Shape{2, 6, 6}, graph.Conv2DTranspose{Filters: 3, Kernel: 3, Penalty: p}, graph.Conv2DTranspose{Filters: 3, Kernel: 3}},
		{graph.Shape{2, 6}, graph.Conv1D{Filters: 3, Kernel: 3, Penalty: p}, graph.Conv1D{Filters: 3, Kernel: 3}},
		{graph.Shape{6}, graph.Dense{Units: 3, Penalty: p}, graph.Dense{Units: 3}},
	} {
		var losses [2]float64
		var want float64
		for i, l := range []graph.Layer{c.with, c.plain} {
			net, err := graph.New(graph.Config{Input: c.shape, Seed: 3, Dtype: graph.Float64}, l)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				for _, param := range net.Params() {
					if strings.HasSuffix(param.Name, "bias") {
						continue
					}
					for _, w := range param.Value.Data().([]float64) {
						want += rate * w * w
					}
				}
			}
			losses[i] = lossOf(t, net)
		}
		if got := losses[0] - losses[1]; math.Abs(got-want) > 1e-9*want || want == 0 {
			t.Errorf("%v: costs %v, want %v", c.with, got, want)
		}
	}
}

// lossOf is the mean squared error of a network's output on ones.
func lossOf(t *testing.T, net *graph.Network) float64 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, in := range [][]float64{p.Inputs[0].Data().([]float64), p.Targets[0].Data().([]float64)} {
		for i := range in {
			in[i] = 1
		}
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return p.Loss
}
