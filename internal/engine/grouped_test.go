package engine_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// convolutions are the convolutions in groups and their transposes, each with
// some padding, and steps of its own in each direction.
func convolutions(n, c, side int) []generic {
	config := engine.ConvConfig{Pad: []int{1, 0, 0, 1}, Stride: []int{1, 2}, Dilation: []int{1, 1}, Groups: c, InputGrad: true}
	whole := config
	whole.Groups, whole.Dilation = 1, []int{2, 1}
	cut := config
	cut.ReLU = true
	forward := func(cfg engine.ConvConfig) declaration {
		return func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.GroupedConv2d(x, w[0], nil, cfg) }
	}
	back := func(cfg engine.ConvConfig) declaration {
		return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w[0], nil, [2]int{0, 1}, cfg)
		}
	}
	image := []int{n, c, side, side}
	return []generic{
		{"GroupedConv2d, depthwise", forward(config), [][]int{image, {2 * c, 1, 2, 2}}, slowConvolution(image, []int{2 * c, 1, 2, 2}, config, false)},
		{"GroupedConv2d, one group", forward(whole), [][]int{image, {2, c, 2, 2}}, slowConvolution(image, []int{2, c, 2, 2}, whole, false)},
		{"TransposedConv2d in groups", back(config), [][]int{image, {c, 2, 2, 3}}, slowConvolution(image, []int{c, 2, 2, 3}, config, true)},
		{"TransposedConv2d, one group", back(whole), [][]int{image, {c, 2, 2, 2}}, slowConvolution(image, []int{c, 2, 2, 2}, whole, true)},
		{"GroupedConv2d with bias and ReLU", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.GroupedConv2d(x, w[0], w[1], cut)
		}, [][]int{image, {2 * c, 1, 2, 2}, {2 * c}}, behind(2*c, n, slowConvolution(image, []int{2 * c, 1, 2, 2}, config, false))},
		{"TransposedConv2d with bias and ReLU", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w[0], w[1], [2]int{0, 1}, cut)
		}, [][]int{image, {c, 2, 2, 3}, {2 * c}}, behind(2*c, n, slowConvolution(image, []int{c, 2, 2, 3}, config, true))},
		{"TransposedConv, in float32", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			if x.Dtype() == tensor.Float32 {
				return engine.TransposedConv(x, w[0], w[1], [2]int{0, 1}, cut)
			}
			return engine.TransposedConv2d(x, w[0], w[1], [2]int{0, 1}, cut)
		}, [][]int{image, {c, 2, 2, 3}, {2 * c}}, behind(2*c, n, slowConvolution(image, []int{c, 2, 2, 3}, config, true))},
	}
}

// behind puts a bias and ReLU behind a slow convolution of n images.
func behind(channels, n int, conv func(in [][]float64) []float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		y := conv(in[:2])
		area := len(y) / n / channels
		for i := range y {
			y[i] = max(y[i]+in[2][i/area%channels], 0)
		}
		return y
	}
}

// slowConvolution goes over all pairs of a pixel of the image and a place of
// the output, and sees whether one tap lies between them; transposed, they
// change places, and the output is one longer to the right.
func slowConvolution(x, w []int, c engine.ConvConfig, transposed bool) func(in [][]float64) []float64 {
	reach := [2]int{c.Dilation[0]*(w[2]-1) + 1, c.Dilation[1]*(w[3]-1) + 1}
	large, small := [2]int{x[2], x[3]}, [2]int{}
	channels, filters := w[1]*c.Groups, w[0]
	for d := range 2 {
		pads := c.Pad[2*d] + c.Pad[2*d+1]
		small[d] = (large[d]+pads-reach[d])/c.Stride[d] + 1
		if transposed {
			small[d] = x[2+d]
			large[d] = (small[d]-1)*c.Stride[d] + reach[d] - pads + d
		}
	}
	tap := func(d, y, i int) (int, bool) {
		u := y + c.Pad[2*d] - i*c.Stride[d]
		return u / c.Dilation[d], u >= 0 && u%c.Dilation[d] == 0 && u/c.Dilation[d] < w[2+d]
	}
	return func(in [][]float64) []float64 {
		size := x[0] * filters * small[0] * small[1]
		if transposed {
			size = x[0] * channels * large[0] * large[1]
		}
		out := make([]float64, size)
		for n := range x[0] {
			for f := range filters {
				for ch := range w[1] {
					channel := f/(filters/c.Groups)*w[1] + ch
					for y := range large[0] {
						for i := range small[0] {
							u, hit := tap(0, y, i)
							for col := 0; hit && col < large[1]; col++ {
								for j := range small[1] {
									v, hit := tap(1, col, j)
									if !hit {
										continue
									}
									k := in[1][((f*w[1]+ch)*w[2]+u)*w[3]+v]
									a := ((n*channels+channel)*large[0]+y)*large[1] + col
									b := ((n*filters+f)*small[0]+i)*small[1] + j
									if transposed {
										out[a] += k * in[0][b]
									} else {
										out[b] += k * in[0][a]
									}
								}
							}
						}
					}
				}
			}
		}
		return out
	}
}

