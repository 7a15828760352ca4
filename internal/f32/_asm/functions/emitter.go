package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/formula"
	"euryale/internal/f32/_asm/vec"
)

// emitter is the machine that formulas are written by, for vectors of one width.
type emitter struct{ w vec.Width }

var _ formula.Machine = emitter{}

type (
	value = formula.Value // an Op: a VecVirtual or, where it may be a constant, a Mem
	lanes = formula.Lanes // a Register: an opmask register, or a vector register whose sign bits count
)

// result writes an instruction, whose result has a register of its own.
func (e emitter) result(f func(to VecVirtual)) VecVirtual {
	r := e.w.Register()
	f(r)
	return r
}

// constants are those that the file holds, 16 copies of each, by its bits.
var constants = map[uint32]Mem{}

func (e emitter) C(v float64) value { return e.bits(math.Float32bits(float32(v))) }

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

func (e emitter) In(a value) value { return e.in(a.(Op)) }

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

func (e emitter) Add(a, b value) value {
	return e.result(func(r VecVirtual) { e.w.Add(a.(Op), b.(Op), r) })
}

func (e emitter) Sub(a, b value) value {
	return e.result(func(r VecVirtual) { e.w.Sub(a.(Op), b.(Op), r) })
}

func (e emitter) Mul(a, b value) value {
	return e.result(func(r VecVirtual) { e.w.Mul(a.(Op), b.(Op), r) })
}

func (e emitter) Div(a, b value) value {
	return e.result(func(r VecVirtual) { e.w.Div(a.(Op), b.(Op), r) })
}

func (e emitter) FMA(a, b, c value) value {
	r := e.in(a.(Op))
	VFMADD213PS(c.(Op), b.(Op), r)
	return r
}

func (e emitter) FMS(a, b, c value) value {
	r := e.in(a.(Op))
	VFMSUB213PS(c.(Op), b.(Op), r)
	return r
}

func (e emitter) FNMA(a, b, c value) value {
	r := e.in(a.(Op))
	VFNMADD213PS(c.(Op), b.(Op), r)
	return r
}

func (e emitter) Max(x value, c float64) value {
	r := e.in(e.C(c).(Op))
	VMAXPS(x.(Op), r, r) // x where either is NaN
	return r
}

func (e emitter) Min(x value, c float64) value {
	r := e.in(e.C(c).(Op))
	VMINPS(x.(Op), r, r)
	return r
}

func (e emitter) Least(x, y value) value {
	return e.result(func(r VecVirtual) { VMINPS(x.(Op), y.(Op), r) })
}

func (e emitter) Within(x value, most float64) value {
	low := x.(VecVirtual)
	bound := e.in(e.C(most).(Op))
	VMINPS(bound, low, low) // bound where low is NaN
	bound = e.in(e.C(-most).(Op))
	VMAXPS(bound, low, low)
	return low
}

func (e emitter) Sqrt(a value) value { return e.result(func(r VecVirtual) { e.w.Sqrt(a.(Op), r) }) }

const sign = 1 << 31

func (e emitter) Abs(x value) value {
	return e.result(func(r VecVirtual) { VANDPS(e.bits(sign-1), x.(Op), r) })
}

func (e emitter) Negative(x value) value {
	return e.result(func(r VecVirtual) { VORPS(e.bits(sign), x.(Op), r) })
}

func (e emitter) Signed(x, s value) value {
	r := e.w.Register()
	VANDPS(e.bits(sign), s.(Op), r)
	VORPS(x.(Op), r, r)
	return r
}

func (e emitter) Polynomial(x value, c ...float64) value {
	last := len(c) - 1
	sum := e.in(e.C(c[last]).(Op))
	for i := last - 1; i >= 0; i-- {
		VFMADD213PS(e.C(c[i]).(Op), x.(Op), sum)
	}
	return sum
}

func (e emitter) Negatives(x value) lanes {
	if e.w == vec.YMM {
		return x
	}
	k := K()
	VPMOVD2M(x.(Op), k)
	return k
}

// predicates are those of comparisons, of b with a in the order CMP(predicate, a, b,
// to).
var predicates = map[formula.Predicate]U8{
	formula.IsAbove: 30, formula.IsBelow: 17, formula.IsAtLeast: 29, formula.IsAtMost: 18, formula.IsNotAbove: 26, formula.IsUnordered: 3,
}

func (e emitter) Where(p formula.Predicate, a, b value) lanes {
	var to Register = K()
	if e.w == vec.YMM {
		to = e.w.Register()
	}
	VCMPPS(predicates[p], a.(Op), b.(Op), to)
	return to
}

func (e emitter) Choose(in lanes, a, b value) value {
	r := e.w.Register()
	if e.w == vec.YMM {
		VBLENDVPS(in.(Op), a.(Op), b.(Op), r)
	} else {
		VBLENDMPS(a.(Op), b.(Op), in.(Op), r)
	}
	return r
}

func (e emitter) Only(in lanes, x value) value {
	r := e.w.Register()
	if e.w == vec.YMM {
		VANDPS(x.(Op), in.(Op), r)
	} else {
		VMOVAPS_Z(x.(Op), in.(Op), r)
	}
	return r
}

func (e emitter) Integer(shifted, magic value) value {
	return e.result(func(r VecVirtual) { VPSUBD(magic.(Op), shifted.(Op), r) })
}

func (e emitter) PowerOf(n value) value {
	r := e.w.Register()
	VPADDD(e.bits(127), n.(Op), r)
	VPSLLD(U8(23), r, r)
	return r
}

func (e emitter) PowerOnly(in lanes, n formula.Power) formula.Power {
	zero := e.w.Register()
	e.w.Zero(zero)
	if e.w == vec.ZMM {
		return formula.Power{Float: e.Choose(in, n.Float, zero)}
	}
	return formula.Power{Bits: e.Choose(in, n.Bits, zero)}
}

func (e emitter) Times(n formula.Power, x value) value {
	y := e.w.Register()
	if e.w == vec.ZMM {
		VSCALEFPS(n.Float.(Op), x.(Op), y)
		return y
	}
	// 2ⁿ may be out of range: the first of two factors is exact.
	half, rest := e.w.Register(), e.w.Register()
	VPSRAD(U8(1), n.Bits.(Op), half)
	VPSUBD(half, n.Bits.(Op), rest)
	e.w.Mul(x.(Op), e.PowerOf(half).(Op), y)
	e.w.Mul(y, e.PowerOf(rest).(Op), y)
	return y
}
