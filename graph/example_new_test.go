package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// The simple case is a list of layers.
func ExampleNew() {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1},
		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{},
		graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Plan(graph.ProgramConfig{Batch: 32}))
	// Output:
	// Layer         Computes                                       Bytes  Kernel
	// max_pool2d_1  conv 3×3/1 + bias + ReLU + max-pool 2×2/2  1,730,560  direct, pooled in registers
	//               // few planes (1), whose gradient nobody wants
	// max_pool2d_1  layout                                     1,384,448  to planar
	// flatten_1     reshape                                    1,384,448  Gorgonia
	// dense_1       product + bias                                 1,280  product in tiles
	// dense_1       softmax                                        1,280  plain Go
	// Values: 4,502,016 bytes for a batch of 32, forward
	// Parameters: 435,240 bytes
}
