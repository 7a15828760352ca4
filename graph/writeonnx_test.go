package graph_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/npy"
	"euryale/internal/onnx"
	"euryale/internal/pythontest"
	"euryale/nets"
)

// exported is a network that is written as ONNX.
type exported struct {
	name   string
	net    *graph.Network
	format graph.ONNXFormat
}

// opaque are the networks of printed with a function on Gorgonia's nodes, and a layer
// that has one.
var opaque = map[string]string{
	"layer of one's own": "scale_1: Scale{}; func_1: Func(euryale/graph_test.square); standard_1: Standard{}",
	"everything set":     "Func(euryale/graph_test.square)",
	"shadowed":           "func_1: Func(euryale/graph_test.square)",
}

// exportedLayers are layers by themselves: those of one input, with the shape of it.
var exportedLayers = []struct {
	layer graph.Layer
	shape graph.Shape
}{
	{graph.ArgMax{Keep: true}, graph.Shape{5}},
	{graph.Chain{graph.Clip{Low: -0.1, High: 0.1}, graph.ArgMax{Axis: 1}}, graph.Shape{3, 8, 5}}, // of equal ones
	{graph.Chain{graph.Clip{Low: -0.1, High: 0.1}, graph.ArgMax{Axis: 1, Keep: true, Last: true}}, graph.Shape{3, 8, 5}},
	{graph.AveragePool2D{}, graph.Shape{2, 7, 6}},
	{graph.AveragePool2D{Size: 3, Stride: 2, Padding: graph.Same}, graph.Shape{2, 7, 6}},
	{graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, CountPadding: true}, graph.Shape{2, 7, 6}},
	{graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, Ceil: true, CountPadding: true}, graph.Shape{2, 6, 6}},
	{graph.AveragePool2D{Size: 3, Stride: 2, Ceil: true}, graph.Shape{2, 6, 8}},
	{graph.AveragePool2D{Size: 3, Stride: 2, Ceil: true, CountPadding: true}, graph.Shape{2, 6, 8}},
	{graph.AveragePool2D{Size: 2, Stride: 2, Dilation: 2, Padding: 1}, graph.Shape{2, 7, 6}},
	{graph.AveragePool2D{Size: 2, Stride: 1, Dilation: 3, Padding: graph.Pads(3, 0, 2, 3)}, graph.Shape{2, 7, 6}},
	{graph.AveragePool2D{Size: 2, Stride: 3, Dilation: 3, Padding: graph.Pads(3, 0, 2, 3), Ceil: true, CountPadding: true}, graph.Shape{2, 8, 6}},
	{graph.AveragePool2D{Size: graph.Rect(2, 3), Stride: graph.Rect(3, 1), Padding: graph.Pads(1, 0, 0, 2), CountPadding: true}, graph.Shape{2, 7, 6}},
	{graph.BatchNorm{}, graph.Shape{3, 4, 5}},
	{graph.BatchNorm{NoScale: true, Epsilon: 0.1}, graph.Shape{4}},
	{graph.BatchNorm{NoShift: true}, graph.Shape{3, 4, 5}},
	{graph.Branches{Join: graph.Product, Of: []graph.Layer{graph.Tanh, graph.Chain{}, graph.ReLU}}, graph.Shape{3, 4}},
	{graph.CELU{Alpha: 0.5}, graph.Shape{3, 4}},
	{graph.Chain{graph.Tanh, graph.ReLU}, graph.Shape{4}},
	{graph.Clip{Low: -0.5, High: 0.25}, graph.Shape{3, 4}},
	{graph.Clip{Low: math.Inf(-1), High: 0.25}, graph.Shape{3, 4}},
	{graph.Clip{Low: math.Inf(-1), High: math.Inf(1)}, graph.Shape{3, 4}},
	{graph.Conv1D{Filters: 4, Kernel: 3, Stride: 2, Padding: graph.Same, Dilation: 2, Activation: graph.ReLU}, graph.Shape{3, 9}},
	{graph.Conv2D{Filters: 4, Kernel: graph.Rect(3, 2), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 2, 1), Dilation: graph.Rect(2, 1), Groups: 2}, graph.Shape{4, 8, 7}},
	{graph.Conv2D{Filters: 4, Kernel: 3, NoBias: true, Activation: graph.Mish}, graph.Shape{4, 8, 7}},
	{graph.Conv2DTranspose{Filters: 4, Kernel: 3, Stride: 2, Padding: graph.Same}, graph.Shape{3, 4, 5}},
	{graph.Conv2DTranspose{Filters: 4, Kernel: graph.Rect(1, 2), Stride: graph.Rect(3, 2), Padding: graph.Same, NoBias: true}, graph.Shape{3, 4, 5}},
	{graph.Conv2DTranspose{Filters: 4, Kernel: 3, Stride: graph.Rect(2, 3), Padding: graph.Pads(1, 0, 0, 2), OutputPadding: graph.Rect(1, 2), Dilation: graph.Rect(1, 2), Groups: 2}, graph.Shape{2, 4, 5}},
	{graph.Crop2D{Cropping: graph.Pads(1, 0, 2, 1)}, graph.Shape{2, 4, 5}},
	{graph.Dense{Units: 3}, graph.Shape{5}},
	{graph.Dense{Units: 3, NoBias: true}, graph.Shape{5}},
	{graph.Dense{Units: 3, LastAxis: true, Activation: graph.Tanh}, graph.Shape{2, 4, 5}},
	{graph.Dense{Units: 3, LastAxis: true, NoBias: true}, graph.Shape{4, 5}},
	{graph.DepthToSpace{}, graph.Shape{8, 2, 3}},
	{graph.DepthToSpace{Block: 3, ColumnRowDepth: true}, graph.Shape{18, 2, 3}},
	{graph.DepthwiseConv2D{Kernel: 3, Multiplier: 2, Stride: 2, Padding: graph.Same, Activation: graph.ReLU6}, graph.Shape{3, 6, 7}},
	{graph.Dropout{Rate: 0.5}, graph.Shape{4}},
	{graph.ELU{Alpha: 0.5}, graph.Shape{3, 4}},
	{graph.Expand{To: graph.Shape{2, 3, 4}}, graph.Shape{3, 1}},
	{graph.Flatten{}, graph.Shape{2, 3, 4}},
	{graph.Flatten{}, graph.Shape{4}},
	{graph.Frozen{Layer: graph.Chain{graph.Dense{Units: 3}, graph.BatchNorm{}}}, graph.Shape{4}},
	{graph.GaussianNoise{Deviation: 0.5}, graph.Shape{2, 4}},
	{graph.GlobalAverage{}, graph.Shape{3, 4, 5}},
	{graph.GlobalMax{}, graph.Shape{3, 4, 5}},
	{graph.GroupNorm{Groups: 2}, graph.Shape{6, 4, 5}},
	{graph.GroupNorm{Groups: 2, NoScale: true}, graph.Shape{6, 4}},
	{graph.GroupNorm{Groups: 2, NoShift: true, Epsilon: 0.1}, graph.Shape{6}},
	{graph.GroupNorm{Groups: 1}, graph.Shape{6, 4, 5}},
	{graph.GroupNorm{Groups: 2, NoScale: true, NoShift: true}, graph.Shape{6, 4, 5}},
	{graph.GroupNorm{Groups: 1, NoScale: true, NoShift: true}, graph.Shape{6, 4, 5}},
	{graph.HardSigmoid{}, graph.Shape{3, 4}},
	{graph.HardSigmoid{Slope: 0.2}, graph.Shape{3, 4}},
	{graph.InstanceNorm{}, graph.Shape{3, 4, 5}},
	{graph.InstanceNorm{NoScale: true, NoShift: true}, graph.Shape{3, 20}},
	{graph.LayerNorm{}, graph.Shape{3, 4, 5}},
	{graph.LayerNorm{NoScale: true}, graph.Shape{3, 4}},
	{graph.LayerNorm{Epsilon: 0.1}, graph.Shape{5}},
	{graph.LayerNorm{Whole: true, NoShift: true}, graph.Shape{3, 4, 5}},
	{graph.LayerNorm{Last: 2}, graph.Shape{3, 4, 5}},
	{graph.LeakyReLU{Slope: 0.25}, graph.Shape{3, 4}},
	{graph.LocalResponseNorm{Size: 3, Alpha: 0.5}, graph.Shape{6, 3, 2}},
	{graph.LocalResponseNorm{Size: 4, Alpha: 0.5, Beta: 0.5, Bias: 2}, graph.Shape{6, 3, 2}},
	{graph.LocalResponseNorm{Size: 3, Alpha: 0.5}, graph.Shape{6}},
	{graph.LocalResponseNorm{Size: 1, Alpha: 0.5}, graph.Shape{6, 2}},
	{graph.MaxPool2D{}, graph.Shape{2, 7, 6}},
	{graph.MaxPool2D{Size: graph.Rect(3, 2), Stride: graph.Rect(2, 1), Padding: graph.Pads(1, 0, 1, 0), Ceil: true}, graph.Shape{2, 8, 6}},
	{graph.MaxPool2D{Size: 2, Stride: 1, Dilation: 3, Padding: graph.Pads(3, 0, 2, 3)}, graph.Shape{2, 7, 6}},
	{graph.Named{Name: "own name", Layer: graph.Dense{Units: 3}}, graph.Shape{5}},
	{graph.Operand{Join: graph.Sum, Shape: graph.Shape{3, 1, 1}}, graph.Shape{3, 4, 5}},
	{graph.Operand{Join: graph.Quotient, Shape: graph.Shape{4, 5}, Left: true}, graph.Shape{3, 1, 5}},
	{graph.Operand{Join: graph.Product, Shape: graph.Shape{2, 3, 1}}, graph.Shape{5}},
	{graph.Operand{Join: graph.Power, Shape: graph.Shape{1}, Left: true, Init: graph.Constant{Value: 2}, Fixed: true}, graph.Shape{5}},
	{graph.PReLU{Init: graph.GlorotUniform}, graph.Shape{3, 4, 5}},
	{graph.PReLU{Slopes: graph.PerElement, Init: graph.GlorotUniform}, graph.Shape{3, 4}},
	{graph.PReLU{Slopes: graph.Single, Init: graph.GlorotUniform}, graph.Shape{3, 4, 5}},
	{graph.PReLU{Init: graph.GlorotUniform}, graph.Shape{4}},
	{graph.Pad{Before: []int{1, 0}, After: []int{0, 2}, Value: 1.5}, graph.Shape{3, 4}},
	{graph.Pad{Before: []int{0, 2, -1}, After: []int{0, 1, -1}, Value: math.Inf(-1)}, graph.Shape{2, 3, 4}},
	{graph.Pad{Before: []int{0, 2, 1}, After: []int{0, 1, 3}, Border: graph.PadReflect}, graph.Shape{2, 3, 4}},
	{graph.Pad{Before: []int{1, 2, 1}, After: []int{0, 1, 3}, Border: graph.PadEdge}, graph.Shape{2, 3, 1}},
	{graph.Pad{Before: []int{0, 2, 1}, After: []int{0, 1, 3}, Border: graph.PadWrap}, graph.Shape{2, 3, 4}},
	{graph.Pad{Before: []int{0, -1}, After: []int{0, 2}, Border: graph.PadReflect}, graph.Shape{2, 5}},
	{graph.Permute{Axes: []int{2, 0, 1}}, graph.Shape{2, 3, 4}},
	{graph.Chain{graph.Softplus, graph.Pow{Exponent: 1.5}}, graph.Shape{3, 4}},
	{graph.Pow{Exponent: 3}, graph.Shape{3, 4}},
	{graph.Reduce{Axes: []int{1, 2}, Keep: true}, graph.Shape{2, 3, 4}},
	{graph.Reduce{Axes: []int{0, 2}}, graph.Shape{2, 3, 4}},
	{graph.Reduce{By: graph.ReduceSum, Axes: []int{-1}}, graph.Shape{2, 3, 4}},
	{graph.Reduce{By: graph.ReduceMax, Axes: []int{1}, Keep: true}, graph.Shape{2, 3, 4}},
	{graph.Reduce{By: graph.ReduceMin, Keep: true}, graph.Shape{2, 3}},
	{graph.Rescaling{Scale: 0.5, Offset: -1}, graph.Shape{3, 4}},
	{graph.Rescaling{Offset: 2}, graph.Shape{4}},
	{graph.Rescaling{}, graph.Shape{4}},
	{graph.Reshape{To: graph.Shape{4, -1}}, graph.Shape{2, 3, 4}},
	{graph.Residual{Body: graph.Chain{graph.Dense{Units: 4}}, Activation: graph.ReLU}, graph.Shape{4}},
	{graph.Resize{Size: graph.Rect(5, 7)}, graph.Shape{2, 3, 4}},
	{graph.Resize{Size: graph.Rect(5, 7), Interpolation: graph.Bilinear}, graph.Shape{2, 3, 4}},
	{graph.Resize{Size: graph.Rect(2, 3), Interpolation: graph.Bilinear, Coordinates: graph.AlignCorners}, graph.Shape{2, 5, 7}},
	{graph.Resize{Size: graph.Rect(1, 3), Interpolation: graph.Bilinear, Coordinates: graph.PyTorchHalfPixel}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bilinear, Coordinates: graph.Asymmetric}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bilinear, Coordinates: graph.AlignCorners}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bilinear, Coordinates: graph.HalfPixelSymmetric}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bilinear}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.4, ScaleW: 0.9, Coordinates: graph.Asymmetric, Rounding: graph.RoundDown}, graph.Shape{2, 10, 10}},
	{graph.Resize{ScaleH: 1.4, ScaleW: 0.5, Coordinates: graph.HalfPixelSymmetric, Rounding: graph.HalfUp}, graph.Shape{2, 6, 7}},
	{graph.Resize{ScaleH: 2, ScaleW: 3, Coordinates: graph.Asymmetric, Rounding: graph.RoundUp}, graph.Shape{2, 6, 7}},
	{graph.Resize{Size: 12, Coordinates: graph.AlignCorners, Rounding: graph.HalfUp}, graph.Shape{2, 6, 7}},
	{graph.Resize{Size: graph.Rect(9, 4), Interpolation: graph.Bicubic}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bicubic, Coefficient: -0.5, ExcludeOutside: true, Coordinates: graph.Asymmetric}, graph.Shape{2, 5, 7}},
	{graph.Resize{ScaleH: 1.3, ScaleW: 0.7, Interpolation: graph.Bicubic, Coordinates: graph.AlignCorners}, graph.Shape{2, 5, 7}},
	{graph.Resize{Size: graph.Rect(3, 9), Interpolation: graph.Bicubic, Antialias: true}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(3, 2), Interpolation: graph.Bicubic, Antialias: true, ExcludeOutside: true}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(3, 2), Interpolation: graph.Bilinear, Antialias: true}, graph.Shape{2, 8, 7}},
	{graph.Resize{ScaleH: 0.4, ScaleW: 0.3, Interpolation: graph.Bilinear, Antialias: true, ExcludeOutside: true, Coordinates: graph.HalfPixelSymmetric}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(3, 2), Interpolation: graph.Bilinear, ExcludeOutside: true}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(3, 5), Interpolation: graph.Bilinear, Coordinates: graph.CropAndResize, Region: graph.Region{Top: 0.3, Left: -0.25, Bottom: 0.8, Right: 1.5}, Extrapolation: 7}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(3, 5), Interpolation: graph.Bicubic, Coordinates: graph.CropAndResize, Region: graph.Region{Top: 0.9, Left: -0.25, Bottom: 0.1, Right: 0.5}}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(4, 1), Coordinates: graph.CropAndResize, Region: graph.Region{Top: 0.2, Left: 0.13, Bottom: 1.2, Right: 0.5}, Extrapolation: -1}, graph.Shape{2, 8, 7}},
	{graph.Resize{Size: graph.Rect(4, 3), Interpolation: graph.Bilinear, Coordinates: graph.CropAndResize, Region: graph.Region{Top: 0.3, Left: 0.7, Bottom: 1, Right: -1}, Extrapolation: 2}, graph.Shape{2, 8, 7}},
	{graph.SeparableConv2D{Filters: 4, Kernel: 3, Padding: 1}, graph.Shape{3, 4, 5}},
	{graph.Shared{Name: "both", Layer: graph.PReLU{}}, graph.Shape{3, 4}},
	{graph.Slice{Axis: 1, From: 1, Step: 2}, graph.Shape{3, 6}},
	{graph.Slice{Axis: -1, Step: -2}, graph.Shape{3, 6}},
	{graph.Slice{Axis: -1, From: 3, To: 1, Step: -1}, graph.Shape{3, 6}},
	{graph.SoftmaxAlong{Axis: 1}, graph.Shape{2, 3, 4}},
	{graph.SoftmaxAlong{Axis: -1, Log: true}, graph.Shape{2, 3, 4, 2}},
	{graph.SpaceToDepth{}, graph.Shape{2, 4, 6}},
	{graph.SpaceToDepth{Block: 2, ColumnRowDepth: true}, graph.Shape{2, 4, 6}},
	{graph.SpatialDropout2D{Rate: 0.5}, graph.Shape{2, 4, 6}},
	{graph.Swish{Alpha: 1.5}, graph.Shape{3, 4}},
	{graph.Take{Indices: []int{2, 0, 0, -1}}, graph.Shape{4, 3}},
	{graph.Take{Axis: 1, Indices: []int{2, 0}}, graph.Shape{4, 3}},
	{graph.Take{Axis: 1, Indices: []int{2, 2}}, graph.Shape{4, 3}},
	{graph.Take{Axis: 1, Indices: []int{1}}, graph.Shape{4, 3}},
	{graph.ThresholdedReLU{Alpha: 0.3}, graph.Shape{3, 4}},
	{graph.Tile{Repeats: []int{2, 1, 3}}, graph.Shape{2, 3, 4}},
	{graph.Tile{Repeats: []int{1, 1}}, graph.Shape{3, 4}},
	{graph.Upsample{}, graph.Shape{2, 3, 4}},
	{graph.Upsample{Size: graph.Rect(7, 10)}, graph.Shape{2, 5, 7}},
	{graph.Upsample{Size: graph.Rect(7, 1), Interpolation: graph.Bilinear}, graph.Shape{2, 5, 7}},
	{graph.Upsample{Factor: 3, Interpolation: graph.Bilinear}, graph.Shape{2, 3, 4}},
	{graph.ZeroPad2D{Padding: graph.Pads(1, 0, 2, 3)}, graph.Shape{2, 3, 4}},

	{graph.ReLU, graph.Shape{3, 4}},
	{graph.ReLU6, graph.Shape{3, 4}},
	{graph.SELU, graph.Shape{3, 4}},
	{graph.GELU, graph.Shape{3, 4}},
	{graph.GELUTanh, graph.Shape{3, 4}},
	{graph.SiLU, graph.Shape{3, 4}},
	{graph.Mish, graph.Shape{3, 4}},
	{graph.Sigmoid, graph.Shape{3, 4}},
	{graph.HardSwish, graph.Shape{3, 4}},
	{graph.Tanh, graph.Shape{3, 4}},
	{graph.Softplus, graph.Shape{3, 4}},
	{graph.Softsign, graph.Shape{3, 4}},
	{graph.Chain{graph.Softplus, graph.Sqrt}, graph.Shape{3, 4}},
	{graph.Exp, graph.Shape{3, 4}},
	{graph.Chain{graph.Softplus, graph.Log}, graph.Shape{3, 4}},
	{graph.Abs, graph.Shape{3, 4}},
	{graph.Negative, graph.Shape{3, 4}},
	{graph.Chain{graph.Softplus, graph.Reciprocal}, graph.Shape{3, 4}},
	{graph.Erf, graph.Shape{3, 4}},
	{graph.Softmax, graph.Shape{3, 4, 2}},
	{graph.Softmax, graph.Shape{5}},
	{graph.LogSoftmax, graph.Shape{3, 4, 2}},
}

