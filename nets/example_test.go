package nets_test

import (
	"fmt"
	"log"

	"euryale/nets"
)

func ExampleNew() {
	net, err := nets.New("lesson", nets.Config{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net)
	// Output:
	// net, err := graph.New(graph.Config{Name: "lesson", Input: graph.Shape{1, 28, 28}, Seed: 1},
	// 	graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, // (N, 64, 26, 26), 640 parameters
	// 	graph.MaxPool2D{Size: 2}, // (N, 64, 13, 13)
	// 	graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, // (N, 64, 11, 11), 36,928 parameters
	// 	graph.MaxPool2D{Size: 2}, // (N, 64, 5, 5)
	// 	graph.Flatten{}, // (N, 1600)
	// 	graph.Dense{Units: 128, Activation: graph.ReLU}, // (N, 128), 204,928 parameters
	// 	graph.Dense{Units: 10, Activation: graph.Softmax}, // (N, 10), 1,290 parameters
	// )
}
