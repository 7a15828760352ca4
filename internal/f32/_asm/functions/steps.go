package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// steps generates what optimisers do to weights. Nothing is fused, so that bits
// are those of Go: what bounds them is memory.
func (e emitter) steps() {
	e.step("addScaled", "y, x", "p", func(v, c []VecVirtual) []VecVirtual {
		return []VecVirtual{e.add(v[0], e.mul(c[0], v[1]))}
	})
	e.step("mix", "y, x", "keep, take", func(v, c []VecVirtual) []VecVirtual {
		return []VecVirtual{e.add(e.mul(c[0], v[0]), e.mul(c[1], v[1]))}
	})
	e.step("momentum", "w, m, grad", "rate, beta", func(v, c []VecVirtual) []VecVirtual {
		m := e.sub(e.mul(c[1], v[1]), e.mul(c[0], v[2]))
		return []VecVirtual{e.add(v[0], m), m}
	})
	e.step("nesterov", "w, m, grad", "rate, beta", func(v, c []VecVirtual) []VecVirtual {
		step := e.mul(c[0], v[2])
		m := e.sub(e.mul(c[1], v[1]), step)
		return []VecVirtual{e.add(v[0], e.sub(e.mul(c[1], m), step)), m}
	})
	e.step("lion", "w, m, grad", "rate, beta1, c1, beta2, c2", func(v, c []VecVirtual) []VecVirtual {
		w, m, grad := v[0], v[1], v[2]
		sum := e.add(e.mul(c[1], m), e.mul(c[2], grad))
		sign := e.choose(e.where(isBelow, e.c(0), sum), e.c(-1), sum) // what is neither stays: 0 and NaN
		sign = e.choose(e.where(isAbove, e.c(0), sum), e.c(1), sign)
		return []VecVirtual{e.sub(w, e.mul(c[0], sign)), e.add(e.mul(c[3], m), e.mul(c[4], grad))}
	})
	for _, o := range []rmsprop{{}, {momentum: true}, {centred: true}, {momentum: true, centred: true}} {
		e.step(o.name(), o.slices(), "rate, rho, rest, epsilon, beta", func(v, c []VecVirtual) []VecVirtual { return e.rmsprop(o, v, c) })
	}
}

// rmsprop is which of its parts there are.
type rmsprop struct{ momentum, centred bool }

func (o rmsprop) name() string {
	name := "rmsprop"
	if o.momentum {
		name += "Momentum"
	}
	if o.centred {
		name += "Centred"
	}
	return name
}

func (o rmsprop) slices() string {
	s := "w, v"
	if o.momentum {
		s += ", m"
	}
	if o.centred {
		s += ", mean"
	}
	return s + ", grad"
}

func (e emitter) rmsprop(o rmsprop, s, c []VecVirtual) []VecVirtual {
	rate, rho, rest, epsilon, beta := c[0], c[1], c[2], c[3], c[4]
	grad := s[len(s)-1]
	v := e.add(e.mul(rho, s[1]), e.mul(rest, e.mul(grad, grad)))
	variance, mean := v, VecVirtual(nil)
	if o.centred {
		mean = e.add(e.mul(rho, s[len(s)-2]), e.mul(rest, grad))
		variance = e.max(e.sub(v, e.mul(mean, mean)), 0)
	}
	root := e.w.Register()
	e.w.Sqrt(e.add(variance, epsilon), root)
	d := e.div(e.mul(rate, grad), root)
	if o.momentum {
		d = e.add(e.mul(beta, s[2]), d)
	}
	stored := []VecVirtual{e.sub(s[0], d), v}
	if o.momentum {
		stored = append(stored, d)
	}
	if o.centred {
		stored = append(stored, mean)
	}
	return stored
}

// step generates a function that stores to the first slices what f makes of each
// vector of all of them and of numbers.
func (e emitter) step(name, slices, numbers string, f func(v, c []VecVirtual) []VecVirtual) {
	name += e.w.Level()
	vec.Function(name, fmt.Sprintf("func(%s *float32, vectors, lanes int, %s float32)", slices, numbers))
	Doc(name + " handles whole vectors and, after them, the first lanes of one more.")
	at := GP64()
	XORQ(at, at)
	var memory []Mem
	for _, s := range strings.Split(slices, ", ") {
		memory = append(memory, Mem{Base: Load(Param(s), GP64())}.Idx(at, 1))
	}
	var c []VecVirtual
	for _, n := range strings.Split(numbers, ", ") {
		c = append(c, e.once(n)())
	}
	e.vectors(at, func(load func(Mem, Register), store func(Register, Mem)) {
		v := make([]VecVirtual, len(memory))
		for i, m := range memory {
			v[i] = e.w.Register()
			load(m, v[i])
		}
		for i, r := range f(v, c) {
			store(r, memory[i])
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
