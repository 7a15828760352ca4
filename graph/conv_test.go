package graph_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
	"euryale/internal/golden"
)

// slowWindow is a window of its own in each direction, height first, and where
// it begins above and on the left. 0 means 1 for strides, dilations and groups.
type slowWindow struct {
	stride, dilation, before [2]int
	groups                   int
}

// pixels calls f with each tap (u, v) of a kernel, output (i, j) and the pixel
// (y, x) of an image of h×w that lies under it.
func (s slowWindow) pixels(kernel, out [2]int, h, w int, f func(u, v, i, j, y, x int)) {
	place := func(d, i, u int) int { return i*max(s.stride[d], 1) + u*max(s.dilation[d], 1) - s.before[d] }
	for u := range kernel[0] {
		for v := range kernel[1] {
			for i := range out[0] {
				for j := range out[1] {
					if y, x := place(0, i, u), place(1, j, v); y >= 0 && y < h && x >= 0 && x < w {
						f(u, v, i, j, y, x)
					}
				}
			}
		}
	}
}

// slowGrouped is a convolution with the weight of that name, of which the
// output has the given sides.
func slowGrouped(name string, s slowWindow, h, w int) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		k := weights[name]
		y := layertest.Zeros(x.Shape[0], k.Shape[0], h, w)
		each := k.Shape[0] / max(s.groups, 1)
		s.pixels([2]int{k.Shape[2], k.Shape[3]}, [2]int{h, w}, x.Shape[2], x.Shape[3], func(u, v, i, j, row, col int) {
			for n := range x.Shape[0] {
				for f := range k.Shape[0] {
					for c := range k.Shape[1] {
						y.Data[((n*k.Shape[0]+f)*h+i)*w+j] += k.At(f, c, u, v) * x.At(n, f/each*k.Shape[1]+c, row, col)
					}
				}
			}
		})
		return slowBias(y, weights)
	}
}

// slowTransposed adds each value of x to the pixels of an output of the given
// sides.
func slowTransposed(s slowWindow, h, w int) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		k, groups := weights["kernel"], max(s.groups, 1)
		filters := k.Shape[1] * groups
		y := layertest.Zeros(x.Shape[0], filters, h, w)
		s.pixels([2]int{k.Shape[2], k.Shape[3]}, [2]int{x.Shape[2], x.Shape[3]}, h, w, func(u, v, i, j, row, col int) {
			for n := range x.Shape[0] {
				for c := range x.Shape[1] {
					for f := range k.Shape[1] {
						to := c/(x.Shape[1]/groups)*k.Shape[1] + f
						y.Data[((n*filters+to)*h+row)*w+col] += k.At(c, f, u, v) * x.At(n, c, i, j)
					}
				}
			}
		})
		return slowBias(y, weights)
	}
}

func slowBias(y layertest.Array, weights map[string]layertest.Array) layertest.Array {
	b, ok := weights["bias"]
	if !ok || len(y.Shape) < 4 || y.Shape[1] != b.Shape[0] {
		return y
	}
	area := y.Shape[2] * y.Shape[3]
	for i := range y.Data {
		y.Data[i] += b.Data[i/area%y.Shape[1]]
	}
	return y
}

// slowSeparable is both steps; only the second has a bias.
func slowSeparable(s slowWindow, h, w int) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		first := map[string]layertest.Array{"depthwise": weights["depthwise"]}
		return slowGrouped("pointwise", slowWindow{}, h, w)(slowGrouped("depthwise", s, h, w)(x, first), weights)
	}
}

// slowRow is slowGrouped on sequences.
func slowRow(s slowWindow, length int) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		row := layertest.Array{Shape: graph.Shape{x.Shape[0], x.Shape[1], 1, x.Shape[2]}, Data: x.Data}
		y := slowGrouped("kernel", s, 1, length)(row, weights)
		y.Shape = graph.Shape{y.Shape[0], y.Shape[1], length}
		return y
	}
}

