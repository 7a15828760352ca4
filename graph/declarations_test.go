package graph_test

import (
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

func same(filters, kernel, stride int) graph.Conv2D {
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
	chain("norm", graph.Shape{2, 5, 5},
		same(3, 3, 1), graph.BatchNorm{}, graph.ReLU, graph.Flatten{}, graph.Dense{Units: 4}, graph.BatchNorm{Momentum: 0.9}, small3),
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
