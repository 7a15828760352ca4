package nets

import "euryale/graph"

// ResNet20 is the network of 20 layers for CIFAR-10 of He et al. 2015,
// arXiv:1512.03385, section 4.2: three stages of three residual blocks, of 16,
// 32 and 64 filters, the last two of which begin with a stride of 2. Where the
// shape changes, a 1×1 convolution with its normalisation leads past the block
// (the paper's option B; its figures for CIFAR-10 are of option A, without
// weights). Strided convolutions are padded by a pixel on each side, as in
// PyTorch.
//
// Two epochs of digits --net resnet20, of seed 1: 0.9884 on MNIST's test set.
//
// Input (C, H, W), of at least 28×28; parameters with 10 classes that are
// trained: 272,186 of one channel, 272,474 of three, whatever the size. The
// running means and variances are 1,568 more.
func ResNet20(classes int) []graph.Layer {
	layers := normalised(graph.Conv2D{Filters: 16, Kernel: 3, Padding: 1, NoBias: true, Init: graph.HeNormal}, graph.ReLU)
	for _, filters := range []int{16, 32, 64} {
		for block := range 3 {
			layers = append(layers, residual(filters, block == 0 && filters > 16))
		}
	}
	return append(layers, graph.GlobalAverage{}, graph.Dense{Units: classes, Activation: graph.Softmax})
}

// residual is two convolutions and the way past them. One that goes down halves
// the sides and has twice the channels.
func residual(filters int, down bool) graph.Layer {
	conv := graph.Conv2D{Filters: filters, Kernel: 3, Padding: 1, NoBias: true, Init: graph.HeNormal}
	first := conv
	block := graph.Residual{Activation: graph.ReLU}
	if down {
		first.Stride = 2
		block.Shortcut = normalised(graph.Conv2D{Filters: filters, Kernel: 1, Stride: 2, NoBias: true, Init: graph.HeNormal}, nil)
	}
	block.Body = append(normalised(first, graph.ReLU), normalised(conv, nil)...)
	return block
}

// normalised is a convolution, its normalisation and an activation, which may
// be nil. The running statistics are of some ten steps, as in PyTorch: those of
// Keras, of a hundred, are not yet the network's after an epoch on a few pictures.
func normalised(conv, activation graph.Layer) []graph.Layer {
	layers := []graph.Layer{conv, graph.BatchNorm{Momentum: 0.9}}
	if activation != nil {
		layers = append(layers, activation)
	}
	return layers
}