func TestConvolutions(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name:  "conv, rectangular",
			Layer: graph.Conv2D{Filters: 3, Kernel: graph.Rect(2, 4), Stride: graph.Rect(2, 1), Padding: graph.Pads(0, 1, 2, 0), Dilation: graph.Rect(2, 1)},
			Input: graph.Shape{2, 7, 6}, Output: graph.Shape{3, 3, 5}, Params: 3*2*8 + 3,
			Printed: "Conv2D{Filters: 3, Kernel: Rect(2, 4), Stride: Rect(2, 1), Padding: Pads(0, 1, 2, 0), Dilation: Rect(2, 1)}",
			Refused: graph.Shape{2, 1, 6}, Error: "want an image of at least 2×2 pixels, got (N, 2, 1, 6)",
			Slow: slowGrouped("kernel", slowWindow{stride: [2]int{2, 1}, dilation: [2]int{2, 1}, before: [2]int{0, 2}}, 3, 5),
		},
		{
			Name:  "conv, groups",
			Layer: graph.Conv2D{Filters: 6, Kernel: 3, Padding: graph.Same, Groups: 2, Activation: graph.ReLU},
			Input: graph.Shape{4, 5, 6}, Output: graph.Shape{6, 5, 6}, Params: 6*2*9 + 6,
			Printed: "Conv2D{Filters: 6, Kernel: 3, Padding: Same, Groups: 2, Activation: ReLU}",
			Refused: graph.Shape{3, 5, 6}, Error: "want Groups that divides 3 channels and 6 Filters, got 2",
			Slow: then(slowGrouped("kernel", slowWindow{before: [2]int{1, 1}, groups: 2}, 5, 6), relu),
		},
		{
			Name:  "conv, wide groups",
			Layer: graph.Conv2D{Filters: 4, Kernel: graph.Rect(3, 2), Stride: graph.Rect(1, 2), Groups: 2, NoBias: true},
			Input: graph.Shape{10, 5, 7}, Output: graph.Shape{4, 3, 3}, Params: 4 * 5 * 6,
			Printed: "Conv2D{Filters: 4, Kernel: Rect(3, 2), Stride: Rect(1, 2), Groups: 2, NoBias: true}",
			Slow:    slowGrouped("kernel", slowWindow{stride: [2]int{1, 2}, groups: 2}, 3, 3),
		},
		{
			Name:  "conv, wide groups with bias and ReLU",
			Layer: graph.Conv2D{Filters: 3, Kernel: 2, Groups: 3, Activation: graph.ReLU}, Batch: 3,
			Input: graph.Shape{12, 4, 4}, Output: graph.Shape{3, 3, 3}, Params: 3*4*4 + 3,
			Printed: "Conv2D{Filters: 3, Kernel: 2, Groups: 3, Activation: ReLU}",
			Slow:    then(slowGrouped("kernel", slowWindow{groups: 3}, 3, 3), relu),
		},
		{
			Name: "depthwise", Layer: graph.DepthwiseConv2D{Kernel: 3, Padding: graph.Same, Stride: 2},
			Input: graph.Shape{3, 6, 5}, Output: graph.Shape{3, 3, 3}, Params: 3*9 + 3,
			Printed: "DepthwiseConv2D{Kernel: 3, Stride: 2, Padding: Same}",
			Refused: graph.Shape{3}, Error: "want an image (N, C, H, W), got (N, 3)",
			Slow: slowGrouped("kernel", slowWindow{stride: [2]int{2, 2}, before: [2]int{0, 1}, groups: 3}, 3, 3),
		},
		{
			Name:  "depthwise, multiplier",
			Layer: graph.DepthwiseConv2D{Kernel: graph.Rect(1, 3), Multiplier: 2, Dilation: graph.Rect(1, 2), NoBias: true, Activation: graph.Tanh, Init: graph.HeNormal},
			Input: graph.Shape{2, 3, 8}, Output: graph.Shape{4, 3, 4}, Params: 4 * 3, Batch: 1,
			Printed: "DepthwiseConv2D{Kernel: Rect(1, 3), Multiplier: 2, Dilation: Rect(1, 2), NoBias: true, Activation: Tanh, Init: HeNormal}",
			Refused: graph.Shape{2, 3, 4}, Error: "want an image of at least 1×5 pixels",
			Slow: then(slowGrouped("kernel", slowWindow{dilation: [2]int{1, 2}, groups: 2}, 3, 4), math.Tanh),
		},
		{
			Name: "depthwise of one channel", Layer: graph.DepthwiseConv2D{Kernel: 2, Multiplier: 3},
			Input: graph.Shape{1, 4, 4}, Output: graph.Shape{3, 3, 3}, Params: 3*4 + 3,
			Printed: "DepthwiseConv2D{Kernel: 2, Multiplier: 3}", Slow: slowGrouped("kernel", slowWindow{}, 3, 3),
		},
		{
			Name:  "separable",
			Layer: graph.SeparableConv2D{Filters: 4, Kernel: 3, Multiplier: 2, Padding: 1, Activation: graph.ReLU},
			Input: graph.Shape{3, 4, 5}, Output: graph.Shape{4, 4, 5}, Params: 6*9 + 4*6 + 4,
			Printed: "SeparableConv2D{Filters: 4, Kernel: 3, Multiplier: 2, Padding: 1, Activation: ReLU}",
			Refused: graph.Shape{3, 4}, Error: "want an image (N, C, H, W), got (N, 3, 4)",
			Slow: then(slowSeparable(slowWindow{before: [2]int{1, 1}, groups: 3}, 4, 5), relu),
		},
		{
			Name:  "separable, strides",
			Layer: graph.SeparableConv2D{Filters: 2, Kernel: graph.Rect(3, 2), Stride: graph.Rect(2, 1), NoBias: true},
			Input: graph.Shape{2, 7, 5}, Output: graph.Shape{2, 3, 4}, Params: 2*6 + 2*2,
			Printed: "SeparableConv2D{Filters: 2, Kernel: Rect(3, 2), Stride: Rect(2, 1), NoBias: true}",
			Refused: graph.Shape{2, 2, 5}, Error: "want an image of at least 3×2 pixels, got (N, 2, 2, 5)",
			Slow: slowSeparable(slowWindow{stride: [2]int{2, 1}, groups: 2}, 3, 4),
		},
		{
			Name: "transposed", Layer: graph.Conv2DTranspose{Filters: 2, Kernel: 3},
			Input: graph.Shape{3, 4, 3}, Output: graph.Shape{2, 6, 5}, Params: 3*2*9 + 2,
			Printed: "Conv2DTranspose{Filters: 2, Kernel: 3}",
			Refused: graph.Shape{3, 4}, Error: "want an image (N, C, H, W), got (N, 3, 4)",
			Slow: slowTransposed(slowWindow{}, 6, 5),
		},
		{
			Name: "transposed, same", Layer: graph.Conv2DTranspose{Filters: 2, Kernel: 4, Stride: 2, Padding: graph.Same, Activation: graph.ReLU},
			Input: graph.Shape{3, 3, 4}, Output: graph.Shape{2, 6, 8}, Params: 3*2*16 + 2,
			Printed: "Conv2DTranspose{Filters: 2, Kernel: 4, Stride: 2, Padding: Same, Activation: ReLU}",
			Slow:    then(slowTransposed(slowWindow{stride: [2]int{2, 2}, before: [2]int{1, 1}}, 6, 8), relu),
		},
		{
			Name: "transposed, same, small kernel", Layer: graph.Conv2DTranspose{Filters: 1, Kernel: graph.Rect(1, 3), Stride: 3, Padding: graph.Same}, Batch: 1,
			Input: graph.Shape{1, 2, 2}, Output: graph.Shape{1, 6, 6}, Params: 4,
			Printed: "Conv2DTranspose{Filters: 1, Kernel: Rect(1, 3), Stride: 3, Padding: Same}",
			Slow:    slowTransposed(slowWindow{stride: [2]int{3, 3}}, 6, 6),
		},
		{
			Name:  "transposed, everything",
			Layer: graph.Conv2DTranspose{Filters: 4, Kernel: graph.Rect(3, 2), Stride: graph.Rect(2, 3), Padding: graph.Pads(1, 0, 0, 1), OutputPadding: graph.Rect(1, 2), Dilation: graph.Rect(1, 2), Groups: 2, NoBias: true, Init: graph.HeUniform},
			Input: graph.Shape{6, 3, 2}, Output: graph.Shape{4, 7, 7}, Params: 6 * 2 * 6,
			Printed: "Conv2DTranspose{Filters: 4, Kernel: Rect(3, 2), Stride: Rect(2, 3), Padding: Pads(1, 0, 0, 1), OutputPadding: Rect(1, 2), Dilation: Rect(1, 2), Groups: 2, NoBias: true, Init: HeUniform}",
			Refused: graph.Shape{5, 3, 2}, Error: "want Groups that divides 5 channels and 4 Filters, got 2",
			Slow: slowTransposed(slowWindow{stride: [2]int{2, 3}, dilation: [2]int{1, 2}, before: [2]int{1, 0}, groups: 2}, 7, 7),
		},
		{
			Name: "transposed, cut", Layer: graph.Conv2DTranspose{Filters: 1, Kernel: 2, Padding: 2},
			Input: graph.Shape{1, 4, 4}, Output: graph.Shape{1, 1, 1}, Params: 5,
			Printed: "Conv2DTranspose{Filters: 1, Kernel: 2, Padding: 2}",
			Refused: graph.Shape{1, 3, 4}, Error: "want an image of at least 4×4 pixels, got (N, 1, 3, 4)",
			Slow: slowTransposed(slowWindow{before: [2]int{2, 2}}, 1, 1),
		},
		{
			Name: "conv of sequences", Layer: graph.Conv1D{Filters: 3, Kernel: 3, Padding: graph.Same, Stride: 2, Activation: graph.ReLU},
			Input: graph.Shape{2, 8}, Output: graph.Shape{3, 4}, Params: 3*2*3 + 3,
			Printed: "Conv1D{Filters: 3, Kernel: 3, Stride: 2, Padding: Same, Activation: ReLU}",
			Refused: graph.Shape{2, 8, 1}, Error: "want sequences (N, C, L), got (N, 2, 8, 1)",
			Slow: then(slowRow(slowWindow{stride: [2]int{1, 2}}, 4), relu),
		},
		{
			Name: "conv of sequences, causal", Layer: graph.Conv1D{Filters: 4, Kernel: 3, Padding: graph.Pads(0, 0, 4, 0), Dilation: 2, Groups: 2, NoBias: true},
			Input: graph.Shape{2, 6}, Output: graph.Shape{4, 6}, Params: 4 * 3,
			Printed: "Conv1D{Filters: 4, Kernel: 3, Padding: Pads(0, 0, 4, 0), Dilation: 2, Groups: 2, NoBias: true}",
			Refused: graph.Shape{3, 6}, Error: "want Groups that divides 3 channels and 4 Filters, got 2",
			Slow: slowRow(slowWindow{dilation: [2]int{1, 2}, before: [2]int{0, 4}, groups: 2}, 6),
		},
		{
			Name: "conv of sequences, short", Layer: graph.Conv1D{Filters: 1, Kernel: 4, Padding: 1}, Batch: 1,
			Input: graph.Shape{1, 2}, Output: graph.Shape{1, 1}, Params: 5, Printed: "Conv1D{Filters: 1, Kernel: 4, Padding: 1}",
			Refused: graph.Shape{1, 1}, Error: "want sequences of at least 2 elements, got (N, 1, 1)",
			Slow: slowRow(slowWindow{before: [2]int{0, 1}}, 1),
		},
	} {
		layertest.Run(t, c)
	}
}

