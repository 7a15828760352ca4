package nets

import "euryale/graph"

// LeNet5 is the network of LeCun, Bottou, Bengio & Haffner, "Gradient-based
// learning applied to document recognition", Proc. IEEE 86(11), 1998, with what
// is usual today in three places: max-pooling for its trainable subsampling,
// full connections from its second stage to its third, and softmax for its
// radial basis functions. A padding of 2 makes its 32×32 input of 28×28.
func LeNet5(classes int) []graph.Layer {
	return []graph.Layer{
		graph.Conv2D{Filters: 6, Kernel: 5, Padding: 2, Activation: graph.Tanh},
		graph.MaxPool2D{Size: 2},
		graph.Conv2D{Filters: 16, Kernel: 5, Activation: graph.Tanh},
		graph.MaxPool2D{Size: 2},
		graph.Conv2D{Filters: 120, Kernel: 5, Activation: graph.Tanh},
		graph.Flatten{},
		graph.Dense{Units: 84, Activation: graph.Tanh},
		graph.Dense{Units: classes, Activation: graph.Softmax},
	}
}
