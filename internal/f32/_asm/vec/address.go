package vec

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Pointer loads an argument that is a pointer.
func Pointer(name string) operand.Mem {
	return operand.Mem{Base: build.Load(build.Param(name), build.GP64())}
}

// Stride loads a stride, in floats, and makes bytes of it.
func Stride(name string) reg.Register {
	r := build.Load(build.Param(name), build.GP64())
	build.SHLQ(operand.U8(2), r)
	return r
}

// Triple is 3·r in another register.
func Triple(r reg.Register) reg.Register {
	r3 := build.GP64()
	build.LEAQ(operand.Mem{Base: r, Index: r, Scale: 2}, r3)
	return r3
}

// Line is row i, 0 to 3, of rows that are stride bytes apart and begin at m;
// stride3 is the Triple of that.
func Line(m operand.Mem, stride, stride3 reg.Register, i int) operand.Mem {
	switch i {
	case 1:
		return m.Idx(stride, 1)
	case 2:
		return m.Idx(stride, 2)
	case 3:
		return m.Idx(stride3, 1)
	}
	return m
}
