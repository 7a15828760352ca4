package nets

import "euryale/graph"

// The networks here come from lessons 2 and 3 of the course "Introduction to
// TensorFlow for Artificial Intelligence, Machine Learning, and Deep Learning"
// (L. Moroney, deeplearning.ai) and its exercises, in Keras there.

// Simple is the network with which the course begins, without convolutions. It
// is to reach 99 % in training on MNIST.
func Simple(classes int) []graph.Layer {
	return []graph.Layer{
		graph.Flatten{},
		graph.Dense{Units: 512, Activation: graph.ReLU},
		graph.Dense{Units: classes, Activation: graph.Softmax},
	}
}

// Dense128 is the network of the lesson on Fashion-MNIST, which convolutions
// then improve.
func Dense128(classes int) []graph.Layer {
	return append([]graph.Layer{graph.Flatten{}}, head(classes)...)
}

// Lesson is the lesson's convolutional network: 28→26→13→11→5→1600, 243,786
// parameters on MNIST.
func Lesson(classes int) []graph.Layer { return convolutions(classes, 64, 64) }

// Conv32 is exercise 1: a single convolution, with 32 filters.
func Conv32(classes int) []graph.Layer { return convolutions(classes, 32) }

// Conv64 is exercise 1 with 64 filters.
func Conv64(classes int) []graph.Layer { return convolutions(classes, 64) }

// ThreeConv is exercise 3: convolutions until one pixel is left,
// 28→26→13→11→5→3→1.
func ThreeConv(classes int) []graph.Layer { return convolutions(classes, 32, 32, 32) }

// convolutions is a stack of 3×3 convolutions, each with a pool, and the head.
func convolutions(classes int, filters ...int) []graph.Layer {
	var layers []graph.Layer
	for _, f := range filters {
		layers = append(layers, graph.Conv2D{Filters: f, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2})
	}
	return append(append(layers, graph.Flatten{}), head(classes)...)
}

// head is the pair of dense layers that all but Simple end in.
func head(classes int) []graph.Layer {
	return []graph.Layer{
		graph.Dense{Units: 128, Activation: graph.ReLU},
		graph.Dense{Units: classes, Activation: graph.Softmax},
	}
}
