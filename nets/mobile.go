package nets

import "euryale/graph"

// Mobile is a small network in the manner of MobileNet, Howard et al.,
// arXiv:1704.04861: a convolution, then five pairs of a depthwise convolution
// of 3×3 and one of 1×1, each with its normalisation and ReLU6. Strided
// convolutions are padded by a pixel on each side, as in PyTorch.
//
// Two epochs of digits --net mobile, of seed 1: 0.9841 on MNIST's test set.
//
// Input (C, H, W), of at least 28×28; parameters with 10 classes that are
// trained: 136,202 of one channel, 136,778 of three, whatever the size. The
// running means and variances are 2,944 more.
func Mobile(classes int) []graph.Layer {
	layers := normalised(graph.Conv2D{Filters: 32, Kernel: 3, Stride: 2, Padding: 1, NoBias: true}, graph.ReLU)
	for _, pair := range []struct {
		filters int
		stride  graph.Size
	}{{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}} {
		layers = append(layers, normalised(graph.DepthwiseConv2D{Kernel: 3, Stride: pair.stride, Padding: 1, NoBias: true}, graph.ReLU6)...)
		layers = append(layers, normalised(graph.Conv2D{Filters: pair.filters, Kernel: 1, NoBias: true}, graph.ReLU6)...)
	}
	return append(layers, graph.GlobalAverage{}, graph.Dense{Units: classes, Activation: graph.Softmax})
}
