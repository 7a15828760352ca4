package graph_test

import (
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// This file holds layers of one's own and nothing else: TestCodeRuns makes it
// part of a program.

// Block is a ResNet block. Where it changes the shape, a convolution of one
// pixel fits the shortcut to it.
type Block struct {
	Filters int
	Stride  graph.Size
}

func (b Block) String() string { return graph.Literal(b) }

// Build wants an image.
func (b Block) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	conv := func(kernel, stride graph.Size) graph.Layer {
		return graph.Conv2D{Filters: b.Filters, Kernel: kernel, Stride: stride, Padding: graph.Same, NoBias: true}
	}
	y := x.Then(conv(3, b.Stride), graph.BatchNorm{}, graph.ReLU, conv(3, 1), graph.BatchNorm{})
	if !x.Shape().Eq(y.Shape()) {
		x = x.Then(conv(1, b.Stride), graph.BatchNorm{})
	}
	return graph.Join(graph.Sum, y, x).Then(graph.ReLU)
}

// Scale multiplies each channel of an image by a weight.
type Scale struct{}

func (l Scale) String() string { return graph.Literal(l) }

// Build wants an image.
func (l Scale) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("scale", graph.Shape{1, x.Shape()[0], 1, 1}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		return G.BroadcastHadamardProd(n[0], n[1], nil, []byte{0, 2, 3})
	}, x, w)
}

// Standard subtracts a mean from each value of a vector and divides by a
// deviation, both of which are set from the data and are not trained.
type Standard struct{}

func (l Standard) String() string { return graph.Literal(l) }

// Build wants vectors.
func (l Standard) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	row := graph.Shape{1, x.Shape()[0]}
	mean, deviation := s.State("mean", row, graph.Zeros), s.State("deviation", row, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		y, err := G.BroadcastSub(n[0], n[1], nil, []byte{0})
		if err != nil {
			return nil, err
		}
		return G.BroadcastHadamardDiv(y, n[2], nil, []byte{0})
	}, x, mean, deviation)
}

// Gate lets through of its first value what its second says.
type Gate struct{}

func (g Gate) String() string { return graph.Literal(g) }

// Join wants two values of one shape.
func (g Gate) Join(_ *graph.Scope, x []*graph.Value) *graph.Value {
	return graph.Join(graph.Product, x[0], x[1].Then(graph.Sigmoid))
}

func square(x *G.Node) (*G.Node, error) { return G.Square(x) }
