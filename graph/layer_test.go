package graph_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

func TestLayers(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "conv", Layer: graph.Conv2D{Filters: 4, Kernel: 3},
			Input: graph.Shape{3, 7, 6}, Output: graph.Shape{4, 5, 4}, Params: 4*3*3*3 + 4,
			Printed: "Conv2D{Filters: 4, Kernel: 3}",
			Refused: graph.Shape{3, 2, 6}, Error: "want an image of at least 3×3 pixels, got (N, 3, 2, 6)",
			Slow: slowConv(window{h: 5, w: 4}),
		},
		{
			Name: "conv of a vector", Layer: graph.Conv2D{Filters: 1, Kernel: 1}, Batch: 1,
			Input: graph.Shape{1, 1, 1}, Output: graph.Shape{1, 1, 1}, Params: 2,
			Printed: "Conv2D{Filters: 1, Kernel: 1}",
			Refused: graph.Shape{100}, Error: "want an image (N, C, H, W), got (N, 100)",
			Slow: slowConv(window{h: 1, w: 1}),
		},
		{
			Name: "conv, one filter, batch of one", Layer: graph.Conv2D{Filters: 1, Kernel: 2}, Batch: 1,
			Input: graph.Shape{1, 5, 5}, Output: graph.Shape{1, 4, 4}, Params: 5,
			Printed: "Conv2D{Filters: 1, Kernel: 2}", Slow: slowConv(window{h: 4, w: 4}),
		},
		{
			Name:  "conv, no bias, stride, explicit padding",
			Layer: graph.Conv2D{Filters: 2, Kernel: 3, Stride: 2, Padding: 1, NoBias: true},
			Input: graph.Shape{2, 8, 7}, Output: graph.Shape{2, 4, 4}, Params: 2 * 2 * 9,
			Printed: "Conv2D{Filters: 2, Kernel: 3, Stride: 2, Padding: 1, NoBias: true}",
			Slow:    slowConv(window{h: 4, w: 4, stride: 2, top: 1, left: 1}),
		},
		{
			Name: "conv, same", Layer: graph.Conv2D{Filters: 2, Kernel: 3, Padding: graph.Same, Activation: graph.ReLU},
			Input: graph.Shape{2, 5, 6}, Output: graph.Shape{2, 5, 6}, Params: 2*2*9 + 2,
			Printed: "Conv2D{Filters: 2, Kernel: 3, Padding: Same, Activation: ReLU}",
			Slow:    then(slowConv(window{h: 5, w: 6, top: 1, left: 1}), relu),
		},
		{
			// Keras pads one pixel at the bottom and right, none at the top and left.
			Name: "conv, lopsided same", Layer: graph.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: graph.Same},
			Input: graph.Shape{2, 6, 8}, Output: graph.Shape{3, 3, 4}, Params: 3*2*9 + 3,
			Printed: "Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: Same}",
			Slow:    slowConv(window{h: 3, w: 4, stride: 2}),
		},
		{
			Name: "conv, even kernel, same", Layer: graph.Conv2D{Filters: 2, Kernel: 4, Padding: graph.Same},
			Input: graph.Shape{1, 5, 5}, Output: graph.Shape{2, 5, 5}, Params: 2*16 + 2,
			Printed: "Conv2D{Filters: 2, Kernel: 4, Padding: Same}",
			Slow:    slowConv(window{h: 5, w: 5, top: 1, left: 1}),
		},
		{
			Name: "conv, dilated", Layer: graph.Conv2D{Filters: 2, Kernel: 3, Dilation: 2, Activation: graph.Tanh, Init: graph.HeNormal},
			Input: graph.Shape{2, 7, 9}, Output: graph.Shape{2, 3, 5}, Params: 2*2*9 + 2,
			Printed: "Conv2D{Filters: 2, Kernel: 3, Dilation: 2, Activation: Tanh, Init: HeNormal}",
			Refused: graph.Shape{2, 4, 9}, Error: "want an image of at least 5×5 pixels",
			Slow: then(slowConv(window{h: 3, w: 5, dilation: 2}), math.Tanh),
		},
		{
			Name: "pool", Layer: graph.MaxPool2D{}, Input: graph.Shape{3, 6, 4}, Output: graph.Shape{3, 3, 2},
			Printed: "MaxPool2D{}", Refused: graph.Shape{3, 1, 4}, Error: "want an image of at least 2×2 pixels, got (N, 3, 1, 4)",
			Slow: slowPool(window{h: 3, w: 2, size: 2, stride: 2}),
		},
		{
			Name: "pool, odd size", Layer: graph.MaxPool2D{Size: 2}, Input: graph.Shape{2, 7, 5}, Output: graph.Shape{2, 3, 2},
			Printed: "MaxPool2D{Size: 2}", Refused: graph.Shape{4}, Error: "want an image (N, C, H, W), got (N, 4)",
			Slow: slowPool(window{h: 3, w: 2, size: 2, stride: 2}),
		},
		{
			Name: "pool, overlapping", Layer: graph.MaxPool2D{Size: 3, Stride: 2}, Input: graph.Shape{2, 7, 7}, Output: graph.Shape{2, 3, 3},
			Printed: "MaxPool2D{Size: 3, Stride: 2}", Slow: slowPool(window{h: 3, w: 3, size: 3, stride: 2}),
		},
		{
			Name: "pool, padded", Layer: graph.MaxPool2D{Size: 3, Stride: 1, Padding: 1}, Input: graph.Shape{2, 4, 5}, Output: graph.Shape{2, 4, 5},
			Printed: "MaxPool2D{Size: 3, Stride: 1, Padding: 1}", Slow: slowPool(window{h: 4, w: 5, size: 3, stride: 1, top: 1, left: 1}),
		},
		{
			Name: "pool, lopsided same", Layer: graph.MaxPool2D{Size: 2, Padding: graph.Same}, Input: graph.Shape{2, 5, 3}, Output: graph.Shape{2, 3, 2},
			Printed: "MaxPool2D{Size: 2, Padding: Same}", Slow: slowPool(window{h: 3, w: 2, size: 2, stride: 2}),
		},
		{
			Name: "flatten", Layer: graph.Flatten{}, Input: graph.Shape{3, 4, 2}, Output: graph.Shape{24}, Printed: "Flatten{}",
			Slow: func(x layertest.Array, _ map[string]layertest.Array) layertest.Array { return x },
		},
		{
			Name: "dense", Layer: graph.Dense{Units: 4}, Input: graph.Shape{6}, Output: graph.Shape{4}, Params: 28,
			Printed: "Dense{Units: 4}", Refused: graph.Shape{3, 4, 2}, Error: "want vectors (N, K), such as a Flatten makes, got (N, 3, 4, 2)",
			Slow: slowDense,
		},
		{
			Name: "dense, one to one, batch of one", Layer: graph.Dense{Units: 1}, Batch: 1, Input: graph.Shape{1}, Output: graph.Shape{1}, Params: 2,
			Printed: "Dense{Units: 1}", Slow: slowDense,
		},
		{
			Name: "dense, no bias, softmax", Layer: graph.Dense{Units: 3, NoBias: true, Activation: graph.Softmax}, Batch: 3,
			Input: graph.Shape{5}, Output: graph.Shape{3}, Params: 15,
			Printed: "Dense{Units: 3, NoBias: true, Activation: Softmax}",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				return slowSoftmax(slowDense(x, w), nil)
			},
		},
		{
			Name: "dense, batch of one", Layer: graph.Dense{Units: 3, Activation: graph.Sigmoid}, Batch: 1, Input: graph.Shape{5}, Output: graph.Shape{3}, Params: 18,
			Printed: "Dense{Units: 3, Activation: Sigmoid}", Slow: then(slowDense, sigmoid),
		},
		activation("ReLU", graph.ReLU, relu),
		activation("Sigmoid", graph.Sigmoid, sigmoid),
		activation("Tanh", graph.Tanh, math.Tanh),
		activation("LeakyReLU{}", graph.LeakyReLU{}, leaky(0)),
		activation("LeakyReLU{Slope: 0.3}", graph.LeakyReLU{Slope: 0.3}, leaky(0.3)),
		activation("LeakyReLU{Slope: 0.01}", graph.LeakyReLU{Slope: 0.01}, leaky(0.01)),
		{
			Name: "softmax", Layer: graph.Softmax, Input: graph.Shape{5}, Output: graph.Shape{5}, Printed: "Softmax",
			Refused: graph.Shape{2, 3}, Error: "want vectors (N, K) or an image (N, C, H, W) for Softmax, got (N, 2, 3)", Slow: slowSoftmax,
		},
		{
			Name: "a function", Layer: graph.Func(cube), Input: graph.Shape{2, 3}, Output: graph.Shape{2, 3}, Printed: "Func(euryale/graph_test.cube)",
			Slow: then(identity, func(v float64) float64 { return v * v * v }),
		},
		{
			Name: "a type of the user's", Layer: scale{}, Input: graph.Shape{4}, Output: graph.Shape{4}, Params: 4, Printed: "scale{}",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				y := layertest.Zeros(x.Shape...)
				for i, v := range x.Data {
					y.Data[i] = v * w["factor"].Data[i%4]
				}
				return y
			},
		},
	} {
		layertest.Run(t, c)
	}
}

// activation is the case of an activation that works value by value.
func activation(printed string, l graph.Layer, f func(float64) float64) layertest.Case {
	return layertest.Case{
		Name: printed, Layer: l, Input: graph.Shape{2, 3, 3}, Output: graph.Shape{2, 3, 3}, Printed: printed, Slow: then(identity, f),
	}
}

func cube(x *G.Node) (*G.Node, error) { return G.Cube(x) }

// scale multiplies each value of a vector by a weight.
type scale struct{}

func (scale) String() string { return "scale{}" }

func (scale) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("factor", graph.Shape{1, x.Shape()[0]}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.BroadcastHadamardProd(n[0], n[1], nil, []byte{0}) }, x, w)
}
