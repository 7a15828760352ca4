package engine_test

import (
	"math"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// activations are the ops of activations on images of c channels.
func activations(n, c, side int) []generic {
	image, features, area := []int{n, c, side, side}, []int{n, c}, side*side
	prelu := func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.PReLU(x, w[0]) }
	return []generic{
		{"Pointwise", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Pointwise(x, f32.Mish) }, [][]int{image}, pointwise(func(v []float64) float64 {
			return v[0] * math.Tanh(math.Log1p(math.Exp(v[0])))
		})},
		{"PReLU", prelu, [][]int{image, {c}}, slowPReLU(c, area)},
		{"PReLU of vectors", prelu, [][]int{features, {c}}, slowPReLU(c, 1)},
		{"PReLU by element", prelu, [][]int{image, {c, side, side}}, slowPReLU(c*area, 1)},
		{"PReLU with one slope", prelu, [][]int{image, {1}}, slowPReLU(1, c*area)},
		{"ChannelSoftMax", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.ChannelSoftMax(x) }, [][]int{image}, slowChannels(c, area, math.Exp)},
		{"ChannelSoftMax of vectors", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.ChannelSoftMax(x) }, [][]int{features}, slowChannels(c, 1, math.Exp)},
		{"LogSoftMax", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.LogSoftMax(x) }, [][]int{image}, slowChannels(c, area, func(v float64) float64 { return v })},
		{"LogSoftMax of vectors", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.LogSoftMax(x) }, [][]int{features}, slowChannels(c, 1, func(v float64) float64 { return v })},
	}
}

// slowPReLU has so many slopes, each for a run of values of a sample.
func slowPReLU(slopes, run int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i, v := range in[0] {
			y[i] = max(v, 0) + in[1][i/run%slopes]*min(v, 0)
		}
		return y
	}
}

// slowChannels is f of the logarithm of each channel's softmax.
func slowChannels(c, area int, f func(float64) float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i, v := range in[0] {
			first := i/(c*area)*c*area + i%area
			var sum float64
			for k := range c {
				sum += math.Exp(in[0][first+k*area])
			}
			y[i] = f(v - math.Log(sum))
		}
		return y
	}
}
