package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// A ResNet block is a literal.
func ExampleResidual() {
	conv := graph.Conv2D{Filters: 16, Kernel: 3, Padding: graph.Same, NoBias: true}
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 32, 32}}, conv,
		graph.Residual{Body: graph.Chain{conv, graph.BatchNorm{}, graph.ReLU, conv, graph.BatchNorm{}}, Activation: graph.ReLU},
		graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
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
	// conv2d_1 (Conv2D)                      (None, 16, 32, 32)        432         input
	// ____________________________________________________________________________________________________
	// residual_1 (Residual)                  (None, 16, 32, 32)        4736        conv2d_1
	// ____________________________________________________________________________________________________
	//   residual_1/conv2d_1 (Conv2D)         (None, 16, 32, 32)        2304        conv2d_1
	// ____________________________________________________________________________________________________
	//   residual_1/batch_norm_1 (BatchNorm)  (None, 16, 32, 32)        64          residual_1/conv2d_1
	// ____________________________________________________________________________________________________
	//   residual_1/re_lu_1 (ReLU)            (None, 16, 32, 32)        0           residual_1/batch_norm_1
	// ____________________________________________________________________________________________________
	//   residual_1/conv2d_2 (Conv2D)         (None, 16, 32, 32)        2304        residual_1/re_lu_1
	// ____________________________________________________________________________________________________
	//   residual_1/batch_norm_2 (BatchNorm)  (None, 16, 32, 32)        64          residual_1/conv2d_2
	// ____________________________________________________________________________________________________
	//   residual_1/sum_1 (Sum)               (None, 16, 32, 32)        0           residual_1/batch_norm_2
	//                                                                              conv2d_1
	// ____________________________________________________________________________________________________
	//   residual_1/re_lu_2 (ReLU)            (None, 16, 32, 32)        0           residual_1/sum_1
	// ____________________________________________________________________________________________________
	// global_average_1 (GlobalAverage)       (None, 16)                0           residual_1
	// ____________________________________________________________________________________________________
	// dense_1 (Dense)                        (None, 10)                170         global_average_1
	// ====================================================================================================
	// Total params: 5,338
	// Trainable params: 5,274
	// Non-trainable params: 64
	// ____________________________________________________________________________________________________
}
