package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// TestGoldenOperators compares layers and joiners that other frameworks' graphs
// are made of with PyTorch, forward and backward, on both engines.
// testdata/golden/operators.py has written it.
func TestGoldenOperators(t *testing.T) {
	f := golden.OpenFile(t, "testdata/golden/operators.safetensors")
	join := func(j graph.Joiner, of ...graph.Layer) graph.Layer { return graph.Branches{Join: j, Of: of} }
	turned := graph.Permute{Axes: []int{0, 2, 1}}
	for name, layer := range map[string]graph.Layer{
		"functions":  graph.Chain{graph.Negative, graph.Abs, graph.Rescaling{Offset: -1}, graph.CELU{Alpha: 0.7}, graph.Exp, graph.Sqrt, graph.Log, graph.Rescaling{Scale: 1.5, Offset: 0.25}},
		"gates":      graph.Chain{graph.ThresholdedReLU{Alpha: 0.5}, graph.Clip{Low: -1.5, High: 1.2}, graph.Softplus, graph.Reciprocal, graph.Pow{Exponent: 1.7}},
		"erf":        join(graph.Sum, graph.Erf, graph.Swish{Alpha: 1.702}),
		"difference": join(graph.Difference, graph.Tanh, graph.Reduce{Axes: []int{1, 2}, Keep: true}),
		"quotient":   join(graph.Quotient, graph.Softplus, graph.Chain{graph.Reduce{By: graph.ReduceSum, Axes: []int{0}, Keep: true}, graph.Softplus}),
		"minimum":    join(graph.Minimum, graph.Tanh, graph.Chain{graph.Reduce{By: graph.ReduceMax, Axes: []int{-1}, Keep: true}, graph.Rescaling{Offset: -1.5}}),
		"power":      join(graph.Power, graph.Softplus, graph.Reduce{Axes: []int{0, 1}}),
		"matmul":     join(graph.MatMul, graph.Tanh, turned),
		"matmul, one for all": join(graph.MatMul, graph.Tanh,
			graph.Chain{graph.Reduce{By: graph.ReduceMin, Axes: []int{0}, Keep: true}, turned}),
		"softmax of rows":            graph.SoftmaxAlong{Axis: 1},
		"log softmax of columns":     graph.SoftmaxAlong{Axis: -1, Log: true},
		"layer norm of the last two": graph.LayerNorm{Last: 2, Epsilon: 1e-5, NoScale: true, NoShift: true},
		"group norm of a volume":     graph.GroupNorm{Groups: 2, Epsilon: 1e-5, NoScale: true, NoShift: true},
		"local response norm":        graph.LocalResponseNorm{Size: 3, Alpha: 0.5, Beta: 0.6, Bias: 1.5},
		"bilinear, corners":          graph.Resize{Size: graph.Rect(7, 4), Interpolation: graph.Bilinear, Coordinates: graph.AlignCorners},
		"bilinear, scaled":           graph.Resize{ScaleH: 1.7, ScaleW: 0.8, Interpolation: graph.Bilinear},
		"nearest":                    graph.Resize{Size: graph.Rect(7, 4), Coordinates: graph.Asymmetric, Rounding: graph.RoundDown},
		"nearest, exact":             graph.Resize{Size: graph.Rect(8, 4), Rounding: graph.HalfUp},
		"bicubic":                    graph.Resize{Size: graph.Rect(7, 4), Interpolation: graph.Bicubic},
		"bicubic, corners":           graph.Resize{Size: graph.Rect(4, 9), Interpolation: graph.Bicubic, Coordinates: graph.AlignCorners},
		"bicubic, scaled":            graph.Resize{ScaleH: 1.7, ScaleW: 0.8, Interpolation: graph.Bicubic},
		"bilinear, antialiased":      graph.Resize{Size: graph.Rect(7, 2), Interpolation: graph.Bilinear, Antialias: true, ExcludeOutside: true},
		"bicubic, antialiased":       graph.Resize{Size: graph.Rect(2, 7), Interpolation: graph.Bicubic, Coefficient: -0.5, Antialias: true, ExcludeOutside: true},
		"pixel shuffle":              graph.DepthToSpace{ColumnRowDepth: true},
		"pixel unshuffle":            graph.Chain{graph.Slice{Axis: 1, To: 4}, graph.SpaceToDepth{ColumnRowDepth: true}},
		"pad, constant":              graph.Pad{Before: []int{2, 0, 1}, After: []int{0, 3, -2}, Value: 0.75},
		"pad, reflect":               graph.Pad{Before: []int{0, 0, 3}, After: []int{0, 4, 1}, Border: graph.PadReflect},
		"pad, edge":                  graph.Pad{Before: []int{0, 0, 3}, After: []int{0, 7, 1}, Border: graph.PadEdge},
		"pad, wrap":                  graph.Pad{Before: []int{0, 0, 3}, After: []int{0, 4, 1}, Border: graph.PadWrap},
		"flip":                       graph.Slice{Axis: 2, Step: -1},
		"take":                       graph.Take{Axis: 1, Indices: []int{4, 0, 0, 3}},
		"tile":                       graph.Tile{Repeats: []int{2, 1, 3}},
		"expand":                     graph.Chain{graph.Slice{Axis: 1, To: 1}, graph.Expand{To: graph.Shape{4, 3, 6}}},
		"concat of columns":          join(graph.ConcatAlong{Axis: -1}, graph.Tanh, graph.Slice{Axis: 2, From: 1, To: 3}),
	} {
		for _, e := range bothEngines {
			t.Run(fmt.Sprint(name, "/", e), func(t *testing.T) { checkGoldenLayer(t, f, name, layer, e) })
		}
	}
}

