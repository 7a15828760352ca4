// Command adam generates Adam's kernels. What bounds them is memory and the
// divider, so that the loop is not unrolled.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		generate(w)
	}
	vec.Generate()
}

// constants are the step's, one in all lanes of each register.
type constants struct{ rate, beta1, beta2, c1, c2, epsilon Register }

func generate(w vec.Width) {
	name := "adam" + w.Level()
	vec.Function(name, "func(w, grad, m, v *float32, vectors, lanes int, rate, beta1, beta2, c1, c2, epsilon float32)")
	Doc(name + " takes Adam's step for whole vectors and, after them, the first lanes of one more.")

	broadcast := func(name string) Register {
		r := w.Register()
		w.Broadcast(vec.Param(name), r)
		return r
	}
	c := constants{
		rate: broadcast("rate"), epsilon: broadcast("epsilon"),
		beta1: broadcast("beta1"), c1: broadcast("c1"),
		beta2: broadcast("beta2"), c2: broadcast("c2"),
	}
	var pointers [4]Mem // w, grad, m, v
	for i := range pointers {
		pointers[i] = Mem{Base: Load(ParamIndex(i), GP64())}
	}
	vectors := Load(Param("vectors"), GP64())

	TESTQ(vectors, vectors)
	JZ(LabelRef("rest"))
	Label("loop")
	step(w, c, pointers, w.Load, w.Store)
	for _, p := range pointers {
		ADDQ(I32(w.Bytes()), p.Base)
	}
	DECQ(vectors)
	JNZ(LabelRef("loop"))

	Label("rest")
	CMPQ(vec.Param("lanes"), U8(0))
	JEQ(LabelRef("done"))
	mask := w.Mask(vec.Param("lanes"))
	step(w, c, pointers, mask.Load, mask.Store)
	Label("done")
	vec.Return()
}

// step generates the step of one vector of weights.
func step(w vec.Width, c constants, pointers [4]Mem, load func(Mem, Register), store func(Register, Mem)) {
	read := func(i int) Register {
		r := w.Register()
		load(pointers[i], r)
		return r
	}
	weight, grad, mOld, vOld := read(0), read(1), read(2), read(3)

	m, v := w.Register(), w.Register()
	w.Mul(c.c1, grad, m)
	w.FMA(c.beta1, mOld, m)
	w.Mul(grad, grad, v)
	w.Mul(c.c2, v, v)
	w.FMA(c.beta2, vOld, v)
	store(m, pointers[2])
	store(v, pointers[3])

	w.Sqrt(v, v)
	w.Add(c.epsilon, v, v)
	w.Mul(c.rate, m, m)
	w.Div(m, v, m)
	w.Sub(weight, m, weight)
	store(weight, pointers[0])
}