// TestWrongConvolutions asks for what none of them is.
func TestWrongConvolutions(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.Conv2D{Filters: 4, Kernel: 3, Groups: -1}, "conv2d_1: Conv2D{Filters: 4, Kernel: 3, Groups: -1}: want Groups of at least 1, or 0 for 1, got -1"},
		{graph.Conv2D{Filters: 3, Kernel: 3, Groups: 2}, "want Groups that divides 4 channels and 3 Filters, got 2"},
		{graph.DepthwiseConv2D{Kernel: 3, Multiplier: -1}, "want Multiplier of at least 1, or 0 for 1, got -1"},
		{graph.DepthwiseConv2D{}, "want Kernel of at least 1, got 0"},
		{graph.DepthwiseConv2D{Kernel: 3, Multiplier: 1 << 60}, "want Multiplier below 2³⁰, got 1152921504606846976"},
		{graph.DepthwiseConv2D{Kernel: 3, Multiplier: 1 << 29}, "want a shape of 1 to 2³¹ values"},
		{graph.SeparableConv2D{Kernel: 3}, "want Filters of at least 1, got 0"},
		{graph.SeparableConv2D{Filters: 1, Kernel: 3, Multiplier: -1}, "want Multiplier of at least 1, or 0 for 1, got -1"},
		{graph.SeparableConv2D{Filters: 1, Kernel: 3, Stride: -1}, "want Stride of at least 1, or 0 for 1, got -1"},
		{graph.Conv2DTranspose{Kernel: 3}, "want Filters of at least 1, got 0"},
		{graph.Conv2DTranspose{Filters: 4, Kernel: 3, Groups: -1}, "want Groups of at least 1, or 0 for 1, got -1"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: graph.Rect(3, 0)}, "want Kernel of at least 1, got Rect(3, 0)"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, OutputPadding: 1}, "want OutputPadding from 0, below Stride or Dilation (1), got 1"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, Stride: 2, OutputPadding: -1}, "want OutputPadding from 0, below Stride or Dilation (2), got -1"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, Stride: graph.Rect(2, 1), OutputPadding: graph.Rect(1, 1)}, "want OutputPadding from 0, below Stride or Dilation (1), got 1"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 3, Stride: 2, Padding: graph.Same, OutputPadding: 1}, "want OutputPadding of 0 with Same, got 1"},
		{graph.Conv2DTranspose{Filters: 1, Kernel: 1, Padding: graph.Pads(5, 5, 0, 0)}, "want an image of at least 11×1 pixels, got (N, 4, 9, 9)"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4, 9, 9}}, c.layer)
		oneLine(t, err, c.want)
	}
	for _, c := range []struct {
		layer graph.Conv1D
		want  string
	}{
		{graph.Conv1D{Kernel: 3}, "want Filters of at least 1, got 0"},
		{graph.Conv1D{Filters: 1}, "want Kernel of at least 1, got 0"},
		{graph.Conv1D{Filters: 1, Kernel: 1, Stride: -1}, "want Stride of at least 1, or 0 for 1, got -1"},
		{graph.Conv1D{Filters: 1, Kernel: 1, Dilation: -1}, "want Dilation of at least 1, or 0 for 1, got -1"},
		{graph.Conv1D{Filters: 1, Kernel: 1, Groups: -1}, "want Groups of at least 1, or 0 for 1, got -1"},
		{graph.Conv1D{Filters: 1, Kernel: 1, Padding: graph.Pads(1, 0, 0, 0)}, "want Padding Valid, Same, a number of elements or Pads(0, 0, before, after), got Pads(1, 0, 0, 0)"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4, 9}}, c.layer)
		oneLine(t, err, c.want)
	}
}

