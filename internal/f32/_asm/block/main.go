// Command block generates the kernels of the lesson's block: convolution, ReLU
// and pooling, forward and backward.
package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"euryale/internal/f32/_asm/vec"
)

// Constants that the kernels load from memory.
var (
	integers  Mem // 0 to 15
	half      Mem
	allDead   Mem // places of 16 filters
	toSquares Mem // permutes 4×4 squares of 32 bits into columns
	toColumns Mem // and 4×4 bytes
)

func constants() {
	integers = table("integers", 4, 16, func(i int) int { return i })
	half = ConstData("half", F32(0.5))
	allDead = table("allDead", 1, 16, func(int) int { return dead })
	toSquares = table("toSquares", 4, 16, func(i int) int { return i%4*4 + i/4 })
	toColumns = table("toColumns", 1, 16, func(i int) int { return i%4*4 + i/4 })
}

// table is n integers of size bytes.
func table(name string, size, n int, value func(i int) int) Mem {
	m := GLOBL(name, attr.RODATA|attr.NOPTR)
	for i := range n {
		if size == 1 {
			DATA(i, U8(value(i)))
		} else {
			DATA(size*i, U32(value(i)))
		}
	}
	return m
}

func main() {
	constants()
	for vectors := 4; vectors > 0; vectors-- {
		firstBlock(vec.ZMM, vectors)
	}
	firstBlock(vec.YMM, 2)
	firstBlockGrad(vec.ZMM, 2)
	firstBlockGrad(vec.ZMM, 1)
	firstBlockGrad(vec.YMM, 1)
	for _, w := range vec.Widths {
		winogradFilter(w)
		winogradInput(w)
		winogradOutput(w)
		scaledRows(w)
		biasGrad(w)
	}
	liveFilters()
	liveCells()
	vec.Generate()
}

// place is where the integer lies that stands for place i in a cell.
func place(i int) Mem { return integers.Offset(4 * i) }