// TestGoldenReference compares with ONNX' reference evaluator, forward alone.
func TestGoldenReference(t *testing.T) {
	f := golden.OpenFile(t, "testdata/golden/operators.safetensors")
	layers := map[string]graph.Layer{
		"onnx/local response norm":   graph.LocalResponseNorm{Size: 4, Alpha: 0.5, Beta: 0.6, Bias: 1.5},
		"onnx/depth to space":        graph.DepthToSpace{},
		"onnx/space to depth":        graph.SpaceToDepth{},
		"onnx/max pool":              graph.MaxPool2D{Size: 3, Stride: 1, Padding: 2},
		"onnx/average pool":          graph.AveragePool2D{Size: 3, Stride: 1, Padding: 2, CountPadding: true},
		"onnx/average pool, dilated": graph.AveragePool2D{Size: 2, Stride: 1, Dilation: graph.Rect(2, 3)},
		"onnx/layer norm":            graph.LayerNorm{Last: 2, Epsilon: 0.01},
		"onnx/celu":                  graph.CELU{Alpha: 1.3},
		"onnx/thresholded relu":      graph.ThresholdedReLU{Alpha: 0.8},
		"onnx/mean":                  graph.Reduce{Axes: []int{0, -1}},
	}
	for name := range f.Metadata {
		if strings.HasPrefix(name, "resize/") {
			layers[name] = goldenResize(t, f, name)
		}
	}
	if len(layers) != 126 {
		t.Errorf("%d cases, want 126", len(layers))
	}
	for name, layer := range layers {
		for _, e := range bothEngines {
			x, y := f.Get(t, name+".x"), f.Get(t, name+".y")
			net, err := graph.New(graph.Config{Input: x.Shape[1:], Engine: e}, layer)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: x.Shape[0]})
			copy(p.Inputs[0].Data().([]float32), x.Data)
			run(t, p)
			if !p.Outputs[0].Shape().Eq(graph.Shape(y.Shape)) {
				t.Fatalf("%s: an output of %v, want %v", name, p.Outputs[0].Shape(), y.Shape)
			}
			close32(t, fmt.Sprint(name, " ", e, ": y"), p.Outputs[0], y.Data, forwardTolerance)
		}
	}
}

// goldenResize is the layer of a case of ONNX' Resize.
func goldenResize(t *testing.T, f *golden.File, name string) graph.Layer {
	t.Helper()
	var c struct {
		Mode, Nearest_mode, Coordinate_transformation_mode string
		Cubic_coeff_a, Extrapolation_value                 float64
		Antialias, Exclude_outside                         int
		Scales                                             [2]float64
		Size                                               [2]int
		Region                                             [4]float64
	}
	f.Case(t, name, &c)
	l := graph.Resize{
		ScaleH: c.Scales[0], ScaleW: c.Scales[1], Coefficient: c.Cubic_coeff_a, Antialias: c.Antialias != 0, ExcludeOutside: c.Exclude_outside != 0,
		Region: graph.Region{Top: c.Region[0], Left: c.Region[1], Bottom: c.Region[2], Right: c.Region[3]}, Extrapolation: c.Extrapolation_value,
	}
	if c.Size != [2]int{} {
		l.Size = graph.Rect(c.Size[0], c.Size[1])
	}
	l.Coordinates = map[string]graph.Coordinates{
		"half_pixel": graph.HalfPixel, "asymmetric": graph.Asymmetric, "align_corners": graph.AlignCorners,
		"pytorch_half_pixel": graph.PyTorchHalfPixel, "half_pixel_symmetric": graph.HalfPixelSymmetric, "tf_crop_and_resize": graph.CropAndResize,
	}[c.Coordinate_transformation_mode]
	l.Rounding = map[string]graph.Rounding{
		"round_prefer_floor": graph.HalfDown, "round_prefer_ceil": graph.HalfUp, "floor": graph.RoundDown, "ceil": graph.RoundUp,
	}[c.Nearest_mode]
	l.Interpolation = map[string]graph.Interpolation{"nearest": graph.Nearest, "linear": graph.Bilinear, "cubic": graph.Bicubic}[c.Mode]
	return l
}
