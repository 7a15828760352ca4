package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/graph/ops"
)

// TestPoolsOfInfinity: what is not finite passes as the formula says, and
// touches nothing else.
func TestPoolsOfInfinity(t *testing.T) {
	image := func(w int, layers ...graph.Layer) []graph.Layer {
		return append(append([]graph.Layer{graph.Reshape{To: graph.Shape{1, -1, w}}}, layers...), graph.Flatten{})
	}
	for _, c := range []struct {
		x      []float32
		layers []graph.Layer
		want   []float32
	}{
		{[]float32{nan, 1, 2, 4, inf, 1}, image(6, graph.AveragePool2D{Size: graph.Rect(1, 2)}), []float32{nan, 3, inf}},
		{[]float32{inf, -inf, 2, 4}, image(4, graph.AveragePool2D{Size: graph.Rect(1, 2), Padding: graph.Pads(0, 0, 1, 1), CountPadding: true}), []float32{inf, -inf, 2}},
		{[]float32{inf, -inf, 2, 4, 1, 1}, image(6, graph.AveragePool2D{Size: graph.Rect(1, 2)}), []float32{nan, 3, 1}},
		{[]float32{1, nan, 3, 2}, image(2, graph.GlobalMax{}), []float32{nan}},
		{[]float32{-inf, -inf, -inf, -inf}, image(2, graph.GlobalMax{}), []float32{-inf}},
		{[]float32{-inf, 5, inf, 1}, image(2, graph.GlobalMax{}), []float32{inf}},
		{[]float32{1, 5, nan, 7, -inf, 2}, image(6, graph.MaxPool2D{Size: graph.Rect(1, 2), Stride: graph.Rect(1, 3), Dilation: graph.Rect(1, 2)}), []float32{nan, 7}},
		{[]float32{nan, 1, -inf}, image(3, graph.Upsample{Factor: graph.Rect(1, 2)}), []float32{nan, nan, 1, 1, -inf, -inf}},
		// Where a pixel lies right at the place, the one beside it has no say.
		{[]float32{4, inf, 8}, image(3, graph.Upsample{Size: graph.Rect(1, 3), Interpolation: graph.Bilinear}), []float32{4, inf, 8}},
		{[]float32{4, inf, 8, 0}, image(4, graph.Upsample{Factor: graph.Rect(1, 2), Interpolation: graph.Bilinear}), []float32{4, inf, inf, inf, inf, 6, 2, 0}},
		{[]float32{nan, inf}, image(2, graph.ZeroPad2D{Padding: graph.Pads(0, 0, 1, 1)}), []float32{0, nan, inf, 0}},
		{[]float32{nan, 1, inf}, image(3, graph.Crop2D{Cropping: graph.Pads(0, 0, 1, 0)}), []float32{1, inf}},
		{[]float32{nan, 1, inf, 2}, image(2, graph.Permute{Axes: []int{0, 2, 1}}, graph.Slice{Axis: 1, To: 1}), []float32{nan, inf}},
		{[]float32{0, 1, inf, 2}, image(2, graph.Branches{Join: graph.Product, Of: []graph.Layer{graph.ReLU, graph.Chain{graph.GlobalMax{}, graph.Reshape{To: graph.Shape{1, 1, 1}}}}}), []float32{nan, inf, inf, inf}},
	} {
		for _, e := range engines {
			if got := output(t, e, c.x, c.layers...); !cmp.Equal(got, c.want, cmpopts.EquateNaNs()) {
				t.Errorf("%v, %v of %v: %v, want %v", e, c.layers[1], c.x, got, c.want)
			}
		}
	}
}

// TestLossThroughShapes takes the softmax off whatever shapes it has had since.
func TestLossThroughShapes(t *testing.T) {
	x := []float32{1, 5, -2, 3}
	for _, e := range engines {
		var want float64
		for i, layers := range [][]graph.Layer{
			{graph.Softmax},
			{graph.Softmax, graph.Reshape{To: graph.Shape{2, 2}}, graph.Flatten{}},
			{graph.Softmax, graph.Reshape{To: graph.Shape{4, 1, 1}}, graph.Reshape{To: graph.Shape{2, -1}}, graph.Reshape{To: graph.Shape{4}}},
		} {
			net, err := graph.New(graph.Config{Input: graph.Shape{4}, Engine: e}, layers...)
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{Loss: graph.SparseCategoricalCrossEntropy{}})
			copy(p.Inputs[0].Data().([]float32), x)
			run(t, p)
			if i == 0 {
				want = p.Loss
			}
			if p.Loss != want {
				t.Errorf("%v, %v: loss %v, want %v", e, layers, p.Loss, want)
			}
		}
	}
}

// TestAveragePoolOfNodes compares the op for a function with the layer.
func TestAveragePoolOfNodes(t *testing.T) {
	pool := graph.Func(func(x *G.Node) (*G.Node, error) {
		return ops.AveragePool2D(x, tensor.Shape{3, 2}, []int{1, 0}, []int{2, 1})
	})
	layer := graph.AveragePool2D{Size: graph.Rect(3, 2), Padding: graph.Pads(1, 1, 0, 0), Stride: graph.Rect(2, 1), CountPadding: true}
	x := []float32{5, 1, -4, 1, 5, 9, 2, 6, 5, 3, 5, 8}
	for _, e := range engines {
		got := output(t, e, x, graph.Reshape{To: graph.Shape{1, 4, 3}}, pool, graph.Flatten{})
		want := output(t, e, x, graph.Reshape{To: graph.Shape{1, 4, 3}}, layer, graph.Flatten{})
		if !cmp.Equal(got, want) || len(got) != 4 || got[0] != 12./6 {
			t.Errorf("%v: %v, want %v of 4 values, the first 2", e, got, want)
		}
	}
}