// exportedJoins are joiners, with the shapes of what they join.
var exportedJoins = []struct {
	join   graph.Joiner
	shapes []graph.Shape
}{
	{graph.Sum, []graph.Shape{{3, 4}, {3, 4}, {3, 4}}},
	{graph.Sum, []graph.Shape{{3, 4, 5}, {3, 1, 1}, {5}}},
	{graph.Difference, []graph.Shape{{5}, {3, 4, 5}}},
	{graph.Product, []graph.Shape{{3, 1, 1}, {3, 4, 5}}},
	{graph.Product, []graph.Shape{{3}, {3}, {3}}},
	{graph.Quotient, []graph.Shape{{3, 4}, {3, 1}}},
	{graph.Maximum, []graph.Shape{{3, 4}, {3, 4}, {3, 4}}},
	{graph.Maximum, []graph.Shape{{3, 4}, {4}}},
	{graph.Minimum, []graph.Shape{{3, 4}, {3, 4}}},
	{graph.MatMul, []graph.Shape{{2, 1, 3, 4}, {5, 4, 2}}},
	{graph.MatMul, []graph.Shape{{3, 4}, {4, 2}}},
	{graph.Concat, []graph.Shape{{3, 4, 5}, {2, 4, 5}}},
	{graph.Concat, []graph.Shape{{3}, {2}}},
	{graph.ConcatAlong{Axis: -1}, []graph.Shape{{3, 4}, {3, 2}, {3, 1}}},
}

