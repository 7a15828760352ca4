package onnx

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// image is a model of one input x of that shape, whose batch is free if the first size
// is 0, and one output y.
func image(opset int, sizes []int, constants map[string]*Tensor, nodes ...*Node) *Model {
	x := Info{Name: "x", Type: Float32}
	for i, n := range sizes {
		x.Dims = append(x.Dims, Size{Value: n, Name: "batch", Unknown: i == 0 && n == 0})
	}
	return &Model{
		Opsets: map[string]int{"": opset}, Inputs: []Info{x}, Outputs: []Info{{Name: "y", Type: Float32, NoShape: true}},
		Nodes: nodes, Constants: constants,
	}
}

// node is NAME = OP(INPUTS…), named as its output.
func node(out, op, in string, attributes ...Attribute) *Node {
	return &Node{Name: out, OpType: op, Inputs: strings.Split(in, " "), Outputs: strings.Split(out, " "), Attributes: attributes}
}

func vector(v ...int64) *Tensor { return Ints([]int{len(v)}, v) }

// weights are some numbers above 0.
func weights(dims ...int) *Tensor {
	v := make([]float32, product(dims))
	for i := range v {
		v[i] = float32(i*7%13+1) / 13
	}
	return Floats(dims, v)
}

type constants = map[string]*Tensor

// show is a line for each operation: y = Conv(x, w) pads=[0 0 1 1] → (N, 8, 4, 4).
func show(g *Graph) string {
	var lines []string
	for _, op := range g.Ops {
		line := op.Outputs[0] + " = " + op.OpType + "(" + strings.Join(op.Inputs, ", ") + ")"
		for _, a := range op.Attributes {
			line += " " + a.Name + "=" + showValue(a)
		}
		lines = append(lines, line+" → "+op.Out[0].String())
	}
	for _, out := range g.Outputs {
		if out.From != out.Name {
			lines = append(lines, out.Name+" is "+out.From)
		}
	}
	return strings.Join(lines, "\n")
}

func showValue(a Attribute) string {
	switch a.Kind {
	case KindInt:
		return fmt.Sprint(a.Int)
	case KindFloat:
		return fmt.Sprint(a.Float)
	case KindInts:
		return fmt.Sprint(a.Ints)
	case KindFloats:
		return fmt.Sprint(a.Floats)
	}
	return a.String
}

// foldTest is a model and what folding leaves of it. That it computes the same is
// another test's.
type foldTest struct {
	name string
	m    *Model
	want string
	// differs says why onnxruntime computes something else.
	differs string
}

