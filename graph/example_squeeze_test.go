package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// Squeeze is a squeeze-and-excitation block: Hu et al., arXiv:1709.01507. The
// means of the channels tell how much of each channel is let through.
type Squeeze struct {
	Ratio int // channels to each unit between; 0 means 16
}

func (q Squeeze) String() string { return graph.Literal(q) }

// Build wants an image.
func (q Squeeze) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	channels, ratio := x.Shape()[0], q.Ratio
	if ratio == 0 {
		ratio = 16
	}
	weights := x.Then(graph.GlobalAverage{},
		graph.Dense{Units: max(channels/ratio, 1), Activation: graph.ReLU},
		graph.Dense{Units: channels, Activation: graph.Sigmoid},
		graph.Reshape{To: graph.Shape{channels, 1, 1}})
	return graph.Join(graph.Product, x, weights) // (N, C, H, W) · (N, C, 1, 1)
}

// Squeeze-and-excitation is made of layers that there are: a product takes
// images and one number for each of their channels.
func Example_squeezeAndExcite() {
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 32, 32}},
		graph.Conv2D{Filters: 32, Kernel: 3, Activation: graph.ReLU}, Squeeze{},
		graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	report := net.Report()
	report.Open = true
	fmt.Print(report)
	// Output:
	// ______________________________________________________________________________________________________________
	// Layer (type)                                  Output Shape              Param #     Connected to
	// ==============================================================================================================
	// conv2d_1 (Conv2D)                             (None, 32, 30, 30)        896         input
	// ______________________________________________________________________________________________________________
	// squeeze_1 (Squeeze)                           (None, 32, 30, 30)        162         conv2d_1
	// ______________________________________________________________________________________________________________
	//   squeeze_1/global_average_1 (GlobalAverage)  (None, 32)                0           conv2d_1
	// ______________________________________________________________________________________________________________
	//   squeeze_1/dense_1 (Dense)                   (None, 2)                 66          squeeze_1/global_average_1
	// ______________________________________________________________________________________________________________
	//   squeeze_1/dense_2 (Dense)                   (None, 32)                96          squeeze_1/dense_1
	// ______________________________________________________________________________________________________________
	//   squeeze_1/reshape_1 (Reshape)               (None, 32, 1, 1)          0           squeeze_1/dense_2
	// ______________________________________________________________________________________________________________
	//   squeeze_1/product_1 (Product)               (None, 32, 30, 30)        0           conv2d_1
	//                                                                                     squeeze_1/reshape_1
	// ______________________________________________________________________________________________________________
	// global_average_1 (GlobalAverage)              (None, 32)                0           squeeze_1
	// ______________________________________________________________________________________________________________
	// dense_1 (Dense)                               (None, 10)                330         global_average_1
	// ==============================================================================================================
	// Total params: 1,388
	// Trainable params: 1,388
	// Non-trainable params: 0
	// ______________________________________________________________________________________________________________
}
