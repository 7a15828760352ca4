package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
)

// declaration is a network as a user may write it.
type declaration struct {
	name    string
	loss    graph.Loss
	outputs func(t testing.TB, input input) []*graph.Value
}

// input declares an input, and may put something behind it.
type input func(name string, shape ...int) *graph.Value

func (d declaration) network(t testing.TB, c graph.Config, input input) *graph.Network {
	t.Helper()
	net, err := graph.Compose(c, d.outputs(t, input)...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// chain is the declaration of layers one behind the other.
func chain(name string, shape graph.Shape, layers ...graph.Layer) declaration {
	return declaration{name, graph.SparseCategoricalCrossEntropy{}, func(_ testing.TB, input input) []*graph.Value {
		return []*graph.Value{input("input", shape...).Then(layers...)}
	}}
}

func same(filters int, kernel, stride graph.Size) graph.Conv2D {
	return graph.Conv2D{Filters: filters, Kernel: kernel, Stride: stride, Padding: graph.Same}
}

var small3 = graph.Dense{Units: 3, Activation: graph.Softmax}

// basis is a network to learn from.
func basis(t testing.TB) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Name: "base", Input: graph.Shape{2, 6, 6}, Seed: 5},
		same(3, 3, 1), graph.BatchNorm{}, graph.ReLU, Block{Filters: 4, Stride: 2}, graph.GlobalAverage{}, graph.Dense{Units: 7})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// declarations are those of the package's tour, and what else a graph can be.
