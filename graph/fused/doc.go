// Package fused holds Gorgonia ops of Euryale's own. They are declared like
// Gorgonia's, differentiate symbolically through [gorgonia.Grad], and run on a
// TapeMachine:
//
//	prob, err := fused.SoftMax(logits)
//	cost, err := fused.SoftmaxCrossEntropy(logits, labels)
//	grads, err := gorgonia.Grad(cost, weights...)
//
// So far they stand in where Gorgonia v0.9.18 has no op or a wrong one. Its
// SoftMax and LogSoftMax subtract the wrong maximum from each row but the
// first, and overflow in float32 when logits spread; it cannot pad an image by
// different amounts on opposite sides.
package fused