func foldTests() []foldTest {
	conv := constants{"w": weights(8, 3, 3, 3)}
	return []foldTest{
		{
			"convolution with defaults",
			image(17, []int{0, 3, 8, 8}, conv, node("y", "Conv", "x w")),
			"y = Conv(x, w) kernel_shape=[3 3] strides=[1 1] dilations=[1 1] pads=[0 0 0 0] group=1 → (N, 8, 6, 6)",
			"",
		},
		{
			"SAME_UPPER pads the end more",
			image(17, []int{0, 3, 8, 8}, conv, node("y", "Conv", "x w", StringAttr("auto_pad", "SAME_UPPER"), IntsAttr("strides", 2, 2))),
			"y = Conv(x, w) kernel_shape=[3 3] strides=[2 2] dilations=[1 1] pads=[0 0 1 1] group=1 → (N, 8, 4, 4)",
			"",
		},
		{
			"SAME_LOWER the begin",
			image(17, []int{0, 3, 8, 8}, conv, node("y", "Conv", "x w", StringAttr("auto_pad", "SAME_LOWER"), IntsAttr("strides", 2, 2))),
			"y = Conv(x, w) kernel_shape=[3 3] strides=[2 2] dilations=[1 1] pads=[1 1 0 0] group=1 → (N, 8, 4, 4)",
			"",
		},
		{
			"a transposed convolution of a given size",
			image(17, []int{0, 3, 4, 4}, constants{"w": weights(3, 2, 3, 3)}, node("y", "ConvTranspose", "x w", IntsAttr("strides", 2, 2), IntsAttr("output_shape", 8, 8))),
			"y = ConvTranspose(x, w) kernel_shape=[3 3] strides=[2 2] dilations=[1 1] pads=[1 1 0 0] output_padding=[0 0] group=1 → (N, 2, 8, 8)",
			"",
		},
		{
			"a transposed convolution beyond what its windows reach",
			image(17, []int{0, 3, 4, 4}, constants{"w": weights(3, 2, 1, 1)}, node("y", "ConvTranspose", "x w", IntsAttr("strides", 2, 2), StringAttr("auto_pad", "SAME_UPPER"))),
			"y = ConvTranspose(x, w) kernel_shape=[1 1] strides=[2 2] dilations=[1 1] pads=[0 0 0 0] output_padding=[1 1] group=1 → (N, 2, 8, 8)",
			"it makes the output smaller than the operator's definition says",
		},
		{
			"ceil_mode where it changes nothing",
			image(17, []int{0, 3, 7, 7}, nil, node("y", "MaxPool", "x", IntsAttr("kernel_shape", 3, 3), IntsAttr("strides", 2, 2), IntAttr("ceil_mode", 1))),
			"y = MaxPool(x) kernel_shape=[3 3] strides=[2 2] dilations=[1 1] pads=[0 0 0 0] ceil_mode=0 → (N, 3, 3, 3)",
			"",
		},
		{
			"ceil_mode where it does",
			image(17, []int{0, 3, 8, 8}, nil, node("y", "AveragePool", "x", IntsAttr("kernel_shape", 3, 3), IntsAttr("strides", 2, 2), IntAttr("ceil_mode", 1))),
			"y = AveragePool(x) kernel_shape=[3 3] strides=[2 2] dilations=[1 1] pads=[0 0 0 0] ceil_mode=1 count_include_pad=0 → (N, 3, 4, 4)",
			"",
		},
		{
			"ceil_mode without a window that starts in the end's padding",
			image(17, []int{0, 3, 2, 2}, nil, node("y", "MaxPool", "x", IntsAttr("kernel_shape", 2, 2), IntsAttr("strides", 3, 3), IntsAttr("pads", 1, 1, 1, 1), IntAttr("ceil_mode", 1))),
			"y = MaxPool(x) kernel_shape=[2 2] strides=[3 3] dilations=[1 1] pads=[1 1 1 1] ceil_mode=0 → (N, 3, 1, 1)",
			"",
		},
		{
			"the mean over pixels",
			image(18, []int{0, 3, 8, 8}, constants{"a": vector(-1, -2)}, node("y", "ReduceMean", "x a", IntAttr("keepdims", 0))),
			"y/GlobalAveragePool = GlobalAveragePool(x) → (N, 3, 1, 1)\ny = Reshape(y/GlobalAveragePool) → (N, 3)",
			"",
		},
		{
			"the mean over other axes, of an older opset",
			image(13, []int{0, 3, 8, 8}, nil, node("y", "ReduceMean", "x", IntsAttr("axes", -1, 1))),
			"y = ReduceMean(x) axes=[1 3] keepdims=1 → (N, 1, 8, 1)",
			"",
		},
		{
			"bounds that are inputs",
			image(11, []int{0, 3}, constants{"hi": Floats(nil, []float32{6})}, node("y", "Clip", "x  hi")),
			"y = Clip(x) min=-Inf max=6 → (N, 3)",
			"",
		},
		{
			"bounds that are attributes",
			image(7, []int{0, 3}, nil, node("y", "Clip", "x", FloatAttr("min", 0))),
			"y = Clip(x) min=0 max=+Inf → (N, 3)",
			"",
		},
		{
			"a flattening softmax",
			image(7, []int{0, 3, 4}, nil, node("y", "Softmax", "x")),
			"y/Reshape = Reshape(x) → (N, 12)\ny/Softmax = Softmax(y/Reshape) axis=1 → (N, 12)\ny = Reshape(y/Softmax) → (N, 3, 4)",
			"",
		},
		{
			"a flattening softmax of one dimension",
			image(7, []int{0, 10, 1, 1}, nil, node("y", "Softmax", "x")),
			"y = Softmax(x) axis=1 → (N, 10, 1, 1)",
			"",
		},
		{
			"a softmax of today",
			image(13, []int{0, 3, 4}, nil, node("y", "Softmax", "x")),
			"y = Softmax(x) axis=2 → (N, 3, 4)",
			"",
		},
		{
			"the shape arithmetic of a view",
			image(13, []int{0, 8, 4, 4}, constants{"0": Ints(nil, []int64{0}), "1": Ints(nil, []int64{1}), "2": Ints(nil, []int64{2}), "ax": vector(0), "rest": vector(4, 4)},
				node("shape", "Shape", "x"),
				node("n", "Gather", "shape 0"), node("c", "Gather", "shape 1"),
				node("half", "Div", "c 2"),
				node("nu", "Unsqueeze", "n ax"), node("cu", "Unsqueeze", "half ax"), node("twou", "Unsqueeze", "2 ax"),
				node("target", "Concat", "nu twou cu rest", IntAttr("axis", 0)),
				node("split", "Reshape", "x target"),
				node("shuffled", "Transpose", "split", IntsAttr("perm", 0, 2, 1, 3, 4)),
				node("back", "Concat", "nu minus rest", IntAttr("axis", 0)),
				node("minus", "Neg", "ax1"), node("ax1", "Unsqueeze", "1 ax"),
				node("y", "Reshape", "shuffled back")),
			"split = Reshape(x) → (N, 2, 4, 4, 4)\nshuffled = Transpose(split) perm=[0 2 1 3 4] → (N, 4, 2, 4, 4)\ny = Reshape(shuffled) → (N, 8, 4, 4)",
			"",
		},
		{
			"a transpose that moves one channel",
			image(13, []int{0, 5, 6, 1}, nil, node("y", "Transpose", "x", IntsAttr("perm", 0, 3, 1, 2))),
			"y = Reshape(x) → (N, 1, 5, 6)",
			"",
		},
		{
			"a split in slices",
			image(18, []int{0, 5}, nil, node("a y", "Split", "x", IntAttr("axis", 1), IntAttr("num_outputs", 2))),
			"y = Slice(x) axes=[1] starts=[3] steps=[1] → (N, 2)",
			"",
		},
		{
			"a slice backwards to the start",
			image(13, []int{0, 5}, constants{"s": vector(-1), "e": vector(-100), "a": vector(1), "st": vector(-2)}, node("y", "Slice", "x s e a st")),
			"y = Slice(x) axes=[1] starts=[4] steps=[-2] → (N, 3)",
			"",
		},
		{
			"a slice of one element, backwards",
			image(13, []int{0, 5}, constants{"s": vector(2), "e": vector(1), "a": vector(1), "st": vector(-3)}, node("y", "Slice", "x s e a st")),
			"y = Slice(x) axes=[1] starts=[2] steps=[1] → (N, 1)",
			"",
		},
		{
			"an old name of linear",
			image(8, []int{0, 1, 2, 2}, nil, node("y", "Upsample", "x", FloatsAttr("scales", 1, 1, 2, 2), StringAttr("mode", "bilinear"))),
			"y = Resize(x) scales=[1 1 2 2] mode=linear coordinate_transformation_mode=asymmetric nearest_mode=" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[] → (N, 1, 4, 4)",
			"it does not know it",
		},
		{
			"all but the last sample",
			image(9, []int{0, 5}, nil, node("y", "Slice", "x", IntsAttr("axes", 0), IntsAttr("starts", 0), IntsAttr("ends", -1))),
			"y = Slice(x) axes=[0] starts=[0] steps=[1] → (N-1, 5)",
			"",
		},
		{
			"PyTorch's softplus",
			image(20, []int{0, 3}, constants{"b": Floats(nil, []float32{2}), "t": Floats(nil, []float32{20})},
				node("z", "Mul", "x b"), node("s", "Softplus", "z"), node("d", "Div", "s b"), node("g", "Greater", "z t"), node("y", "Where", "g x d")),
			"z = Mul(x, b) → (N, 3)\ns = Softplus(z) → (N, 3)\nd = Div(s, b) → (N, 3)\ny is d",
			"",
		},
		{
			"PyTorch's softplus, plain",
			image(20, []int{0, 3}, constants{"t": Floats(nil, []float32{16})}, node("s", "Softplus", "x"), node("g", "Greater", "x t"), node("y", "Where", "g x s")),
			"s = Softplus(x) → (N, 3)\ny is s",
			"",
		},
		{
			"a pooling of channels",
			image(17, []int{0, 1, 6, 4, 5}, nil, node("y", "AveragePool", "x", IntsAttr("kernel_shape", 3, 1, 1))),
			"y/Reshape = Reshape(x) → (N, 1, 6, 20)\n" +
				"y/AveragePool = AveragePool(y/Reshape) kernel_shape=[3 1] strides=[1 1] dilations=[1 1] pads=[0 0 0 0] ceil_mode=0 count_include_pad=0 → (N, 1, 4, 20)\n" +
				"y = Reshape(y/AveragePool) → (N, 1, 4, 4, 5)",
			"",
		},
		{
			"a pooling of the last of four dimensions",
			image(17, []int{0, 2, 6, 4, 3, 5}, nil, node("y", "MaxPool", "x", IntsAttr("kernel_shape", 1, 1, 1, 2), IntsAttr("strides", 1, 1, 1, 2), IntsAttr("pads", 0, 0, 0, 1, 0, 0, 0, 0))),
			"y/Reshape = Reshape(x) → (N, 2, 72, 5)\n" +
				"y/MaxPool = MaxPool(y/Reshape) kernel_shape=[1 2] strides=[1 2] dilations=[1 1] pads=[0 1 0 0] ceil_mode=0 → (N, 2, 72, 3)\n" +
				"y = Reshape(y/MaxPool) → (N, 2, 6, 4, 3, 3)",
			"onnxruntime pools three dimensions at most",
		},
		{
			"the length of vectors",
			image(17, []int{0, 3}, nil, node("y", "ReduceL2", "x", IntsAttr("axes", 1), IntAttr("keepdims", 0))),
			"y/Mul = Mul(x, x) → (N, 3)\ny/ReduceSum = ReduceSum(y/Mul) axes=[1] keepdims=1 → (N, 1)\ny/Sqrt = Sqrt(y/ReduceSum) → (N, 1)\ny = Reshape(y/Sqrt) → (N,)",
			"",
		},
		{
			"a region by scales",
			image(13, []int{0, 1, 4, 5}, constants{"r": Floats([]int{8}, []float32{0, 0, 0.2, 0, 1, 1, 0.9, 0.5}), "s": Floats([]int{4}, []float32{1, 1, 1, 1.5})},
				node("y", "Resize", "x r s", StringAttr("coordinate_transformation_mode", "tf_crop_and_resize"), StringAttr("mode", "linear"))),
			"y = Resize(x) scales=[1 1 1 1.5] mode=linear coordinate_transformation_mode=tf_crop_and_resize nearest_mode=" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[0 0 0.2 0 1 1 0.9 0.5] → (N, 1, 4, 7)",
			"",
		},
		{
			"one channel",
			image(13, []int{0, 3, 4}, constants{"i": Ints(nil, []int64{-1})}, node("y", "Gather", "x i", IntAttr("axis", 1))),
			"y/Slice = Slice(x) axes=[1] starts=[2] steps=[1] → (N, 1, 4)\ny = Reshape(y/Slice) → (N, 4)",
			"",
		},
		{
			"channels in another order",
			image(13, []int{0, 3, 4}, constants{"i": vector(2, 1, 0)}, node("y", "Gather", "x i", IntAttr("axis", 1))),
			"y = Slice(x) axes=[1] starts=[2] steps=[-1] → (N, 3, 4)",
			"",
		},
		{
			"channels in no order",
			image(13, []int{0, 3, 4}, constants{"i": vector(1, 0, 2)}, node("y", "Gather", "x i", IntAttr("axis", 1))),
			"y = Gather(x, i) axis=1 → (N, 3, 4)",
			"",
		},
		{
			"pads of some axes",
			image(18, []int{0, 3, 4}, constants{"p": vector(1, 2), "a": vector(-1)}, node("y", "Pad", "x p  a", StringAttr("mode", "edge"))),
			"y = Pad(x) mode=edge pads=[0 0 1 0 0 2] value=0 → (N, 3, 7)",
			"",
		},
		{
			"an upsampling",
			image(9, []int{0, 3, 4, 4}, constants{"s": Floats([]int{4}, []float32{1, 1, 2, 2})}, node("y", "Upsample", "x s")),
			"y = Resize(x) scales=[1 1 2 2] mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[] → (N, 3, 8, 8)",
			"",
		},
		{
			"sizes with the batch's",
			image(13, []int{0, 3, 4, 4}, constants{"hw": vector(8, 2), "z": vector(0), "t": vector(2)},
				node("shape", "Shape", "x"), node("nc", "Slice", "shape z t"), node("sizes", "Concat", "nc hw", IntAttr("axis", 0)),
				node("y", "Resize", "x   sizes", StringAttr("mode", "linear"))),
			"y = Resize(x) scales=[1 1 2 0.5] mode=linear coordinate_transformation_mode=half_pixel nearest_mode=" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[] → (N, 3, 8, 2)",
			"",
		},
		{
			"zeros for each sample",
			image(13, []int{0, 3}, constants{"z": vector(0), "one": vector(1)},
				node("shape", "Shape", "x"), node("zeros", "ConstantOfShape", "shape"), node("y", "Add", "x zeros")),
			"zeros = Expand(zeros/value) → (N, 3)\ny = Add(x, zeros) → (N, 3)",
			"",
		},
		{
			"a where that expands to the batch",
			image(13, []int{0, 3}, constants{"m": vector(-1, 3), "minus": vector(-1), "like": weights(1, 3)},
				node("shape", "Shape", "x"), node("is", "Equal", "m minus"), node("target", "Where", "is shape m"),
				node("wide", "Expand", "like target"), node("y", "Sub", "x wide")),
			"wide = Expand(like) → (N, 3)\ny = Sub(x, wide) → (N, 3)",
			"",
		},
		{
			"nothing",
			image(13, []int{0, 3}, constants{"one": Floats(nil, []float32{1}), "p": vector(0, 0, 0, 0), "r": vector(1, 1), "f": vector(0, -1)},
				node("a", "Identity", "x"), node("b", "Dropout", "a"), node("c0", "Cast", "b", IntAttr("to", int(Float64))), node("c", "Cast", "c0", IntAttr("to", int(Float32))),
				node("d", "Pad", "c p"), node("e", "Tile", "d r"), node("f2", "Reshape", "e f"), node("g", "Concat", "f2", IntAttr("axis", 1)),
				node("h", "Sum", "g"), node("y", "Flatten", "h"), node("unused", "Relu", "x")),
			"y is x",
			"",
		},
		{
			"a group a value",
			image(18, []int{0, 4, 2}, constants{"s": Floats([]int{2}, []float32{1, 2}), "b": weights(2)}, node("y", "GroupNormalization", "x s b", IntAttr("num_groups", 2))),
			"y = GroupNormalization(x, y/scale, y/bias) epsilon=1e-05 num_groups=2 → (N, 4, 2)",
			"",
		},
		{
			"slices of opset 9",
			image(9, []int{0, 5, 6}, nil, node("y", "Slice", "x", IntsAttr("axes", -1, 1), IntsAttr("starts", -4, 1), IntsAttr("ends", 100, -1))),
			"y = Slice(x) axes=[1 2] starts=[1 2] steps=[1 1] → (N, 3, 4)",
			"",
		},
		{
			"slices of opset 9 without axes",
			image(9, []int{0, 5, 6}, nil, node("y", "Slice", "x", IntsAttr("starts", 0, 2), IntsAttr("ends", 9223372036854775807, 4))),
			"y = Slice(x) axes=[1] starts=[2] steps=[1] → (N, 2, 6)",
			"",
		},
		{
			"squeezes of opset 11",
			image(11, []int{0, 1, 6, 1}, nil, node("s", "Squeeze", "x", IntsAttr("axes", -1)), node("y", "Unsqueeze", "s", IntsAttr("axes", 0, -1))),
			"s = Reshape(x) → (N, 1, 6)\ny = Reshape(s) → (1, N, 1, 6, 1)",
			"",
		},
		{
			"a squeeze of all",
			image(13, []int{0, 1, 6, 1}, nil, node("y", "Squeeze", "x")),
			"y = Reshape(x) → (N, 6)",
			"",
		},
		{
			"pads of opset 10",
			image(10, []int{0, 2, 3}, nil, node("y", "Pad", "x", IntsAttr("pads", 0, 1, -1, 0, 0, 2), FloatAttr("value", 7))),
			"y = Pad(x) mode=constant pads=[0 1 -1 0 0 2] value=7 → (N, 3, 4)",
			"",
		},
		{
			"a split of opset 11",
			image(11, []int{0, 6}, nil, node("y z", "Split", "x", IntAttr("axis", -1), IntsAttr("split", 4, 2))),
			"y = Slice(x) axes=[1] starts=[0] steps=[1] → (N, 4)",
			"",
		},
		{
			"an upsampling of opset 7",
			image(7, []int{0, 1, 2, 2}, nil, node("y", "Upsample", "x", FloatsAttr("scales", 1, 1, 2, 3), StringAttr("mode", "linear"))),
			"y = Resize(x) scales=[1 1 2 3] mode=linear coordinate_transformation_mode=asymmetric nearest_mode=" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[] → (N, 1, 4, 6)",
			"",
		},
		{
			"a resize of opset 10 that shrinks, to the next pixel",
			image(10, []int{0, 1, 7, 7}, constants{"s": Floats([]int{4}, []float32{1, 1, 0.6, 0.5})}, node("y", "Resize", "x s")),
			"y = Resize(x) scales=[1 1 0.6 0.5] mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=ceil" +
				" cubic_coeff_a=-0.75 exclude_outside=0 extrapolation_value=0 antialias=0 roi=[] → (N, 1, 4, 3)",
			"",
		},
		{
			"a normalization of opset 7",
			image(7, []int{0, 4, 2}, constants{"s": weights(4)}, node("y", "BatchNormalization", "x s s s s", IntAttr("spatial", 1), FloatAttr("momentum", 0.7))),
			"y = BatchNormalization(x, s, s, s, s) epsilon=1e-05 momentum=0.7 → (N, 4, 2)",
			"",
		},
		{
			"a softmax of opset 11 over all, the batch too",
			image(11, []int{0, 4, 2}, nil, node("y", "LogSoftmax", "x", IntAttr("axis", 0))),
			"y/Reshape = Reshape(x) → (8N,)\ny/LogSoftmax = LogSoftmax(y/Reshape) axis=0 → (8N,)\ny = Reshape(y/LogSoftmax) → (N, 4, 2)",
			"",
		},
		{
			"dropout of opset 7",
			image(7, []int{0, 4}, nil, node("d", "Dropout", "x", FloatAttr("ratio", 0.3)), node("y", "Relu", "d")),
			"y = Relu(x) → (N, 4)",
			"",
		},
		{
			"a sum of opset 11, and its axes that are none",
			image(11, []int{0, 4, 2}, nil, node("s", "ReduceSum", "x", IntsAttr("axes", -1), IntAttr("keepdims", 0)), node("y", "ReduceMin", "s")),
			"s = ReduceSum(x) axes=[2] keepdims=0 → (N, 4)\ny = ReduceMin(s) axes=[0 1] keepdims=1 → (1, 1)",
			"",
		},
		{
			"axes of a reduction that none means none",
			image(18, []int{0, 4, 2}, constants{"a": vector()}, node("s", "ReduceSum", "x a", IntAttr("noop_with_empty_axes", 1)), node("y", "Neg", "s")),
			"y = Neg(x) → (N, 4, 2)",
			"",
		},
		{
			"channels last",
			image(12, []int{0, 5, 4, 3}, constants{"w": weights(2, 3, 3, 3)}, node("t", "Transpose", "x", IntsAttr("perm", 0, 3, 1, 2)),
				node("c", "Conv", "t w", StringAttr("auto_pad", "VALID")), node("y", "Transpose", "c", IntsAttr("perm", 0, 2, 3, 1))),
			"t = Transpose(x) perm=[0 3 1 2] → (N, 3, 5, 4)\nc = Conv(t, w) kernel_shape=[3 3] strides=[1 1] dilations=[1 1] pads=[0 0 0 0] group=1 → (N, 2, 3, 2)\n" +
				"y = Transpose(c) perm=[0 2 3 1] → (N, 3, 2, 2)",
			"",
		},
		{
			"weights that a MatMul transposes",
			image(13, []int{0, 3}, constants{"w": weights(2, 3), "b": weights(2)}, node("t", "Transpose", "w"), node("m", "MatMul", "x t"), node("y", "Add", "m b")),
			"m = MatMul(x, t) → (N, 2)\ny = Add(m, b) → (N, 2)",
			"",
		},
		{
			"a tile for each sample",
			image(13, []int{0, 3}, constants{"one": vector(1), "two": vector(2), "z": vector(0), "c": weights(1, 3)},
				node("s", "Shape", "x"), node("n", "Gather", "s z"), node("r", "Concat", "n two", IntAttr("axis", 0)), node("t", "Tile", "c r"), node("y", "Concat", "x t", IntAttr("axis", 1))),
			"t/Tile = Tile(c) repeats=[1 2] → (1, 6)\nt = Expand(t/Tile) → (N, 6)\ny = Concat(x, t) axis=1 → (N, 9)",
			"",
		},
		{
			"a flattening before the axis",
			image(13, []int{0, 3, 4}, nil, node("y", "Flatten", "x", IntAttr("axis", 2))),
			"y = Reshape(x) → (3N, 4)",
			"",
		},
		{
			"arithmetic on weights",
			image(13, []int{0, 4, 2}, constants{"v": weights(4), "e": Floats(nil, []float32{1e-3}), "a": vector(1)},
				node("ve", "Add", "v e"), node("sd", "Sqrt", "ve"), node("u", "Unsqueeze", "sd a"), node("y", "Div", "x u")),
			"y = Div(x, u) → (N, 4, 2)",
			"",
		},
		{
			"names that are taken",
			image(7, []int{0, 3, 4}, constants{"y/Reshape": weights(4)}, node("y", "Softmax", "z"), node("z", "Mul", "n z/Mul"), node("z/Mul", "Neg", "x"), node("n", "Add", "x y/Reshape")),
			"n = Add(x, y/Reshape) → (N, 3, 4)\nz/Mul = Neg(x) → (N, 3, 4)\nz = Mul(n, z/Mul) → (N, 3, 4)\ny/Reshape_2 = Reshape(z) → (N, 12)\n" +
				"y/Softmax = Softmax(y/Reshape_2) axis=1 → (N, 12)\ny = Reshape(y/Softmax) → (N, 3, 4)",
			"",
		},
	}
}