var declarations = []declaration{
	chain("sequential", graph.Shape{1, 10, 10},
		graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{}, small3),
	chain("pointers", graph.Shape{1, 10, 10},
		&graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU}, &graph.MaxPool2D{}, &graph.Flatten{}, &graph.Dense{Units: 3, Activation: graph.Softmax}),
	chain("activations apart", graph.Shape{1, 10, 10},
		graph.Conv2D{Filters: 3, Kernel: 3}, graph.ReLU, graph.MaxPool2D{}, graph.Flatten{}, graph.Dense{Units: 4}, graph.ReLU, graph.Dense{Units: 3}, graph.Softmax),
	chain("activations of all kinds", graph.Shape{2, 5, 5},
		graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.PReLU{Init: graph.Constant{Value: 0.25}}, Init: graph.LeCunNormal}, graph.ReLU6, graph.ELU{Alpha: 0.7},
		graph.Softmax, graph.SELU, graph.GELU, graph.Mish, graph.PReLU{Slopes: graph.PerElement}, graph.Flatten{},
		graph.Dense{Units: 6, Activation: graph.SiLU, Init: graph.Orthogonal{Gain: 2}}, graph.HardSigmoid{Slope: 0.2}, graph.HardSwish, graph.Softplus,
		graph.PReLU{Slopes: graph.Single}, graph.GELUTanh, graph.Softsign, graph.LogSoftmax,
		graph.Dense{Units: 3, Activation: graph.Softmax, Init: graph.VarianceScaling{Scale: 2, Fan: graph.FanOut, Distribution: graph.UntruncatedNormal}}),
	chain("functions", graph.Shape{2, 5, 5},
		same(3, 3, 1), graph.Rescaling{Scale: 0.7, Offset: 0.1}, graph.CELU{Alpha: 0.8}, graph.Abs, graph.Negative, graph.Exp, graph.Sqrt, graph.Log,
		graph.Swish{Alpha: 1.5}, graph.Clip{Low: -0.8, High: math.Inf(1)}, graph.Erf, graph.ThresholdedReLU{Alpha: -0.2}, graph.Rescaling{Offset: 2}, graph.Reciprocal,
		graph.Pow{Exponent: 1.5}, graph.Flatten{}, small3),
	chain("penalties", graph.Shape{1, 10, 10},
		graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU, Penalty: graph.L2{Weight: 0.1}}, graph.MaxPool2D{}, graph.Flatten{},
		graph.Dense{Units: 4, Penalty: graph.L1{}}, graph.Dense{Units: 3, Activation: graph.Softmax, Penalty: graph.L1L2{L1: 0.01, L2: 0.02}}),
	chain("norm", graph.Shape{2, 5, 5},
		same(3, 3, 1), graph.BatchNorm{}, graph.ReLU, graph.Flatten{}, graph.Dense{Units: 4}, graph.BatchNorm{Momentum: 0.9}, small3),
	chain("rectangular", graph.Shape{2, 9, 7},
		graph.Conv2D{Filters: 3, Kernel: graph.Rect(3, 2), Stride: graph.Rect(2, 1), Padding: graph.Pads(0, 1, 1, 0), Dilation: graph.Rect(1, 2), Activation: graph.ReLU},
		graph.MaxPool2D{Size: graph.Rect(2, 3), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 0, 1)}, graph.Flatten{}, small3),
	chain("groups", graph.Shape{2, 9, 9},
		same(6, 3, 1), graph.ReLU,
		graph.Conv2D{Filters: 4, Kernel: 3, Groups: 2, Activation: graph.ReLU}, graph.MaxPool2D{},
		graph.DepthwiseConv2D{Kernel: graph.Rect(3, 1), Multiplier: 2, Padding: graph.Same, Activation: graph.Tanh},
		graph.Conv2D{Filters: 2, Kernel: 2, Groups: 2, Padding: 1, Activation: graph.ReLU},
		graph.SeparableConv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: graph.Same, Activation: graph.Tanh}, graph.GlobalAverage{}, small3),
	chain("transposed", graph.Shape{2, 6, 6},
		same(3, 3, 2), graph.Tanh,
		graph.Conv2DTranspose{Filters: 8, Kernel: 3, Stride: 2, Padding: graph.Same, Activation: graph.ReLU},
		graph.Conv2DTranspose{Filters: 2, Kernel: graph.Rect(2, 3), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 0, 0), OutputPadding: graph.Rect(0, 1), Groups: 2},
		graph.Conv2DTranspose{Filters: 2, Kernel: 2, Groups: 2, Activation: graph.ReLU},
		graph.Flatten{}, small3),
	chain("sequences", graph.Shape{3, 9},
		graph.Conv1D{Filters: 4, Kernel: 3, Padding: graph.Pads(0, 0, 2, 0), Activation: graph.ReLU},
		graph.Conv1D{Filters: 4, Kernel: 2, Stride: 2, Groups: 2}, graph.Flatten{}, small3),
	chain("residual", graph.Shape{2, 5, 5},
		same(3, 3, 1),
		graph.Residual{Body: graph.Chain{same(3, 3, 1), graph.BatchNorm{}, graph.ReLU, same(3, 3, 1), graph.BatchNorm{}}, Activation: graph.ReLU},
		graph.Residual{Body: graph.Chain{same(4, 3, 2)}, Shortcut: graph.Chain{same(4, 1, 2)}, Activation: graph.LeakyReLU{Slope: 0.1}},
		graph.GlobalAverage{}, small3),
	chain("block of one's own", graph.Shape{2, 6, 6},
		Block{Filters: 2, Stride: 1}, Block{Filters: 3, Stride: 2}, graph.GlobalAverage{}, small3),
	chain("inception", graph.Shape{2, 6, 6},
		graph.Branches{Join: graph.Concat, Of: []graph.Layer{
			same(2, 1, 1),
			graph.Chain{same(2, 1, 1), same(3, 3, 1)},
			graph.Chain{graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same}, same(1, 1, 1)},
		}},
		graph.ReLU, graph.GlobalAverage{}, small3),
	chain("layer of one's own", graph.Shape{2, 5, 5},
		same(3, 2, 1), Scale{}, graph.Func(square), graph.Flatten{}, Standard{}, small3),
	chain("frozen between", graph.Shape{2, 5, 5},
		same(3, 3, 1), graph.Frozen{Layer: graph.Chain{same(2, 3, 1), graph.BatchNorm{}, graph.ReLU}}, graph.Flatten{}, small3),
	{"two heads", graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: graph.MeanSquaredError{}, Weight: 0.5}}, func(_ testing.TB, input input) []*graph.Value {
		trunk := input("image", 3, 6, 6).Then(Block{Filters: 2, Stride: 1}, Block{Filters: 3, Stride: 2})
		return []*graph.Value{
			trunk.Then(graph.GlobalAverage{}, graph.Named{Name: "class", Layer: small3}),
			trunk.Then(graph.Flatten{}, graph.Named{Name: "box", Layer: graph.Dense{Units: 4}}),
		}
	}},
	{"losses of all kinds", graph.Losses{
		{Loss: graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1, ClassWeights: []float64{1, 2, 0.5}, Ignore: []int{1}}},
		{Loss: graph.CategoricalCrossEntropy{LabelSmoothing: 0.1}},
		{Loss: graph.BinaryCrossEntropy{LabelSmoothing: 0.1, PositiveWeights: []float64{1, 2, 3}}, Weight: 0.5},
		{Loss: graph.MeanAbsoluteError{}},
		{Loss: graph.Huber{Delta: 0.5}},
		{Loss: graph.Focal{}},
		{Loss: graph.BinaryCrossEntropy{}, Weight: 0.1},
		{Loss: graph.BinaryFocal{Alpha: 0.25}},
	}, func(_ testing.TB, input input) []*graph.Value {
		x := input("image", 2, 4, 4).Then(same(3, 3, 1), graph.Tanh)
		flat := x.Then(graph.Flatten{})
		return []*graph.Value{
			x.Then(same(3, 1, 1), graph.Softmax), flat.Then(small3), flat.Then(graph.Dense{Units: 3, Activation: graph.Sigmoid}), flat.Then(graph.Dense{Units: 2}),
			x.Then(same(2, 1, 1)), flat.Then(graph.Dense{Units: 4, Activation: graph.LogSoftmax}), flat.Then(graph.Dense{Units: 2}),
			flat.Then(graph.Dense{Units: 3, Activation: graph.Sigmoid}),
		}
	}},
	{"head behind a head", graph.Losses{{Loss: graph.MeanSquaredError{}}, {Loss: graph.MeanSquaredError{}}}, func(_ testing.TB, input input) []*graph.Value {
		first := input("x", 4).Then(graph.Dense{Units: 5, Activation: graph.Tanh})
		return []*graph.Value{first, first.Then(graph.Dense{Units: 2})}
	}},
	{"two inputs", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		image := input("image", 1, 8, 8).Then(graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{})
		numbers := input("numbers", 4).Then(graph.Dense{Units: 5, Activation: graph.ReLU})
		return []*graph.Value{graph.Join(graph.Concat, image, numbers).Then(graph.Dense{Units: 2})}
	}},
	{"siamese", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		tower := graph.Shared{Name: "tower", Layer: graph.Chain{same(3, 3, 2), graph.ReLU, graph.Flatten{}, graph.Dense{Units: 4}}}
		left, right := input("left", 1, 6, 6).Then(tower), input("right", 1, 6, 6).Then(tower)
		return []*graph.Value{graph.Join(graph.Concat, left, right).Then(graph.Dense{Units: 1})}
	}},
	{"one layer after itself", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		again := graph.Shared{Name: "again", Layer: graph.Dense{Units: 4, Activation: graph.Tanh}}
		return []*graph.Value{input("x", 4).Then(again, again, again)}
	}},
	{"gate", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 2, 4, 4).Then(same(3, 3, 1))
		return []*graph.Value{graph.Join(Gate{}, x.Then(same(3, 3, 1)), x).Then(graph.Flatten{}, graph.Dense{Units: 2})}
	}},
	{"many readers", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 2, 4, 4).Then(same(3, 3, 1), graph.ReLU)
		y := graph.Join(graph.Sum, x, x.Then(same(3, 1, 1)), x, graph.Join(graph.Maximum, x, x.Then(graph.Tanh)))
		return []*graph.Value{graph.Join(graph.Product, y, x).Then(graph.Flatten{}, graph.Dense{Units: 2})}
	}},
	chain("block behind weights", graph.Shape{2, 9, 9},
		graph.Conv2D{Filters: 2, Kernel: 1}, graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{}, small3),
	{"read before the activation", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 2, 4, 4).Then(same(3, 3, 1))
		y := graph.Join(graph.Sum, x.Then(graph.ReLU), x).Then(graph.Flatten{}, graph.Dense{Units: 3})
		return []*graph.Value{graph.Join(graph.Concat, y.Then(graph.ReLU), y)}
	}},
	{"read within a block", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 1, 8, 8).Then(graph.Conv2D{Filters: 3, Kernel: 3}, graph.ReLU)
		return []*graph.Value{graph.Join(graph.Concat, x.Then(graph.MaxPool2D{}, graph.GlobalAverage{}), x.Then(graph.GlobalAverage{}))}
	}},
	{"block read twice", graph.Losses{{Loss: graph.MeanSquaredError{}}, {Loss: graph.MeanSquaredError{}, Weight: 2}}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 1, 14, 14).Then(graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{})
		y := x.Then(graph.Conv2D{Filters: 5, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{})
		z := x.Then(graph.Conv2D{Filters: 5, Kernel: 5, Activation: graph.ReLU})
		return []*graph.Value{graph.Join(graph.Sum, y, z, z).Then(graph.Flatten{}, graph.Dense{Units: 2}), x}
	}},
	{"squeeze and excite", graph.SparseCategoricalCrossEntropy{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("input", 2, 5, 5).Then(same(4, 3, 1), graph.BatchNorm{})
		by := x.Then(graph.GlobalAverage{}, graph.Dense{Units: 2, Activation: graph.ReLU}, graph.Dense{Units: 4, Activation: graph.Sigmoid}, graph.Reshape{To: graph.Shape{4, 1, 1}})
		return []*graph.Value{graph.Join(graph.Product, x, by).Then(graph.ReLU, graph.GlobalAverage{}, small3)}
	}},
	chain("pools", graph.Shape{2, 9, 8},
		same(3, 3, 1), graph.MaxPool2D{Size: graph.Rect(3, 2), Stride: graph.Rect(2, 1), Padding: graph.Pads(1, 0, 1, 0), Ceil: true}, graph.Tanh,
		graph.AveragePool2D{Size: 3, Stride: 2, Padding: 1, Ceil: true, CountPadding: true}, graph.MaxPool2D{Size: 2, Stride: 1, Dilation: 2}, graph.Flatten{}, small3),
	{"down and up", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 2, 6, 8).Then(same(3, 3, 1), graph.Tanh)
		low := x.Then(graph.AveragePool2D{}, same(3, 3, 1), graph.ReLU)
		near, linear := low.Then(graph.Upsample{}), low.Then(graph.Upsample{Size: graph.Rect(6, 8), Interpolation: graph.Bilinear})
		moved := x.Then(graph.Crop2D{Cropping: graph.Pads(1, 0, 2, 0)}, graph.ZeroPad2D{Padding: graph.Pads(0, 1, 1, 1)})
		return []*graph.Value{graph.Join(graph.Concat, x, near, linear, moved).Then(same(2, 1, 1))}
	}},
	{"axes", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 4, 3, 2).Then(same(4, 3, 1), graph.Tanh)
		rows := x.Then(graph.Permute{Axes: []int{1, 2, 0}}, graph.Reshape{To: graph.Shape{-1, 6}})
		first, second := x.Then(graph.Slice{To: 2}), x.Then(graph.Slice{From: -4, Step: 2})
		across := graph.Join(graph.Product, first, second).Then(graph.Slice{Axis: 2, From: 1}, graph.Flatten{})
		largest := graph.Join(graph.Product, first.Then(graph.GlobalMax{}, graph.Reshape{To: graph.Shape{2, 1, 1}}), second).Then(graph.Flatten{})
		return []*graph.Value{graph.Join(graph.Concat, rows.Then(graph.Flatten{}), across, largest).Then(graph.Dense{Units: 2})}
	}},
	{"broadcasts", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 2, 4, 4).Then(same(3, 3, 1), graph.Operand{Join: graph.Product, Shape: graph.Shape{3, 1, 1}}, graph.ReLU)
		row := input("row", 4).Then(graph.Operand{Join: graph.Difference, Shape: graph.Shape{4}, Left: true})
		y := graph.Join(graph.Sum, x.Then(same(3, 3, 1)), row, x)
		low := graph.Join(graph.Minimum, y, graph.Join(graph.Difference, x, row))
		ratio := graph.Join(graph.Quotient, low, graph.Join(graph.Power, row.Then(graph.Softplus), x.Then(graph.Operand{Join: graph.Maximum, Shape: graph.Shape{1}, Fixed: true})))
		score := graph.Join(graph.MatMul, ratio, y.Then(graph.Permute{Axes: []int{0, 2, 1}}))
		return []*graph.Value{score.Then(graph.Dense{Units: 2, LastAxis: true, Activation: graph.Tanh}, graph.Flatten{}, graph.Dense{Units: 2})}
	}},
	{"axes of all kinds", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		x := input("x", 4, 4, 6).Then(same(4, 3, 1), graph.LocalResponseNorm{Size: 3, Alpha: 0.1}, graph.Tanh)
		large := x.Then(graph.DepthToSpace{}, graph.Resize{Size: graph.Rect(6, 9), Interpolation: graph.Bilinear, Coordinates: graph.AlignCorners}, graph.Resize{ScaleH: 1.4, ScaleW: 0.9, Coordinates: graph.Asymmetric, Rounding: graph.RoundDown})
		around := large.Then(graph.Pad{Before: []int{0, 1, -1}, After: []int{0, 0, 1}, Border: graph.PadReflect}, graph.Slice{Axis: -1, Step: -1}, graph.Slice{Axis: -2, To: 8})
		deep := around.Then(graph.SpaceToDepth{ColumnRowDepth: true}, graph.Take{Indices: []int{3, 0, 0, 2}})
		row := graph.Join(graph.ConcatAlong{Axis: -1}, deep.Then(graph.SoftmaxAlong{Axis: -1}), x.Then(graph.Tile{Repeats: []int{1, 1, 2}}))
		ends := graph.Join(graph.Sum, row.Then(graph.Reduce{By: graph.ReduceMax, Axes: []int{-1}, Keep: true}), row.Then(graph.Reduce{By: graph.ReduceMin, Axes: []int{1}, Keep: true}, graph.Expand{To: graph.Shape{4, 4, 16}}))
		return []*graph.Value{ends.Then(graph.LayerNorm{Last: 1}, graph.SoftmaxAlong{Axis: 1, Log: true}, graph.Reduce{By: graph.ReduceSum, Axes: []int{0}}, graph.Reduce{Axes: []int{1}}, graph.Dense{Units: 2})}
	}},
	{"one order of axes, shared", graph.MeanSquaredError{}, func(_ testing.TB, input input) []*graph.Value {
		turned := graph.Shared{Name: "turned", Layer: graph.Chain{graph.Permute{Axes: []int{1, 0}}, graph.Slice{From: 1}, graph.Flatten{}, graph.Dense{Units: 3}}}
		return []*graph.Value{graph.Join(graph.Sum, input("a", 2, 3).Then(turned), input("b", 2, 3).Then(turned))}
	}},
	chain("random", graph.Shape{2, 5, 5},
		graph.GaussianNoise{Deviation: 0.1}, same(6, 3, 1), graph.SpatialDropout2D{Rate: 0.3}, graph.BatchNorm{NoScale: true}, graph.Tanh,
		graph.Residual{Body: graph.Chain{graph.Dropout{Rate: 0.2}, same(6, 1, 1)}}, graph.Frozen{Layer: graph.Dropout{Rate: 0.5}},
		graph.Flatten{}, graph.Dropout{Rate: 0.5}, small3),
	chain("norms of samples", graph.Shape{2, 5, 5},
		same(6, 3, 1), graph.LayerNorm{}, graph.Tanh, same(6, 3, 1), graph.GroupNorm{Groups: 2}, graph.Tanh, same(4, 3, 1), graph.InstanceNorm{NoShift: true},
		graph.LayerNorm{Whole: true}, graph.Tanh, graph.Flatten{}, graph.LayerNorm{Epsilon: 1e-5}, small3),
	transfer("transfer, frozen", func(l graph.Layer) graph.Layer { return graph.Frozen{Layer: l} }, "global_average_1"),
	transfer("transfer", func(l graph.Layer) graph.Layer { return l }, "global_average_1"),
	transfer("transfer of the whole", func(l graph.Layer) graph.Layer { return graph.Named{Name: "body", Layer: l} }, ""),
}

// transfer learns from a network, up to the given layer.
func transfer(name string, around func(graph.Layer) graph.Layer, until string) declaration {
	return declaration{name, graph.SparseCategoricalCrossEntropy{}, func(t testing.TB, input input) []*graph.Value {
		base := graph.Pretrained{Net: basis(t), Until: until}
		return []*graph.Value{input("input", 2, 6, 6).Then(around(base), small3)}
	}}
}
