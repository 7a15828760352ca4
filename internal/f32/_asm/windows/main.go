// Command windows generates the kernels that slide a window over a row of
// pixels whose channels lie last, each channel for itself: pools and depthwise
// convolutions. The window's taps are offsets, so that it may have any shape.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		maxPool(w)
		maxPoolGrad(w)
		depthwise(w)
		depthwiseGrad(w)
	}
	vec.Generate()
}

// pointer loads an argument that is a pointer.
func pointer(name string) Mem { return Mem{Base: Load(Param(name), GP64())} }

// stride loads a stride, in floats, and makes bytes of it.
func stride(name string) Register {
	r := Load(Param(name), GP64())
	SHLQ(U8(2), r)
	return r
}
