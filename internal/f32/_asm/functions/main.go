// Command functions generates functions of one number and their derivatives,
// element by element. Both widths do the same arithmetic in the same order, and
// so give the same bits.
package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/formula"
	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		e := emitter{w}
		on := formula.On{Machine: e}
		for _, f := range formula.Functions {
			e.loop(f.Name, "y, x", func(v []value, with formula.Parameters) value { return f.F(on, v[1], with) })
		}
		for _, f := range formula.Gradients {
			e.loop(f.Name, "dx, grad, x", func(v []value, with formula.Parameters) value { return e.Mul(f.F(on, v[2], with), v[1]) })
		}
		e.loop("lineGrad", "dx, grad, x", on.LineGrad)
		e.loop("leakyGrad", "dx, grad, x", on.LeakyGrad)

		e.loop("expEach", "y, x, each", on.ExpEach)
		e.loop("multiply", "y, a, b", func(v []value, _ formula.Parameters) value { return e.Mul(v[1], v[2]) })
		e.loop("larger", "y, a, b", func(v []value, _ formula.Parameters) value { return e.larger(v[1], v[2]) })
		e.largest()
		e.sumExp()
		e.dotBelow()
		e.addDoubles()
		e.sumSquares()
		e.steps()
	}
	vec.Generate()
}

// loop generates a function that stores to the first of two or three slices
// what f makes of each vector of the others.
func (e emitter) loop(name, slices string, f func(v []value, with formula.Parameters) value) {
	name += e.w.Level()
	vec.Function(name, "func("+slices+" *float32, vectors, lanes int, p, q, r float32)")
	Doc(name + " handles whole vectors and, after them, the first lanes of one more.")
	names := strings.Split(slices, ", ")
	at := GP64()
	XORQ(at, at)
	var memory []Mem
	for _, name := range names {
		memory = append(memory, Mem{Base: Load(Param(name), GP64())}.Idx(at, 1))
	}
	with := formula.Parameters{P: e.once("p"), Q: e.once("q"), R: e.once("r")}
	step := func(load func(Mem, Register), store func(Register, Mem)) {
		v := make([]value, len(names))
		for i := range names[1:] {
			r := e.w.Register()
			load(memory[i+1], r)
			v[i+1] = r
		}
		store(f(v, with).(Register), memory[0])
	}

	e.vectors(at, step)
}

// vectors ends a function: it steps through whole vectors, of which at is the
// place, and then the first lanes of one more.
func (e emitter) vectors(at Register, step func(load func(Mem, Register), store func(Register, Mem))) {
	vectors := Load(Param("vectors"), GP64())
	TESTQ(vectors, vectors)
	JZ(LabelRef("rest"))
	Label("loop")
	step(e.w.Load, e.w.Store)
	ADDQ(I32(e.w.Bytes()), at)
	DECQ(vectors)
	JNZ(LabelRef("loop"))

	Label("rest")
	CMPQ(vec.Param("lanes"), U8(0))
	JEQ(LabelRef("done"))
	mask := e.w.Mask(vec.Param("lanes"))
	step(mask.Load, mask.Store)
	Label("done")
	vec.Return()
}

// once loads an argument where it is asked for.
func (e emitter) once(name string) func() value {
	return func() value {
		r := e.w.Register()
		e.w.Broadcast(vec.Param(name), r)
		return r
	}
}
