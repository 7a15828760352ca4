package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/formula"
	"euryale/internal/f32/_asm/vec"
)

// steps generates what optimisers do to weights.
func (e emitter) steps() {
	for _, s := range formula.Steps {
		e.step(s)
	}
}

// step generates a function that stores to the first slices what f makes of each
// vector of all of them and of numbers.
func (e emitter) step(s formula.Step) {
	name := s.Name + e.w.Level()
	vec.Function(name, fmt.Sprintf("func(%s *float32, vectors, lanes int, %s float32)", s.Slices, s.Numbers))
	Doc(name + " handles whole vectors and, after them, the first lanes of one more.")
	at := GP64()
	XORQ(at, at)
	var memory []Mem
	for _, name := range strings.Split(s.Slices, ", ") {
		memory = append(memory, Mem{Base: Load(Param(name), GP64())}.Idx(at, 1))
	}
	var c []value
	for _, n := range strings.Split(s.Numbers, ", ") {
		c = append(c, e.once(n)())
	}
	e.vectors(at, func(load func(Mem, Register), store func(Register, Mem)) {
		v := make([]value, len(memory))
		for i, m := range memory {
			r := e.w.Register()
			load(m, r)
			v[i] = r
		}
		for i, r := range s.F(formula.On{Machine: e}, v, c) {
			store(r.(Register), memory[i])
		}
	})
}

// sumSquares generates the sums of the squares of each lane of whole vectors, in
// float64.
func (e emitter) sumSquares() {
	name := "sumSquares" + e.w.Level()
	vec.Function(name, "func(sums *float64, x *float32, vectors int)")
	Doc(name + " writes the sums of the squares of each lane of whole vectors, at least one.")
	x := Mem{Base: Load(Param("x"), GP64())}
	sums := e.w.Registers(2)
	for _, s := range sums {
		e.w.Zero(s)
	}
	e.each(x, func() {
		for i, d := range e.doubles(e.in(x)) {
			VFMADD231PD(d, d, sums[i])
		}
	})
	e.storeDoubles(sums)
	vec.Return()
}