// TestExplainedConvolutions compares the arithmetic that is printed with the
// parameters and the multiply-adds that there are.
func TestExplainedConvolutions(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{
			graph.Conv2D{Filters: 8, Kernel: graph.Rect(3, 5), Groups: 2, Padding: graph.Same, Stride: graph.Rect(1, 2)},
			"height: ⌊(11+2-3)/1⌋+1 = 11\nwidth: ⌊(8+3-5)/2⌋+1 = 4\nweights: 3·5·2·8+8 = 248\nmultiply-adds: 11·4·8 · 3·5·2 = 10,560",
		},
		{
			graph.DepthwiseConv2D{Kernel: 3, Multiplier: 2, NoBias: true},
			"height: ⌊(11-3)/1⌋+1 = 9\nwidth: ⌊(8-3)/1⌋+1 = 6\nweights: 3·3·1·8 = 72\nmultiply-adds: 9·6·8 · 3·3·1 = 3,888",
		},
		{
			graph.SeparableConv2D{Filters: 5, Kernel: graph.Rect(3, 1), Multiplier: 2},
			"height: ⌊(11-3)/1⌋+1 = 9\nwidth: ⌊(8-1)/1⌋+1 = 8\nweights: 3·1·8 + 8·5+5 = 69\nmultiply-adds: 9·8 · (3·1·8 + 8·5) = 4,608",
		},
		{
			graph.Conv2DTranspose{Filters: 6, Kernel: graph.Rect(2, 3), Stride: 2, Padding: graph.Pads(0, 0, 1, 0), OutputPadding: graph.Rect(0, 1), Groups: 2},
			"height: (11-1)·2+2 = 22\nwidth: (8-1)·2+3-1+1 = 17\nweights: 2·3·4·3+6 = 78\nmultiply-adds: 11·8·4 · 2·3·3 = 6,336",
		},
	} {
		checkExplained(t, graph.Shape{4, 11, 8}, c.layer, c.want)
	}
	checkExplained(t, graph.Shape{4, 11}, graph.Conv1D{Filters: 6, Kernel: 3, Padding: 1, Groups: 2},
		"length: ⌊(11+2-3)/1⌋+1 = 11\nweights: 1·3·2·6+6 = 42\nmultiply-adds: 1·11·6 · 1·3·2 = 396")
}

