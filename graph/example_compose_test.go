package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// Several inputs are several Inputs.
func ExampleCompose() {
	image := graph.Input("image", 1, 28, 28)
	facts := graph.Input("facts", 5)
	seen := image.Then(graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}, graph.Flatten{})
	known := facts.Then(graph.Dense{Units: 16, Activation: graph.ReLU})
	net, err := graph.Compose(graph.Config{Seed: 1},
		graph.Join(graph.Concat, seen, known).Then(graph.Dense{Units: 2, Activation: graph.Softmax}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())

	p, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.SetInput(1, []float32{1, 2, 3, 4, 5}); err != nil { // in the order of net.Inputs
		log.Fatal(err)
	}
	if err := p.Run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Inputs(), p.Outputs[0].Shape())
	// Output:
	// _______________________________________________________________________________
	// Layer (type)                 Output Shape              Param #     Connected to
	// ===============================================================================
	// image (Input)                (None, 1, 28, 28)         0
	// _______________________________________________________________________________
	// facts (Input)                (None, 5)                 0
	// _______________________________________________________________________________
	// conv2d_1 (Conv2D)            (None, 8, 26, 26)         80          image
	// _______________________________________________________________________________
	// max_pool2d_1 (MaxPool2D)     (None, 8, 13, 13)         0           conv2d_1
	// _______________________________________________________________________________
	// flatten_1 (Flatten)          (None, 1352)              0           max_pool2d_1
	// _______________________________________________________________________________
	// dense_1 (Dense)              (None, 16)                96          facts
	// _______________________________________________________________________________
	// concat_1 (Concat)            (None, 1368)              0           flatten_1
	//                                                                    dense_1
	// _______________________________________________________________________________
	// dense_2 (Dense)              (None, 2)                 2738        concat_1
	// ===============================================================================
	// Total params: 2,914
	// Trainable params: 2,914
	// Non-trainable params: 0
	// _______________________________________________________________________________
	// [{image (1, 28, 28)} {facts (5)}] (1, 2)
}