// alone are networks of one layer each, or of one joiner.
func alone(t testing.TB) map[string]*graph.Network {
	t.Helper()
	all := map[string]*graph.Network{}
	add := func(name string, outputs ...*graph.Value) {
		net, err := graph.Compose(graph.Config{Name: name, Seed: 3}, outputs...)
		if err != nil {
			t.Fatal(err)
		}
		if all[name] != nil {
			t.Fatalf("%s is there twice", name)
		}
		all[name] = net
	}
	for _, l := range exportedLayers {
		add(fmt.Sprintf("%v of %v", l.layer, l.shape), graph.Input("x", l.shape...).Then(l.layer))
	}
	for _, j := range exportedJoins {
		var of []*graph.Value
		for i, s := range j.shapes {
			of = append(of, graph.Input(fmt.Sprint("x", i), s...))
		}
		add(fmt.Sprintf("%v of %v", j.join, j.shapes), graph.Join(j.join, of...))
	}
	base, exponent := graph.Input("base", 3, 4).Then(graph.Softplus), graph.Input("exponent", 4)
	add("Power", graph.Join(graph.Power, base, exponent))
	slopes := graph.Shared{Name: "slopes", Layer: graph.PReLU{Init: graph.GlorotUniform}}
	add("shared in two shapes", graph.Input("x", 3, 4).Then(slopes), graph.Input("y", 3, 4, 5).Then(slopes))
	add("Pretrained", graph.Input("x", 2, 6, 6).Then(graph.Pretrained{Net: basis(t), Until: "global_average_1"}, graph.Dense{Units: 2}))
	return all
}

