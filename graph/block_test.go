package graph_test

import (
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

func TestBlocks(t *testing.T) {
	same := func(filters int) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: 3, Padding: graph.Same}
	}
	strided := graph.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: 1}
	square := window{h: 5, w: 4, top: 1, left: 1}
	half := window{h: 3, w: 2, stride: 2, top: 1, left: 1}
	for _, c := range []layertest.Case{
		{
			Name: "residual", Layer: graph.Residual{Body: graph.Chain{same(2), graph.ReLU, same(2)}, Activation: graph.ReLU},
			Input: graph.Shape{2, 5, 4}, Output: graph.Shape{2, 5, 4}, Params: 2 * (2*2*9 + 2),
			Printed: "Residual{Body: Chain{Conv2D{Filters: 2, Kernel: 3, Padding: Same}, ReLU, Conv2D{Filters: 2, Kernel: 3, Padding: Same}}, Activation: ReLU}",
			Refused: graph.Shape{3, 5, 4}, Error: "residual_1/sum_1: Sum: want inputs of one shape, or of shapes that broadcast, got (N, 2, 5, 4) and (N, 3, 5, 4)",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				y := then(slowConv(square), relu)(x, within(w, "conv2d_1"))
				y = slowConv(square)(y, within(w, "conv2d_2"))
				return then(identity, relu)(slowSum([]layertest.Array{y, x}, nil), nil)
			},
		},
		{
			Name: "residual with a shortcut", Layer: graph.Residual{Body: graph.Chain{strided}, Shortcut: graph.Chain{graph.Conv2D{Filters: 3, Kernel: 1, Stride: 2, NoBias: true}}},
			Input: graph.Shape{2, 5, 4}, Output: graph.Shape{3, 3, 2}, Params: 3*2*9 + 3 + 6,
			Printed: "Residual{Body: Chain{Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: 1}}, Shortcut: Chain{Conv2D{Filters: 3, Kernel: 1, Stride: 2, NoBias: true}}}",
			Refused: graph.Shape{7}, Error: "residual_1/conv2d_1: Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: 1}: want an image (N, C, H, W), got (N, 7)",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				y := slowConv(half)(x, within(w, "conv2d_1"))
				z := slowConv(window{h: 3, w: 2, stride: 2})(x, within(w, "conv2d_2"))
				return slowSum([]layertest.Array{y, z}, nil)
			},
		},
		{
			Name: "residual of nothing", Layer: graph.Residual{}, Input: graph.Shape{3}, Output: graph.Shape{3}, Printed: "Residual{}",
			Slow: func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
				return slowSum([]layertest.Array{x, x}, nil)
			},
		},
		{
			Name: "inception", Layer: graph.Branches{Join: graph.Concat, Of: []graph.Layer{
				graph.Conv2D{Filters: 1, Kernel: 1}, graph.Chain{same(2), graph.Tanh}, graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same},
			}},
			Input: graph.Shape{2, 5, 4}, Output: graph.Shape{5, 5, 4}, Params: 3 + 2*2*9 + 2,
			Printed: "Branches{Join: Concat, Of: []Layer{Conv2D{Filters: 1, Kernel: 1}, Chain{Conv2D{Filters: 2, Kernel: 3, Padding: Same}, Tanh}, MaxPool2D{Size: 3, Stride: 1, Padding: Same}}}",
			Refused: graph.Shape{4}, Error: "branches_1/conv2d_1: Conv2D{Filters: 1, Kernel: 1}: want an image (N, C, H, W), got (N, 4)",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				return slowConcat([]layertest.Array{
					slowConv(window{h: 5, w: 4})(x, within(w, "conv2d_1")),
					then(slowConv(square), tanh)(x, within(w, "conv2d_2")),
					slowPool(window{h: 5, w: 4, size: 3, stride: 1, top: 1, left: 1})(x, nil),
				}, nil)
			},
		},
		{
			Name: "one branch", Layer: graph.Branches{Join: graph.Maximum, Of: []graph.Layer{graph.Dense{Units: 2}}},
			Input: graph.Shape{3}, Output: graph.Shape{2}, Params: 8, Printed: "Branches{Join: Maximum, Of: []Layer{Dense{Units: 2}}}",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				return slowDense(x, within(w, "dense_1"))
			},
		},
	} {
		layertest.Run(t, c)
	}
}
