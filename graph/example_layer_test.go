package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// Bottleneck is a block of one's own: He et al., arXiv:1512.03385, figure 5. It
// looks at shapes to see whether its shortcut needs a convolution.
type Bottleneck struct {
	Filters int
	Stride  graph.Size
}

func (b Bottleneck) String() string { return graph.Literal(b) }

// Build is made of other layers.
func (b Bottleneck) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	conv := func(filters int, kernel, stride graph.Size) graph.Layer {
		return graph.Chain{
			graph.Conv2D{Filters: filters, Kernel: kernel, Stride: stride, Padding: graph.Same, NoBias: true},
			graph.BatchNorm{},
		}
	}
	y := x.Then(conv(b.Filters/4, 1, b.Stride), graph.ReLU, conv(b.Filters/4, 3, 1), graph.ReLU, conv(b.Filters, 1, 1))
	if !x.Shape().Eq(y.Shape()) {
		x = x.Then(conv(b.Filters, 1, b.Stride))
	}
	return graph.Join(graph.Sum, y, x).Then(graph.ReLU)
}

func ExampleLayer() {
	net, err := graph.New(graph.Config{Input: graph.Shape{16, 32, 32}},
		Bottleneck{Filters: 16, Stride: 1}, Bottleneck{Filters: 32, Stride: 2}, graph.GlobalAverage{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())
	for _, p := range net.Params(graph.Trained)[:3] {
		fmt.Println(p.Name, p.Value.Shape())
	}
	// Output:
	// ________________________________________________________________________
	// Layer (type)                      Output Shape              Param #
	// ========================================================================
	// bottleneck_1 (Bottleneck)         (None, 16, 32, 32)        368
	// ________________________________________________________________________
	// bottleneck_2 (Bottleneck)         (None, 32, 16, 16)        1792
	// ________________________________________________________________________
	// global_average_1 (GlobalAverage)  (None, 32)                0
	// ========================================================================
	// Total params: 2,160
	// Trainable params: 1,952
	// Non-trainable params: 208
	// ________________________________________________________________________
	// bottleneck_1/conv2d_1/kernel (4, 16, 1, 1)
	// bottleneck_1/batch_norm_1/scale (4)
	// bottleneck_1/batch_norm_1/shift (4)
}