// exportedNetworks are those of printed and alone that can be written, some of random
// layers, and those alone once more in the oldest and the newest opset.
func exportedNetworks(t *testing.T) []exported {
	t.Helper()
	var all []exported
	add := func(nets map[string]*graph.Network, format graph.ONNXFormat) {
		for _, name := range slices.Sorted(maps.Keys(nets)) {
			if opaque[name] != "" {
				continue
			}
			if format.Opset == 0 {
				varied(nets[name])
			}
			all = append(all, exported{strings.TrimSuffix(fmt.Sprint(name, " in ", format.Opset), " in 0"), nets[name], format})
		}
	}
	add(printed(t), graph.ONNXFormat{})
	add(alone(t), graph.ONNXFormat{})
	add(alone(t), graph.ONNXFormat{Opset: 17})
	add(alone(t), graph.ONNXFormat{Opset: 23})
	random := map[string]*graph.Network{}
	for seed := range uint64(60) {
		net, _ := randomGraph(t, draws(seed), graph.Config{Seed: seed})
		random[fmt.Sprintf("random %02d", seed)] = net
	}
	add(random, graph.ONNXFormat{})
	return all
}

// varied changes each parameter a little, so that no two layers that could be taken
// for one another have the same, and none has what it starts with.
func varied(net *graph.Network) {
	rng := rand.New(rand.NewPCG(5, 11))
	for _, p := range net.Params() {
		w := p.Value.Data().([]float32)
		for i := range w {
			w[i] += float32(0.2*rng.Float64() - 0.1)
		}
		p.Changed()
	}
}