func checkExplained(t *testing.T, in graph.Shape, layer graph.Layer, want string) {
	t.Helper()
	net, err := graph.New(graph.Config{Input: in}, layer)
	if err != nil {
		t.Fatal(err)
	}
	row := net.Report().Rows[0]
	lines := row.Arithmetic
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("%v:\n%s\nwant\n%s", layer, got, want)
	}
	for i, n := range []int{row.Params, row.Multiplies} {
		line := lines[len(lines)-2+i]
		said, err := strconv.Atoi(strings.ReplaceAll(line[strings.Index(line, " = ")+3:], ",", ""))
		if err != nil || said != n {
			t.Errorf("%v: %q, want %d", layer, line, n)
		}
	}
}

// TestGoldenConvolutions compares the layers with PyTorch's and Keras', forward
// and all gradients, on both engines.
func TestGoldenConvolutions(t *testing.T) {
	f := golden.OpenLayers(t)
	for _, group := range []string{"conv", "same", "transposed"} {
		for _, name := range f.Cases(t, group) {
			for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
				t.Run(fmt.Sprint(name, "/", engine), func(t *testing.T) {
					checkGoldenLayer(t, f, name, goldenConvolution(t, f, name), engine, "w", "b")
				})
			}
		}
	}
}

// checkGoldenLayer compares a layer with a case of the file, whose names for its
// weights are given, those of one without bias too many by one.
func checkGoldenLayer(t *testing.T, f *golden.File, name string, layer graph.Layer, engine graph.Engine, weights ...string) {
	x := f.Get(t, name+".x")
	net, err := graph.New(graph.Config{Input: x.Shape[1:], Engine: engine}, held{shape: x.Shape}, layer)
	if err != nil {
		t.Fatal(err)
	}
	names := append([]string{"x"}, weights...)[:len(net.Params())]
	for i, short := range names {
		copy(net.Params()[i].Value.Data().([]float32), f.Get(t, name+"."+short).Data)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: x.Shape[0], Mode: graph.Training, Loss: weighted{}})
	copy(p.Targets[0].Data().([]float32), f.Get(t, name+".gy").Data)
	run(t, p)
	y := f.Get(t, name+".y")
	if !p.Outputs[0].Shape().Eq(graph.Shape(y.Shape)) {
		t.Fatalf("an output of %v, want %v", p.Outputs[0].Shape(), y.Shape)
	}
	close32(t, "y", p.Outputs[0], y.Data, forwardTolerance)
	for i, short := range names {
		close32(t, "g"+short, p.Grads[i], f.Get(t, name+".g"+short).Data, gradientTolerance)
	}
}

