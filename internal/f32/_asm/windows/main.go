// Command windows generates the kernels that slide a window over a row of
// pixels whose channels lie last, each channel for itself: pools and depthwise
// convolutions. The window's taps are offsets, so that it may have any shape.
package main

import "euryale/internal/f32/_asm/vec"

func main() {
	for _, w := range vec.Widths {
		maxPool(w)
		maxPoolGrad(w)
		depthwise(w)
		depthwiseGrad(w)
	}
	vec.Generate()
}
