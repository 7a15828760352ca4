package graph_test

import (
	"fmt"
	"log"

	"euryale/graph"
)

// Two heads on one trunk, each with a loss of its own.
func ExampleLosses() {
	image := graph.Input("image", 3, 32, 32)
	trunk := image.Then(graph.Conv2D{Filters: 16, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{})
	class := trunk.Then(graph.GlobalAverage{}, graph.Named{Name: "class", Layer: graph.Dense{Units: 10, Activation: graph.Softmax}})
	box := trunk.Then(graph.Flatten{}, graph.Named{Name: "box", Layer: graph.Dense{Units: 4}})
	net, err := graph.Compose(graph.Config{Seed: 1}, class, box)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net)

	p, err := net.Compile(graph.ProgramConfig{Mode: graph.Training, Loss: graph.Losses{ // in the outputs' order
		{Loss: graph.SparseCategoricalCrossEntropy{}},
		{Loss: graph.MeanSquaredError{}, Weight: 0.5},
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.SetLabels(0, []int{7}); err != nil {
		log.Fatal(err)
	}
	if err := p.SetTarget(1, []float32{2, 2, 2, 2}); err != nil {
		log.Fatal(err)
	}
	if err := p.Run(); err != nil { // on a black image: all outputs are alike
		log.Fatal(err)
	}
	fmt.Printf("%.3f + 0.5·%.3f = %.3f\n", p.Losses[0], p.Losses[1], p.Loss)
	// Output:
	// image := graph.Input("image", 3, 32, 32)
	// a := image.Then(graph.Conv2D{Filters: 16, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}) // (N, 16, 15, 15), 448 parameters
	// b := a.Then(graph.GlobalAverage{}, graph.Named{Name: "class", Layer: graph.Dense{Units: 10, Activation: graph.Softmax}}) // (N, 10), 170 parameters
	// c := a.Then(graph.Flatten{}, graph.Named{Name: "box", Layer: graph.Dense{Units: 4}}) // (N, 4), 14,404 parameters
	// net, err := graph.Compose(graph.Config{Seed: 1}, b, c)
	// 2.303 + 0.5·4.000 = 4.303
}
