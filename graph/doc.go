// Package graph declares convolutional networks as Gorgonia expression graphs
// and compiles them into programs that run on a TapeMachine.
//
//	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1},
//		graph.Conv2D{Filters: 64, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
//		graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax})
//	fmt.Print(net.Report())
//	program, err := net.Compile(graph.ProgramConfig{Batch: 32, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
//
// A [Layer] is a struct literal, and prints as one. [New] checks every shape
// and draws the weights, [Network.Report] prints the layer-shape report, and
// [Network.Compile] makes a [Program] for one batch size and mode. All programs of a
// network share its weights: what one learns, the others see.
//
// A layer of your own implements [Layer], or is a function on nodes wrapped in
// [Func].
package graph
