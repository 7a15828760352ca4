package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// emitter writes arithmetic as expressions: each operation has a register of
// its own for its result, and leaves its operands as they are.
type emitter struct{ w vec.Width }

// constants are those that the file holds, 16 copies of each, by its bits.
var constants = map[uint32]Mem{}

// c is a constant as an operand.
func (e emitter) c(v float64) Mem { return e.bits(math.Float32bits(float32(v))) }

func (e emitter) bits(b uint32) Mem {
	m, ok := constants[b]
	if !ok {
		m = GLOBL(fmt.Sprintf("c%08x", b), attr.RODATA|attr.NOPTR)
		for i := range vec.ZMM.Lanes() {
			DATA(4*i, U32(b))
		}
		constants[b] = m
	}
	return m
}

// in is a register that holds an operand.
func (e emitter) in(a Op) VecVirtual {
	r := e.w.Register()
	if m, ok := a.(Mem); ok {
		e.w.Load(m, r)
		return r
	}
	VMOVAPS(a, r)
	return r
}

// add is a + b; a may be memory.
func (e emitter) add(a, b Op) VecVirtual { r := e.w.Register(); e.w.Add(a, b, r); return r }

// sub is a - b; b may be memory.
func (e emitter) sub(a, b Op) VecVirtual { r := e.w.Register(); e.w.Sub(a, b, r); return r }

// mul is a·b; a may be memory.
func (e emitter) mul(a, b Op) VecVirtual { r := e.w.Register(); e.w.Mul(a, b, r); return r }

// div is a/b; b may be memory.
func (e emitter) div(a, b Op) VecVirtual { r := e.w.Register(); e.w.Div(a, b, r); return r }

// fma is a·b + c, rounded once; a and c may be memory.
func (e emitter) fma(a, b, c Op) VecVirtual { r := e.in(a); VFMADD213PS(c, b, r); return r }

// fms is a·b - c, rounded once; a and c may be memory.
func (e emitter) fms(a, b, c Op) VecVirtual { r := e.in(a); VFMSUB213PS(c, b, r); return r }

// fnma is c - a·b, rounded once; a and c may be memory.
func (e emitter) fnma(a, b, c Op) VecVirtual { r := e.in(a); VFNMADD213PS(c, b, r); return r }

// max and min are the larger and the smaller of x and a constant; NaN stays.
func (e emitter) max(x VecVirtual, c float64) VecVirtual {
	r := e.in(e.c(c))
	VMAXPS(x, r, r) // x where either is NaN
	return r
}

func (e emitter) min(x VecVirtual, c float64) VecVirtual {
	r := e.in(e.c(c))
	VMINPS(x, r, r)
	return r
}

const sign = 1 << 31

// abs is |x|.
func (e emitter) abs(x VecVirtual) VecVirtual {
	r := e.w.Register()
	VANDPS(e.bits(sign-1), x, r)
	return r
}

// negative is -|x|.
func (e emitter) negative(x VecVirtual) VecVirtual {
	r := e.w.Register()
	VORPS(e.bits(sign), x, r)
	return r
}

// signed is x, none of which is negative, with the sign of s.
func (e emitter) signed(x, s VecVirtual) VecVirtual {
	r := e.w.Register()
	VANDPS(e.bits(sign), s, r)
	VORPS(x, r, r)
	return r
}

// polynomial is Σ c[i]·x^i.
func (e emitter) polynomial(x VecVirtual, c ...float64) VecVirtual {
	last := len(c) - 1
	sum := e.in(e.c(c[last]))
	for i := last - 1; i >= 0; i-- {
		VFMADD213PS(e.c(c[i]), x, sum)
	}
	return sum
}

// lanes are some of a vector.
type lanes struct {
	w vec.Width
	r Register // an opmask register, or a vector register whose sign bits count
}

// negatives are the lanes in which x has its sign bit set.
func (e emitter) negatives(x VecVirtual) lanes {
	if e.w == vec.YMM {
		return lanes{e.w, x}
	}
	k := K()
	VPMOVD2M(x, k)
	return lanes{e.w, k}
}

// Predicates of comparisons, of b with a in the order CMP(predicate, a, b, to).
// None holds of NaN but the last two.
const (
	isAbove     = U8(30) // b > a
	isBelow     = U8(17) // b < a
	isAtLeast   = U8(29) // b >= a
	isAtMost    = U8(18) // b <= a
	isNotAbove  = U8(26) // !(b > a)
	isUnordered = U8(3)  // either is NaN
)

// where are the lanes in which b compares with a; a may be memory.
func (e emitter) where(predicate U8, a Op, b VecVirtual) lanes {
	var to Register = K()
	if e.w == vec.YMM {
		to = e.w.Register()
	}
	VCMPPS(predicate, a, b, to)
	return lanes{e.w, to}
}

// choose is a in some lanes and b in the others; a may be memory.
func (e emitter) choose(in lanes, a Op, b VecVirtual) VecVirtual {
	r := e.w.Register()
	if e.w == vec.YMM {
		VBLENDVPS(in.r, a, b, r)
	} else {
		VBLENDMPS(a, b, in.r, r)
	}
	return r
}

// only is x in some lanes and 0 in the others. Of those by comparison, not by
// sign.
func (e emitter) only(in lanes, x VecVirtual) VecVirtual {
	r := e.w.Register()
	if e.w == vec.YMM {
		VANDPS(x, in.r, r)
	} else {
		VMOVAPS_Z(x, in.r, r)
	}
	return r
}
