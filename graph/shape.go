package graph

import (
	"gorgonia.org/tensor"

	"euryale/internal/ir"
)

// Shape is the shape of one sample, without the batch: (C, H, W) for an image,
// (K) for a vector.
type Shape = tensor.Shape

// batched is the shape of n samples of shape s.
func batched(n int, s Shape) Shape { return append(Shape{n}, s...) }

// printShape is s as messages and reports write it, with batch for the number
// of samples: (N, 64, 26, 26).
func printShape(batch string, s Shape) string { return ir.PrintShape(batch, s) }

// checkImage reports an input that is not (C, H, W).
func checkImage(in Shape) error {
	if len(in) != 3 {
		return mismatch("an image (N, C, H, W)", in)
	}
	return nil
}
