// Command functions generates functions of one number and their derivatives,
// element by element. Both widths do the same arithmetic in the same order, and
// so give the same bits.
package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		e := emitter{w}
		e.function("exp", e.exp)
		e.function("scale", e.scale)
		e.function("tanh", e.tanh)
		e.function("sigmoid", e.sigmoid)
		e.function("silu", e.silu)
		e.function("gelu", e.gelu)
		e.function("geluTanh", e.geluTanh)
		e.function("mish", e.mish)
		e.function("softplus", e.softplus)
		e.function("elu", e.elu)
		e.function("softsign", e.softsign)
		e.function("line", e.line)
		e.function("hardSwish", e.hardSwish)
		e.function("leaky", e.leaky)

		e.gradient("tanhGrad", e.tanhSlope)
		e.gradient("sigmoidGrad", e.sigmoidSlope)
		e.gradient("siluGrad", e.siluSlope)
		e.gradient("geluGrad", e.geluSlope)
		e.gradient("geluTanhGrad", e.geluTanhSlope)
		e.gradient("mishGrad", e.mishSlope)
		e.gradient("softplusGrad", e.sigmoid)
		e.gradient("eluGrad", e.eluSlope)
		e.gradient("softsignGrad", e.softsignSlope)
		e.gradient("hardSwishGrad", e.hardSwishSlope)
		e.loop("lineGrad", "dx, grad, x", e.lineGrad)
		e.loop("leakyGrad", "dx, grad, x", e.leakyGrad)

		e.loop("expEach", "y, x, each", e.expEach)
		e.loop("multiply", "y, a, b", func(v []VecVirtual, _ parameters) VecVirtual { return e.mul(v[1], v[2]) })
		e.loop("larger", "y, a, b", func(v []VecVirtual, _ parameters) VecVirtual { return e.larger(v[1], v[2]) })
		e.largest()
		e.sumExp()
		e.dotBelow()
		e.addDoubles()
		e.sumSquares()
		e.steps()
	}
	vec.Generate()
}

// parameters are a function's three numbers, in all lanes. Those that it does
// not ask for are not loaded.
type parameters struct{ p, q, r func() VecVirtual }

// function generates y = f(x).
func (e emitter) function(name string, f func(x VecVirtual, with parameters) VecVirtual) {
	e.loop(name, "y, x", func(v []VecVirtual, with parameters) VecVirtual { return f(v[1], with) })
}

// gradient generates dx = f(x)·grad.
func (e emitter) gradient(name string, f func(x VecVirtual, with parameters) VecVirtual) {
	e.loop(name, "dx, grad, x", func(v []VecVirtual, with parameters) VecVirtual {
		return e.mul(f(v[2], with), v[1])
	})
}

// loop generates a function that stores to the first of two or three slices
// what f makes of each vector of the others.
func (e emitter) loop(name, slices string, f func(v []VecVirtual, with parameters) VecVirtual) {
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
	with := parameters{e.once("p"), e.once("q"), e.once("r")}
	step := func(load func(Mem, Register), store func(Register, Mem)) {
		v := make([]VecVirtual, len(names))
		for i := range names[1:] {
			v[i+1] = e.w.Register()
			load(memory[i+1], v[i+1])
		}
		store(f(v, with), memory[0])
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
func (e emitter) once(name string) func() VecVirtual {
	return func() VecVirtual {
		r := e.w.Register()
		e.w.Broadcast(vec.Param(name), r)
		return r
	}
}