// goldenConvolution is the layer of a case: with Same, where the case is Keras',
// its padding is the layer's to find.
func goldenConvolution(t *testing.T, f *golden.File, name string) graph.Layer {
	var c struct {
		Op                                string
		Kernel, Stride, Dilation, Padding []int
		OutputPadding                     []int `json:"output_padding"`
		Groups, Multiplier                int
		Bias                              bool
		Convention                        string
	}
	f.Case(t, name, &c)
	rect := func(s []int) graph.Size { return graph.Rect(s[0], s[1]) }
	padding := graph.Pads(c.Padding[0], c.Padding[1], c.Padding[2], c.Padding[3])
	if c.Convention == "Keras same" {
		padding = graph.Same
	}
	kernel, stride, dilation := rect(c.Kernel), rect(c.Stride), rect(c.Dilation)
	switch c.Op {
	case "depthwise":
		return graph.DepthwiseConv2D{Kernel: kernel, Stride: stride, Dilation: dilation, Padding: padding, Multiplier: c.Multiplier, NoBias: !c.Bias}
	case "transposed":
		l := graph.Conv2DTranspose{
			Filters: f.Get(t, name+".y").Shape[1], Kernel: kernel, Stride: stride, Dilation: dilation, Padding: padding,
			Groups: c.Groups, NoBias: !c.Bias,
		}
		if padding != graph.Same {
			l.OutputPadding = rect(c.OutputPadding)
		}
		return l
	}
	return graph.Conv2D{
		Filters: f.Get(t, name+".y").Shape[1], Kernel: kernel, Stride: stride, Dilation: dilation, Padding: padding,
		Groups: c.Groups, NoBias: !c.Bias,
	}
}
