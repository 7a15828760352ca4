package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// power is a power of two, 2ⁿ.
type power struct {
	w     vec.Width
	float VecVirtual // n
	bits  VecVirtual // n as a 32-bit integer
}

// magic is what shifts the bits behind the point of a float32 below 2²² out of
// it: added to one, it rounds to the nearest integer, to the even of two.
const magic = 0x1.8p23

// reduced is x = n·log 2 + r with |r| at most half of log 2.
func (e emitter) reduced(x VecVirtual) (r VecVirtual, n power) {
	const (
		log2e = 0x1.715476p0
		high  = 0x1.62e4p-1 // of log 2, so short that n times it is exact
		low   = 0x1.7f7d1cf79abcap-20
	)
	shifted := e.fma(x, e.in(e.c(log2e)), e.c(magic))
	n = power{w: e.w, float: e.sub(shifted, e.c(magic)), bits: e.w.Register()}
	VPSUBD(e.c(magic), shifted, n.bits)
	r = e.fnma(e.c(high), n.float, x)
	return e.fnma(e.c(low), n.float, r), n
}

// expm1Near is exp(r) - 1, where |r| is at most half of log 2: r + r²·q, whose q
// is the minimax polynomial. exp(r) is off by 2^-34.
func (e emitter) expm1Near(r VecVirtual) VecVirtual {
	q := e.polynomial(r, 0.500000006803, 0.166666658646, 0.0416662936404, 0.00833349766266, 0.00139447583301, 0.000197902535495)
	return e.fma(q, e.mul(r, r), r)
}

// parts are exp(x) as p·2ⁿ, p about 1. |x| is no more than some hundreds.
func (e emitter) parts(x VecVirtual) (p VecVirtual, n power) {
	r, n := e.reduced(x)
	return e.add(e.c(1), e.expm1Near(r)), n
}

// partsOf are exp(high + low), low being no more than what high is rounded by.
func (e emitter) partsOf(high, low VecVirtual) (p VecVirtual, n power) {
	r, n := e.reduced(high)
	return e.add(e.c(1), e.expm1Near(e.add(low, r))), n
}

// times is x·2ⁿ, rounded once: where it is infinite or denormal too.
func (n power) times(x VecVirtual) VecVirtual {
	y := n.w.Register()
	if n.w == vec.ZMM {
		VSCALEFPS(n.float, x, y)
		return y
	}
	// 2ⁿ may be out of range: the first of two factors is exact.
	half, rest := n.w.Register(), n.w.Register()
	VPSRAD(U8(1), n.bits, half)
	VPSUBD(half, n.bits, rest)
	n.w.Mul(x, powerOf(n.w, half), y)
	n.w.Mul(y, powerOf(n.w, rest), y)
	return y
}

// powerOf is 2ⁿ for n from -126 to 127.
func powerOf(w vec.Width, n VecVirtual) VecVirtual {
	r := w.Register()
	VPADDD(emitter{w}.bits(127), n, r)
	VPSLLD(U8(23), r, r)
	return r
}

// only is n in some lanes and 0 in the others.
func (n power) only(in lanes) power {
	zero := n.w.Register()
	n.w.Zero(zero)
	e := emitter{n.w}
	if n.w == vec.ZMM {
		return power{w: n.w, float: e.choose(in, n.float, zero)}
	}
	return power{w: n.w, bits: e.choose(in, n.bits, zero)}
}

// expNegative is exp(-|x|), and 0 from |x| = most on, which is at least 104.
func (e emitter) expNegative(x VecVirtual, most float64) VecVirtual {
	p, n := e.parts(e.negative(e.min(e.abs(x), most)))
	return n.times(p)
}

// expm1 is exp(x) - 1 for x from -40 to 0.
func (e emitter) expm1(x VecVirtual) VecVirtual {
	r, n := e.reduced(x)
	two := powerOf(e.w, n.bits)
	return e.fma(e.expm1Near(r), two, e.sub(two, e.c(1)))
}

// exp is exp(x - p).
func (e emitter) exp(x VecVirtual, with parameters) VecVirtual { return e.expLess(x, with.p()) }

// expEach is exp(x - p), p being a slice too.
func (e emitter) expEach(v []VecVirtual, _ parameters) VecVirtual { return e.expLess(v[1], v[2]) }

// expLess is exp(x - p). What the difference is rounded by counts.
func (e emitter) expLess(x, p VecVirtual) VecVirtual {
	high := e.sub(x, p)
	minusP := e.sub(high, x) // Knuth's sum of two: x and -p
	low := e.sub(e.sub(x, e.sub(high, minusP)), e.add(p, minusP))
	// That is NaN where the difference is infinite, which then matters to nobody.
	const most = 0x1p-16
	bound := e.in(e.c(most))
	VMINPS(bound, low, low) // bound where low is NaN
	bound = e.in(e.c(-most))
	VMAXPS(bound, low, low)
	m, n := e.partsOf(e.max(e.min(high, 89), -104), low)
	return n.times(m)
}
