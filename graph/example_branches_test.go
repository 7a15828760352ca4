package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// An Inception module: Szegedy et al., arXiv:1409.4842.
func ExampleBranches() {
	conv := func(filters int, kernel graph.Size) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: kernel, Padding: graph.Same, Activation: graph.ReLU}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{192, 28, 28}},
		graph.Branches{Join: graph.Concat, Of: []graph.Layer{
			conv(64, 1),
			graph.Chain{conv(96, 1), conv(128, 3)},
			graph.Chain{conv(16, 1), conv(32, 5)},
			graph.Chain{graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same}, conv(32, 1)},
		}})
	if err != nil {
		log.Fatal(err)
	}
	report := net.Report()
	report.Open = true
	fmt.Print(report)
	// Output:
	// ____________________________________________________________________________________________________
	// Layer (type)                           Output Shape              Param #     Connected to
	// ====================================================================================================
	// branches_1 (Branches)                  (None, 256, 28, 28)       163696      input
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_1 (Conv2D)         (None, 64, 28, 28)        12352       input
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_2 (Conv2D)         (None, 96, 28, 28)        18528       input
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_3 (Conv2D)         (None, 128, 28, 28)       110720      branches_1/conv2d_2
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_4 (Conv2D)         (None, 16, 28, 28)        3088        input
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_5 (Conv2D)         (None, 32, 28, 28)        12832       branches_1/conv2d_4
	// ____________________________________________________________________________________________________
	//   branches_1/max_pool2d_1 (MaxPool2D)  (None, 192, 28, 28)       0           input
	// ____________________________________________________________________________________________________
	//   branches_1/conv2d_6 (Conv2D)         (None, 32, 28, 28)        6176        branches_1/max_pool2d_1
	// ____________________________________________________________________________________________________
	//   branches_1/concat_1 (Concat)         (None, 256, 28, 28)       0           branches_1/conv2d_1
	//                                                                              branches_1/conv2d_3
	//                                                                              branches_1/conv2d_5
	//                                                                              branches_1/conv2d_6
	// ====================================================================================================
	// Total params: 163,696
	// Trainable params: 163,696
	// Non-trainable params: 0
	// ____________________________________________________________________________________________________
}
