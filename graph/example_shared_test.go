package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// A Siamese network: Bromley et al., "Signature verification using a 'Siamese'
// time delay neural network", NIPS 1993. Both images go through one tower.
func ExampleShared() {
	tower := graph.Shared{Name: "tower", Layer: graph.Chain{
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{}, graph.Dense{Units: 16},
	}}
	left, right := graph.Input("left", 1, 28, 28), graph.Input("right", 1, 28, 28)
	same := graph.Join(graph.Concat, left.Then(tower), right.Then(tower)).Then(graph.Dense{Units: 1, Activation: graph.Sigmoid})
	net, err := graph.Compose(graph.Config{Seed: 1}, same)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())
	for _, p := range net.Params() {
		fmt.Println(p.Name)
	}
	// Output:
	// _______________________________________________________________________________
	// Layer (type)                 Output Shape              Param #     Connected to
	// ===============================================================================
	// left (Input)                 (None, 1, 28, 28)         0
	// _______________________________________________________________________________
	// right (Input)                (None, 1, 28, 28)         0
	// _______________________________________________________________________________
	// tower (Shared)               (None, 16)                21728       left
	//                                                                    right
	// _______________________________________________________________________________
	// concat_1 (Concat)            (None, 32)                0           tower
	//                                                                    tower
	// _______________________________________________________________________________
	// dense_1 (Dense)              (None, 1)                 33          concat_1
	// ===============================================================================
	// Total params: 21,761
	// Trainable params: 21,761
	// Non-trainable params: 0
	// _______________________________________________________________________________
	// tower/conv2d_1/kernel
	// tower/conv2d_1/bias
	// tower/dense_1/kernel
	// tower/dense_1/bias
	// dense_1/kernel
	// dense_1/bias
}
