package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// A program that is compiled with Profile times its steps. Printed, a profile is
// a table of times and speeds; here are the numbers in it that are always the
// same.
func ExampleProgram_Profile() {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}},
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	p, err := net.Compile(graph.ProgramConfig{
		Batch: 32, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}, Profile: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	var runs []*graph.Profile
	for range 4 {
		if err := p.Run(); err != nil { // on inputs of zero
			log.Fatal(err)
		}
		r, err := p.Profile()
		if err != nil {
			log.Fatal(err)
		}
		runs = append(runs, r)
	}
	median, err := graph.MedianProfile(runs[1:]) // the first run takes longer
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range median.Steps {
		fmt.Printf("%s: %s: %d multiply-adds forward, %d backward\n", s.Name(), s.Ops, s.MultiplyAdds, s.GradientMultiplyAdds)
	}
	// Output:
	// max_pool2d_1: conv 3×3/1 + bias + ReLU + max-pool 2×2/2: 48672 multiply-adds forward, 48672 backward
	// max_pool2d_1: layout: 0 multiply-adds forward, 0 backward
	// flatten_1: reshape: 0 multiply-adds forward, 0 backward
	// dense_1: product + bias: 13520 multiply-adds forward, 27040 backward
	// dense_1: softmax: 0 multiply-adds forward, 0 backward
	// loss of dense_1: softmax cross-entropy: 0 multiply-adds forward, 0 backward
}