func TestFold(t *testing.T) {
	for _, test := range foldTests() {
		t.Run(test.name, func(t *testing.T) {
			if err := test.m.sort(); err != nil {
				t.Fatal(err)
			}
			g, err := Fold(test.m, FoldOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, show(g)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

// A value a group becomes a value a channel, a group's channels beside each other.
func TestGroupValues(t *testing.T) {
	m := image(18, []int{0, 4, 2}, constants{"s": Floats([]int{2}, []float32{1, 2}), "b": weights(2)}, node("y", "GroupNormalization", "x s b", IntAttr("num_groups", 2)))
	g, err := Fold(m, FoldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := g.Const("y/scale").Float32s(); err != nil || !cmp.Equal(got, []float32{1, 1, 2, 2}) {
		t.Errorf("want 1, 1, 2, 2, got %v, %v", got, err)
	}
}

// A size with the name of a first dimension is N wherever it is.
func TestBatchNames(t *testing.T) {
	batch := Size{Name: "b", Unknown: true}
	m := &Model{
		Opsets:  map[string]int{"": 13},
		Inputs:  []Info{{Name: "x", Type: Float32, Dims: []Size{batch, {Value: 3}}}, {Name: "w", Type: Float32, Dims: []Size{{Value: 3}, batch}}},
		Outputs: []Info{{Name: "y"}},
		Nodes:   []*Node{node("t", "Transpose", "w"), node("y", "Add", "x t")},
	}
	g, err := Fold(m, FoldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(g), "t = Transpose(w) perm=[1 0] → (N, 3)\ny = Add(x, t) → (N, 3)"; got != want {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

// A shape that is given replaces the file's.
func TestGivenShape(t *testing.T) {
	m := image(13, []int{0, 3, 8, 8}, nil, node("y", "Relu", "x")).unknown(2)
	g, err := Fold(m, FoldOptions{Inputs: map[string]Shape{"x": {Batch, Fixed(3), Fixed(5), Fixed(6)}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Outputs[0].Shape.String(); got != "(N, 3, 5, 6)" {
		t.Errorf("want (N, 3, 5, 6), got %s", got)
	}
}
