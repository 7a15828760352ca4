// Package ops holds Gorgonia ops of Euryale's own, for anybody's expression
// graph. They are declared like Gorgonia's, differentiate symbolically through
// [gorgonia.Grad], and run on a TapeMachine:
//
//	y, err := ops.Conv2d(x, w, tensor.Shape{3, 3}, nil, []int{1, 1}, nil)
//	y, err = ops.MaxPool2D(y, tensor.Shape{2, 2}, nil, []int{2, 2})
//	cost, err := ops.SoftmaxCrossEntropy(logits, labels)
//	grads, err := gorgonia.Grad(cost, w)
//
// [Conv2d] and [MaxPool2D] take the arguments of Gorgonia's, so that a program
// gains by changing an import. They compute in float32, on all cores, with the
// same bits whatever their number, and allocate nothing after their first run.
// An op serves one machine at a time.
//
// The others stand in where Gorgonia v0.9.18 has no op or a wrong one. Its
// SoftMax and LogSoftMax subtract the wrong maximum from each row but the
// first, and overflow in float32 when logits spread: hence [SoftMax] and
// [SoftmaxCrossEntropy]. Its AveragePool2D divides by the width of the image:
// hence [AveragePool2D]. It cannot pad an image by different amounts on
// opposite sides: hence [Pad2D].
package ops
