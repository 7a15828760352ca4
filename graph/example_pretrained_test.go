package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// trained is a network that has learnt something.
func trained() *graph.Network {
	base, err := graph.New(graph.Config{Name: "base", Input: graph.Shape{1, 28, 28}, Seed: 1},
		graph.Conv2D{Filters: 8, Kernel: 3}, graph.BatchNorm{}, graph.ReLU, graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	return base
}

// Transfer: what a network has learnt is kept, and a head is trained on it.
func ExampleFrozen() {
	base := trained()
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 2},
		graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "global_average_1"}},
		graph.Dense{Units: 5, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net)
	for _, p := range net.Params() {
		fmt.Println(p.Name, p.Role)
	}
	// Output:
	// net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 2},
	// 	graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "global_average_1"}}, // (N, 8), 112 parameters
	// 	graph.Dense{Units: 5, Activation: graph.Softmax}, // (N, 5), 45 parameters
	// )
	// pretrained_1/conv2d_1/kernel fixed
	// pretrained_1/conv2d_1/bias fixed
	// pretrained_1/batch_norm_1/scale fixed
	// pretrained_1/batch_norm_1/shift fixed
	// pretrained_1/batch_norm_1/mean state
	// pretrained_1/batch_norm_1/variance state
	// dense_1/kernel trained
	// dense_1/bias trained
}

// Fine-tuning: what a network has learnt is where training begins.
func ExamplePretrained() {
	base := trained()
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 2},
		graph.Named{Name: "base", Layer: graph.Pretrained{Net: base, Until: "global_average_1"}},
		graph.Dense{Units: 5, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())
	// Output:
	// ___________________________________________________________________
	// Layer (type)                 Output Shape              Param #
	// ===================================================================
	// base (Pretrained)            (None, 8)                 112
	// ___________________________________________________________________
	// dense_1 (Dense)              (None, 5)                 45
	// ===================================================================
	// Total params: 157
	// Trainable params: 141
	// Non-trainable params: 16
	// ___________________________________________________________________
}