func asONNX(t testing.TB, e exported) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := e.net.WriteONNX(&b, e.format); err != nil {
		t.Fatalf("%s: %v", e.name, err)
	}
	return b.Bytes()
}

// computes runs a network on some numbers, the same for each name of an input.
func computes(t testing.TB, net *graph.Network, batch int) (inputs, outputs []*tensor.Dense) {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for k, x := range p.Inputs {
		rng := rand.New(rand.NewPCG(uint64(k), 11))
		for i := range x.Shape().TotalSize() {
			put(x, i, rng.NormFloat64())
		}
	}
	run(t, p)
	clones := func(all []*tensor.Dense) (copies []*tensor.Dense) {
		for _, d := range all {
			copies = append(copies, d.Clone().(*tensor.Dense))
		}
		return copies
	}
	return clones(p.Inputs), clones(p.Outputs)
}

// apart is how far the numbers of two tensors are from one another, as a share of the
// largest that is wanted; infinite where they do not have one shape.
func apart(want, got *tensor.Dense) float64 {
	if !want.Shape().Eq(got.Shape()) {
		return math.Inf(1)
	}
	largest, most := 0.0, 0.0
	a, b := values(want), values(got)
	for i := range a {
		if a[i] == b[i] { // infinities too
			continue
		}
		largest = max(largest, math.Abs(float64(a[i])))
		if d := math.Abs(float64(a[i]) - float64(b[i])); !(d <= most) {
			most = d
		}
	}
	for _, v := range a {
		if !math.IsInf(float64(v), 0) {
			largest = max(largest, math.Abs(float64(v)))
		}
	}
	if most == 0 {
		return 0
	}
	return most / largest
}

// What is written is read again as a network that computes the same.
func TestONNXIsReadAgain(t *testing.T) {
	for _, e := range exportedNetworks(t) {
		t.Run(e.name, func(t *testing.T) {
			b := asONNX(t, e)
			again, err := graph.DecodeONNX(bytes.NewReader(b), graph.ONNXConfig{})
			if err != nil {
				t.Fatal(err)
			}
			_, want := computes(t, e.net, 2)
			_, got := computes(t, again, 2)
			for i, d := range want {
				if off := apart(d, got[i]); !(off <= 1e-5) {
					t.Errorf("output %d is %.2g off\n%v", i, off, again)
				}
			}
			if diff := cmp.Diff(fmt.Sprint(e.net.Inputs()), fmt.Sprint(again.Inputs())); diff != "" {
				t.Errorf("inputs: -written +read: %s", diff)
			}
			if !bytes.Equal(b, asONNX(t, e)) {
				t.Error("written again, the file is another")
			}
		})
	}
}

// The checker of PyPI's onnx finds nothing in what is written, and ONNX Runtime computes
// what we do.
func TestONNXInRuntime(t *testing.T) {
	python := pythontest.Find(t, "onnx", "onnxruntime")
	dir := t.TempDir()
	all := exportedNetworks(t)
	var list strings.Builder
	for i, e := range all {
		file := func(kind string, k int) string { return filepath.Join(dir, fmt.Sprintf("%d.%s.%d.npy", i, kind, k)) }
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".onnx")), asONNX(t, e), 0o644); err != nil {
			t.Fatal(err)
		}
		inputs, outputs := computes(t, e.net, 3)
		for kind, tensors := range map[string][]*tensor.Dense{"input": inputs, "output": outputs} {
			for k, d := range tensors {
				if err := npy.WriteFile(file(kind, k), npy.FromFloat32s(d.Shape(), values(d))); err != nil {
					t.Fatal(err)
				}
			}
		}
		fmt.Fprintf(&list, "%s\n", strings.ReplaceAll(e.name, "\n", " "))
	}
	if err := os.WriteFile(filepath.Join(dir, "names"), []byte(list.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "testdata/runonnx.py", dir).CombinedOutput()
	if want := fmt.Sprintf("%d agree\n", len(all)); err != nil || string(out) != want {
		t.Errorf("want %sgot %v %s", want, err, out)
	}
}

