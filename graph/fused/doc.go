// Package fused holds Gorgonia ops of Euryale's own. They are declared like
// Gorgonia's, differentiate symbolically through [gorgonia.Grad], and run on a
// TapeMachine:
//
//	y, err := fused.Conv2d(x, w, tensor.Shape{3, 3}, nil, []int{1, 1}, nil)
//	y, err = fused.MaxPool2D(y, tensor.Shape{2, 2}, nil, []int{2, 2})
//	cost, err := fused.SoftmaxCrossEntropy(logits, labels)
//	grads, err := gorgonia.Grad(cost, w)
//
// [Conv2d] and [MaxPool2D] take the arguments of Gorgonia's, so that a program gains by
// changing an import. [Block], [Conv] and [Dense] do several steps at once; the fused engine
// of package graph puts them in the place of layers. All of these compute in float32, on all
// cores, with the same bits whatever their number, and allocate nothing after
// their first run. An op serves one machine at a time.
//
// Others stand in where Gorgonia v0.9.18 has no op or a wrong one. Its SoftMax
// and LogSoftMax subtract the wrong maximum from each row but the first, and
// overflow in float32 when logits spread: hence [SoftMax] and
// [SoftmaxCrossEntropy]. It cannot pad an image by different amounts on
// opposite sides: hence [Pad2D].
package fused