// TestConvolutionsOfInfinity has a weight that is not finite beside the image:
// padding is zeros, and zero times infinity is no number. A transpose has no
// padding to multiply with.
func TestConvolutionsOfInfinity(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		row := func(x ...float64) *tensor.Dense {
			return as(dt, tensor.New(tensor.WithShape(1, 1, 1, len(x)), tensor.WithBacking(x)))
		}
		c := engine.ConvConfig{Pad: []int{0, 0, 1, 0}, InputGrad: true}
		y, _ := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.GroupedConv2d(x, w[0], nil, c) },
			row(2, -3, nan, 1), row(inf, 1))
		same(t, "convolution", y, nan, inf, nan, nan)
		y, _ = differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w[0], nil, [2]int{}, c)
		}, row(2, nan, -1), row(inf, 1))
		same(t, "transpose", y, nan, nan, -1)
		y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w[0], nil, [2]int{}, c)
		}, row(2), row(inf, 1))
		same(t, "transpose of one", y, 2)
		if v := numbers(grads[0])[0]; math.IsNaN(v) {
			t.Errorf("the gradient is NaN: what was cut off has none")
		}
	})
}

// TestConvolutionsRefuse what they cannot compute.
func TestConvolutionsRefuse(t *testing.T) {
	g := G.NewGraph()
	node := func(name string, dt tensor.Dtype, shape ...int) *G.Node {
		return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName(name))
	}
	x := node("x", tensor.Float32, 1, 4, 3, 3)
	pairs, flat := node("pairs", tensor.Float32, 4, 2, 2, 2), node("flat", tensor.Float32, 4, 2)
	two := engine.ConvConfig{Groups: 2}
	for _, c := range []struct {
		want string
		f    func() (*G.Node, error)
	}{
		{"GroupedConv2d: want an image (N, C, H, W) and a filter of 4 dimensions, got (1, 4, 3, 3) and (4, 2)", func() (*G.Node, error) { return engine.GroupedConv2d(x, flat, nil, two) }},
		{"GroupedConv2d: want a filter (F, C/3, h, w) for the image (N, C, H, W), got (4, 2, 2, 2) for (1, 4, 3, 3)", func() (*G.Node, error) { return engine.GroupedConv2d(x, pairs, nil, engine.ConvConfig{Groups: 3}) }},
		{"GroupedConv2d: want a filter (F, C/2, h, w) for the image (N, C, H, W), got (3, 2, 2, 2) for (1, 4, 3, 3)", func() (*G.Node, error) {
			return engine.GroupedConv2d(x, node("three", tensor.Float32, 3, 2, 2, 2), nil, two)
		}},
		{"GroupedConv2d: want a filter with a kernel of (3, 3), got (4, 2, 2, 2)", func() (*G.Node, error) {
			return engine.GroupedConv2d(x, pairs, nil, engine.ConvConfig{Groups: 2, Kernel: tensor.Shape{3, 3}})
		}},
		{"GroupedConv2d: want padding of at least 0", func() (*G.Node, error) {
			return engine.GroupedConv2d(x, pairs, nil, engine.ConvConfig{Groups: 2, Pad: []int{-1, 0}})
		}},
		{"GroupedConv2d: the window 2×2 does not fit on 3×3 pixels", func() (*G.Node, error) {
			return engine.GroupedConv2d(x, pairs, nil, engine.ConvConfig{Groups: 2, Dilation: []int{3, 1}})
		}},
		{"GroupedConv2d: want nodes of one type, got float32 and float64", func() (*G.Node, error) {
			return engine.GroupedConv2d(x, node("wide", tensor.Float64, 4, 2, 2, 2), nil, two)
		}},
		{"TransposedConv2d: want 2 nodes, got nil for number 2", func() (*G.Node, error) { return engine.TransposedConv2d(x, nil, nil, [2]int{}, two) }},
		{"TransposedConv2d: want a filter (F, C/2, h, w) for (N, F, H, W), and to lengthen it by 0 or more, got (2, 2, 2, 2) for (1, 4, 3, 3)", func() (*G.Node, error) {
			return engine.TransposedConv2d(x, node("two", tensor.Float32, 2, 2, 2, 2), nil, [2]int{}, two)
		}},
		{"TransposedConv2d: want a bias of (4), one for each channel of the output, got (2)", func() (*G.Node, error) {
			return engine.TransposedConv2d(x, pairs, node("bias", tensor.Float32, 2), [2]int{}, two)
		}},
		{"TransposedConv: want a bias of (4), one for each channel of the output, got (3)", func() (*G.Node, error) {
			return engine.TransposedConv(x, pairs, node("bias of 3", tensor.Float32, 3), [2]int{}, two)
		}},
		{"TransposedConv: want float32, got float64", func() (*G.Node, error) {
			return engine.TransposedConv(node("x64", tensor.Float64, 1, 4, 3, 3), node("w64", tensor.Float64, 4, 2, 2, 2), nil, [2]int{}, two)
		}},
		{"and [0 -1]", func() (*G.Node, error) { return engine.TransposedConv2d(x, pairs, nil, [2]int{0, -1}, two) }},
		{"TransposedConv2d: want an output of at least one pixel, got 0×4", func() (*G.Node, error) {
			return engine.TransposedConv2d(x, pairs, nil, [2]int{}, engine.ConvConfig{Groups: 2, Pad: []int{2, 0}})
		}},
		{"Conv2d: want an image (N, C, H, W) and a filter (F, C/2, h, w), got (1, 4, 3, 3) and (4, 4, 2, 2)", func() (*G.Node, error) {
			return engine.Conv(x, node("four", tensor.Float32, 4, 4, 2, 2), nil, two)
		}},
	} {
		_, err := c.f()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

// TestConvInGroupsAgainstPlanes compares the products of patches with planes.
func TestConvInGroupsAgainstPlanes(t *testing.T) {
	for _, c := range []engine.ConvConfig{
		{Groups: 2, InputGrad: true},
		{Groups: 3, Pad: []int{1, 0, 2, 1}, Stride: []int{2, 1}, Dilation: []int{1, 2}, InputGrad: true},
		{Groups: 6, Pad: []int{1, 1}, InputGrad: true},
	} {
		in := []*tensor.Dense{random(1, 9, 6, 40, 43), random(2, 12, 6/c.Groups, 3, 3)}
		y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.GroupedConv2d(x, w[0], nil, c) }, in...)
		z, gotGrads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Conv(x, w[0], nil, c) }, in...)
		near(t, "output", numbers(z), numbers(y), 1e-5)
		for i := range grads {
			near(t, "gradient", numbers(gotGrads[i]), numbers(grads[i]), 1e-4)
		}
	}
}

// TestTransposedConvAgainstPlanes has images of several strips.
func TestTransposedConvAgainstPlanes(t *testing.T) {
	for _, c := range []engine.ConvConfig{
		{InputGrad: true},
		{Groups: 2, Pad: []int{1, 0, 2, 1}, Stride: []int{2, 1}, Dilation: []int{1, 2}, ReLU: true, InputGrad: true},
		{Groups: 4, Pad: []int{1, 1}, Stride: []int{3, 3}, InputGrad: true},
	} {
		groups := max(c.Groups, 1)
		in := []*tensor.Dense{random(1, 9, 12, 21, 43), random(2, 12, 24/groups, 3, 3), random(3, 24)}
		y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w[0], w[1], [2]int{1, 0}, c)
		}, in...)
		z, gotGrads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.TransposedConv(x, w[0], w[1], [2]int{1, 0}, c)
		}, in...)
		near(t, "output", numbers(z), numbers(y), 1e-5)
		for i := range grads {
			near(t, fmt.Sprint("gradient ", i), numbers(gotGrads[i]), numbers(grads[i]), 1e-4)
		}
	}
}