// Each layer, function and joiner is written by itself.
func TestEveryLayerIsWrittenAsONNX(t *testing.T) {
	var text strings.Builder
	for name := range alone(t) {
		text.WriteString(name + "\n")
	}
	names := constants(t, "function", "joiner")
	for name := range built(t, "Build", 2) {
		names = append(names, name)
	}
	for name := range built(t, "Join", 2) {
		names = append(names, name)
	}
	for _, name := range names {
		if name == "Func" { // which cannot be
			continue
		}
		if !regexp.MustCompile(`(?m)(^|[ {\[])` + name + `(\{| |,|\}|$)`).MatchString(text.String()) {
			t.Errorf("%s: want it in exportedLayers or exportedJoins", name)
		}
	}
}

// Networks with functions on Gorgonia's nodes are refused, and these are named.
func TestONNXRefusesFunctions(t *testing.T) {
	nets := printed(t)
	for name, want := range opaque {
		err := nets[name].WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{})
		oneLine(t, err, "cannot write the network as ONNX: functions on Gorgonia's nodes", want)
	}
}

// form is a line for each node, as an ONNX file has it.
func form(t testing.TB, b []byte) string {
	t.Helper()
	m, err := onnx.Read(bytes.NewReader(b), onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, n := range m.Nodes {
		lines = append(lines, fmt.Sprintf("%s: %s(%s) → %s", n.Name, n.OpType, strings.Join(n.Inputs, ", "), strings.Join(n.Outputs, ", ")))
	}
	return strings.Join(lines, "\n")
}

func TestONNXNames(t *testing.T) {
	tower := graph.Shared{Name: "tower", Layer: graph.Chain{graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.ReLU}, graph.PReLU{}}}
	// One input is called as a node's output would be, one as the batch.
	left, right := graph.Input("tower/conv2d_1/Conv", 1, 4, 4), graph.Input("N", 1, 4, 4)
	a, b := left.Then(tower), right.Then(tower, graph.Dropout{Rate: 0.5})
	both := graph.Join(graph.Sum, a, b)
	net, err := graph.Compose(graph.Config{Name: "twins", Seed: 1}, both.Then(graph.Flatten{}, graph.Dense{Units: 2, Activation: graph.Softmax}), a, b, a, left.Then(graph.Dropout{Rate: 0.1}))
	if err != nil {
		t.Fatal(err)
	}
	e := exported{"twins", net, graph.ONNXFormat{Doc: "two images"}}
	want := `tower/conv2d_1/Conv: Conv(tower/conv2d_1/Conv, tower/conv2d_1/kernel, tower/conv2d_1/bias) → tower/conv2d_1/Conv_2
tower/conv2d_1/Relu: Relu(tower/conv2d_1/Conv_2) → tower/conv2d_1
tower/p_re_lu_1/PRelu: PRelu(tower/conv2d_1, tower/p_re_lu_1/slope) → tower
tower/conv2d_1/Conv_2: Conv(N, tower/conv2d_1/kernel, tower/conv2d_1/bias) → tower/conv2d_1/Conv_2_2
tower/conv2d_1/Relu_2: Relu(tower/conv2d_1/Conv_2_2) → tower/conv2d_1_2
tower/p_re_lu_1/PRelu_2: PRelu(tower/conv2d_1_2, tower/p_re_lu_1/slope) → dropout_1
sum_1/Add: Add(tower, dropout_1) → sum_1
flatten_1/Flatten: Flatten(sum_1) → flatten_1
dense_1/Gemm: Gemm(flatten_1, dense_1/kernel, dense_1/bias) → dense_1/Gemm
dense_1/Softmax: Softmax(dense_1/Gemm) → dense_1
tower/p_re_lu_1/Identity: Identity(tower) → tower_2
dropout_2/Identity: Identity(tower/conv2d_1/Conv) → dropout_2`
	file := asONNX(t, e)
	if diff := cmp.Diff(want, form(t, file)); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
	m, err := onnx.Read(bytes.NewReader(file), onnx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var ports []string
	for _, p := range append(m.Inputs, m.Outputs...) {
		ports = append(ports, fmt.Sprint(p.Name, p.Dims))
	}
	if diff := cmp.Diff([]string{"tower/conv2d_1/Conv[N 1 4 4]", "N[N 1 4 4]", "dense_1[N 2]", "tower[N 2 2 2]", "dropout_1[N 2 2 2]", "tower_2[N 2 2 2]", "dropout_2[N 1 4 4]"}, ports); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
	if m.Producer != "euryale" || m.Name != "twins" || m.Doc != "two images" || m.Opsets[""] != 17 || m.IR != 8 {
		t.Errorf("want euryale's twins, “two images”, opset 17, IR 8, got %s's %s, %q, opset %d, IR %d", m.Producer, m.Name, m.Doc, m.Opsets[""], m.IR)
	}
	for _, p := range net.Params() {
		if c := m.Constants[p.Name]; c == nil || c.Len() != p.Value.Shape().TotalSize() {
			t.Errorf("%s: want its numbers, got %v", p.Name, c)
		}
	}
	if len(m.Constants) != len(net.Params()) {
		t.Errorf("want the %d parameters alone, got %d constants", len(net.Params()), len(m.Constants))
	}
}

// The opset is the least that the network's ops have, unless another is asked for.
func TestONNXOpset(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		shape graph.Shape
		asked int
		want  string
	}{
		{graph.ReLU, graph.Shape{2}, 0, "17 Relu"},
		{graph.ReLU, graph.Shape{2}, 19, "19 Relu"},
		{graph.Mish, graph.Shape{2}, 0, "18 Mish"},
		{graph.Mish, graph.Shape{2}, 17, "17 Softplus Tanh Mul"},
		{graph.GELU, graph.Shape{2}, 0, "20 Gelu"},
		{graph.GELU, graph.Shape{2}, 19, "19 Mul Erf Add Mul Mul"},
		{graph.GELUTanh, graph.Shape{2}, 0, "20 Gelu"},
		{graph.GroupNorm{Groups: 2}, graph.Shape{4, 2, 2}, 0, "21 GroupNormalization"},
		{graph.GroupNorm{Groups: 2}, graph.Shape{4, 2, 2}, 20, "20 Reshape InstanceNormalization Reshape Mul Add"},
		{graph.Pad{Before: []int{2}, Border: graph.PadWrap}, graph.Shape{3}, 0, "19 Pad"},
		{graph.Pad{Before: []int{2}, Border: graph.PadWrap}, graph.Shape{3}, 18, "18 Gather"},
		{graph.Pad{Before: []int{2}, Border: graph.PadReflect}, graph.Shape{3}, 0, "17 Pad"},
		{graph.AveragePool2D{Dilation: 2}, graph.Shape{1, 5, 5}, 0, "19 AveragePool"},
		{graph.AveragePool2D{Dilation: 2}, graph.Shape{1, 5, 5}, 17, "17 Conv Div"},
		{graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, Ceil: true, CountPadding: true}, graph.Shape{1, 6, 6}, 0, "17 Pad AveragePool"},
		{graph.Resize{ScaleH: 1.3, Interpolation: graph.Bilinear, Coordinates: graph.HalfPixelSymmetric}, graph.Shape{2, 5, 7}, 0, "19 Resize"},
		{graph.Resize{ScaleH: 1.3, Interpolation: graph.Bilinear, Coordinates: graph.HalfPixelSymmetric}, graph.Shape{2, 5, 7}, 17, "17 MatMul Transpose MatMul Transpose"},
		{graph.Resize{ScaleH: 2, Interpolation: graph.Bilinear, Coordinates: graph.HalfPixelSymmetric}, graph.Shape{2, 5, 7}, 0, "17 Resize"},
		{graph.Resize{ScaleH: 1.3, Interpolation: graph.Bilinear, Coordinates: graph.AlignCorners}, graph.Shape{2, 5, 7}, 0, "17 MatMul Transpose MatMul Transpose"},
		{graph.Resize{Size: 3, Interpolation: graph.Bicubic}, graph.Shape{2, 5, 7}, 0, "17 Resize"},
		{graph.Resize{Size: 3, Interpolation: graph.Bicubic, Antialias: true}, graph.Shape{2, 5, 7}, 0, "18 Resize"},
		{graph.Resize{Size: 3, Interpolation: graph.Bicubic, Antialias: true}, graph.Shape{2, 5, 7}, 17, "17 MatMul Transpose MatMul Transpose"},
		{graph.Resize{Size: 9, Interpolation: graph.Bicubic, Antialias: true}, graph.Shape{2, 5, 7}, 0, "17 Resize"},
		{graph.Resize{Size: 3, Coordinates: graph.CropAndResize}, graph.Shape{2, 5, 7}, 0, "18 Resize"},
		{graph.Resize{Size: 3, Coordinates: graph.CropAndResize, Region: graph.Region{Top: 0.5, Bottom: 1.6, Right: 0.5}}, graph.Shape{2, 5, 7}, 17, "17 Gather Gather Pad"},
		{graph.Resize{Size: 3, Interpolation: graph.Bilinear, Coordinates: graph.CropAndResize}, graph.Shape{2, 5, 7}, 17, "17 MatMul Transpose MatMul Transpose"},
		{graph.Upsample{}, graph.Shape{2, 5, 7}, 0, "17 Resize"},
		{graph.Upsample{Interpolation: graph.Bilinear}, graph.Shape{2, 5, 7}, 0, "17 Resize"},
		{graph.LayerNorm{}, graph.Shape{2, 5, 7}, 0, "17 Transpose LayerNormalization Transpose"},
		{graph.LayerNorm{Whole: true}, graph.Shape{2, 5, 7}, 0, "17 LayerNormalization"},
		{graph.LocalResponseNorm{}, graph.Shape{6, 5, 7}, 0, "17 LRN"},
		{graph.SiLU, graph.Shape{2}, 0, "17 Sigmoid Mul"},
		{graph.Tile{Repeats: []int{2}}, graph.Shape{3}, 0, "17 Tile"},
		{graph.Expand{To: graph.Shape{3}}, graph.Shape{1}, 0, "17 Expand"},
		{graph.Take{Indices: []int{1, 2}}, graph.Shape{3}, 0, "17 Slice"},
		{graph.Take{Indices: []int{1, 0, 2}}, graph.Shape{3}, 0, "17 Gather"},
	} {
		net, err := graph.New(graph.Config{Input: c.shape}, c.layer)
		if err != nil {
			t.Fatal(err)
		}
		m, err := onnx.Read(bytes.NewReader(asONNX(t, exported{net: net, format: graph.ONNXFormat{Opset: c.asked}})), onnx.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(m.Opsets[""])
		for _, n := range m.Nodes {
			got += " " + n.OpType
		}
		if got != c.want {
			t.Errorf("%v, opset %d: want %s, got %s", c.layer, c.asked, c.want, got)
		}
	}
}

