package ops

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// Margins are numbers of pixels on the four sides of an image, none negative.
type Margins = engine.Margins

// Conv2d is the cross-correlation of an image with filters, with the arguments
// of Gorgonia's, except that pad, stride and dilation may be nil for 0, 1 and
// 1, and that pad may have four numbers: top, bottom, left and right.
//
// im is (N, C, H, W) and filter (F, C, kh, kw), in float32; the output is
// (N, F, H', W').
func Conv2d(im, filter *G.Node, kernelShape tensor.Shape, pad, stride, dilation []int) (*G.Node, error) {
	return engine.Conv2d(im, filter, kernelShape, pad, stride, dilation)
}

// MaxPool2D keeps the largest value of each window, with the arguments of
// Gorgonia's, except that pad may be nil and that four numbers (top, bottom,
// left, right) mean what they say. The first of equal values gets the gradient.
// NaN is larger than any number; padding is smaller.
//
// x is (N, C, H, W) in float32; the output is (N, C, H', W').
func MaxPool2D(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error) {
	return engine.MaxPool2D(x, kernel, pad, stride)
}

// AveragePool2D is the mean over each window, with the arguments of Gorgonia's
// but for those that MaxPool2D takes otherwise too. Padding counts as pixels of
// value 0.
//
// x is (N, C, H, W) in float32 or float64; the output is (N, C, H', W').
func AveragePool2D(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error) {
	return engine.AveragePool(x, engine.AverageConfig{
		PoolConfig: engine.PoolConfig{Kernel: kernel, Pad: pad, Stride: stride}, CountPadding: true,
	})
}

// SoftMax turns each row of x, along its last dimension, into probabilities:
//
//	y[k] = exp(x[k] - max x) / Σ exp(x[j] - max x)
//
// x has at least one dimension; y has its shape. The maximum is the row's own,
// so that no finite x overflows.
func SoftMax(x *G.Node) (*G.Node, error) { return engine.SoftMax(x) }

// SoftmaxCrossEntropy is the mean over a batch of the cross-entropy between the
// softmax of the logits x and integer labels:
//
//	L = 1/N Σ_n log Σ_k exp(x[n,k]) - x[n,labels[n]]
//
// logits has shape (N, K); labels shape (N) and type Int, each in [0, K). The
// result is a scalar, finite for any finite logits.
func SoftmaxCrossEntropy(logits, labels *G.Node) (*G.Node, error) {
	return engine.SoftmaxCrossEntropy(logits, labels)
}

// Pad2D surrounds each image of x with a margin of value fill.
//
// Input (N, C, H, W); output (N, C, Top+H+Bottom, Left+W+Right).
func Pad2D(x *G.Node, m Margins, fill float64) (*G.Node, error) { return engine.Pad2D(x, m, fill) }