// A network of Float64 is written in float32, unless a number is too large for that.
func TestONNXOfFloat64(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{3}, Dtype: graph.Float64, Seed: 1}, graph.Dense{Units: 2, Activation: graph.Tanh}, graph.Rescaling{Scale: 3})
	if err != nil {
		t.Fatal(err)
	}
	again, err := graph.DecodeONNX(bytes.NewReader(asONNX(t, exported{net: net})), graph.ONNXConfig{})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range net.Params()[0].Value.Data().([]float64) {
		if got := values(again.Params()[0].Value)[i]; got != float32(w) {
			t.Errorf("kernel %d: want %v, got %v", i, float32(w), got)
		}
	}
	put(net.Params()[1].Value, 1, 1e60)
	oneLine(t, net.WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{}), "dense_1/bias: want numbers that float32 holds, got 1e+60")
	net, err = graph.New(graph.Config{Input: graph.Shape{3}, Dtype: graph.Float64}, graph.Rescaling{Scale: 1e200})
	if err != nil {
		t.Fatal(err)
	}
	oneLine(t, net.WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{}), "rescaling_1: Rescaling{Scale: 1e+200}: want numbers that float32 holds, got 1e+200")
}

func TestONNXRefuses(t *testing.T) {
	net := smallNet(t)
	for _, opset := range []int{-1, 16, 24} {
		oneLine(t, net.WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{Opset: opset}), fmt.Sprintf("want an Opset of 17 to 23, or 0, got %d", opset))
	}
	for _, nothing := range []*graph.Network{nil, {}} {
		oneLine(t, nothing.WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{}), "want a network, got one of nothing")
		oneLine(t, nothing.SaveONNX(filepath.Join(t.TempDir(), "x.onnx")), "x.onnx: want a network, got one of nothing")
	}
	if err := net.SetDetails(graph.Details{Classes: []string{"a", "b", "c"}, Metadata: map[string]string{"classes": "mine"}}); err != nil {
		t.Fatal(err)
	}
	oneLine(t, net.WriteONNX(&bytes.Buffer{}, graph.ONNXFormat{}), `details: want no Metadata called "classes"`)
}

// Class names, scaling and metadata go there and come back.
func TestONNXDetails(t *testing.T) {
	net := smallNet(t)
	d := details()
	if err := net.SetDetails(d); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.onnx")
	if err := net.SaveONNX(path); err != nil {
		t.Fatal(err)
	}
	again, err := graph.ReadONNX(path, graph.ONNXConfig{})
	if err != nil {
		t.Fatal(err)
	}
	d.Settings, d.Figures, d.Tensors = nil, nil, nil
	if diff := cmp.Diff(d, again.Details()); diff != "" {
		t.Errorf("-written +read: %s", diff)
	}
	if got := again.Config().Name; got != "small" {
		t.Errorf("want the name small, got %s", got)
	}
}

// The golden file is of the first version that wrote ONNX; it reads for ever, and is
// written again bit for bit as long as nobody means to change the form.
func TestGoldenONNX(t *testing.T) {
	const path = "testdata/small_v1.onnx"
	if *update {
		if err := goldenONNX(t).SaveONNX(path); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, asONNX(t, exported{net: goldenONNX(t)})) {
		t.Errorf("%s: written today it is another, see -update", path)
	}
	net, err := graph.DecodeONNX(bytes.NewReader(file), graph.ONNXConfig{})
	if err != nil {
		t.Fatal(err)
	}
	want := `input := graph.Input("input", 1, 6, 6)
a := input.Then(
	graph.Conv2D{Filters: 2, Kernel: 3, Padding: 1},
	graph.BatchNorm{Momentum: 0.99, Epsilon: 0.001},
	graph.ReLU,
	graph.MaxPool2D{},
) // (N, 2, 3, 3), 28 parameters
b := a.Then(graph.Conv2D{Filters: 2, Kernel: 1, NoBias: true}, graph.SiLU) // (N, 2, 3, 3), 4 parameters
c := graph.Join(graph.Sum, b, a) // (N, 2, 3, 3)
d := c.Then(graph.Reshape{To: graph.Shape{18}}, graph.Dense{Units: 3}, graph.Softmax) // (N, 3), 57 parameters
net, err := graph.Compose(graph.Config{Name: "small"}, d)
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(net.String(), "\n")); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
	_, wanted := computes(t, goldenONNX(t), 2)
	_, got := computes(t, net, 2)
	if off := apart(wanted[0], got[0]); !(off < 1e-5) {
		t.Errorf("it computes what is %.2g off", off)
	}
}

// A ready network reads again as code that one might have written.
func TestONNXReadsAsCode(t *testing.T) {
	lesson, err := nets.New("lesson", nets.Config{})
	if err != nil {
		t.Fatal(err)
	}
	net, err := graph.DecodeONNX(bytes.NewReader(asONNX(t, exported{net: lesson})), graph.ONNXConfig{})
	if err != nil {
		t.Fatal(err)
	}
	want := `net, err := graph.New(graph.Config{Name: "lesson", Input: graph.Shape{1, 28, 28}},
	graph.Conv2D{Filters: 64, Kernel: 3}, // (N, 64, 26, 26), 640 parameters
	graph.ReLU, // (N, 64, 26, 26)
	graph.MaxPool2D{}, // (N, 64, 13, 13)
	graph.Conv2D{Filters: 64, Kernel: 3}, // (N, 64, 11, 11), 36,928 parameters
	graph.ReLU, // (N, 64, 11, 11)
	graph.MaxPool2D{}, // (N, 64, 5, 5)
	graph.Reshape{To: graph.Shape{1600}}, // (N, 1600)
	graph.Dense{Units: 128}, // (N, 128), 204,928 parameters
	graph.ReLU, // (N, 128)
	graph.Dense{Units: 10}, // (N, 10), 1,290 parameters
	graph.Softmax, // (N, 10)
)
`
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(net.String(), "\n")); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
}

// goldenONNX is the network in testdata/small_v1.onnx, which WriteONNX wrote, with class
// names and scaling.
func goldenONNX(t testing.TB) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Name: "small", Input: graph.Shape{1, 6, 6}},
		graph.Conv2D{Filters: 2, Kernel: 3, Padding: graph.Same, Init: graph.Zeros}, graph.BatchNorm{}, graph.ReLU, graph.MaxPool2D{},
		graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: 2, Kernel: 1, NoBias: true, Init: graph.Zeros}, graph.SiLU}}, graph.Dropout{Rate: 0.5},
		graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax, Init: graph.Zeros})
	if err != nil {
		t.Fatal(err)
	}
	if err := nudged(net).SetDetails(graph.Details{Classes: []string{"shirt", "Ärmel", "boot"}, Input: graph.Scaling{Mean: []float64{0.5}, Deviation: []float64{0.25}}}); err != nil {
		t.Fatal(err)
	}
	return net
}
