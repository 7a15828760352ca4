package main

import (
	"math"

	. "github.com/mmcloughlin/avo/reg"
)

// Beyond ±farthest all that is exp(-|x|) times a polynomial is 0.
const farthest = 120

// tanh is -m/(2+m) for |x|, m being exp(-2|x|) - 1, with the sign of x.
func (e emitter) tanh(x VecVirtual, _ parameters) VecVirtual {
	m := e.expm1(e.mul(e.c(-2), e.min(e.abs(x), 20)))
	return e.signed(e.abs(e.div(m, e.add(e.c(2), m))), x)
}

// tanhSlope is 4e/(1+e)², e = exp(-2|x|).
func (e emitter) tanhSlope(x VecVirtual, _ parameters) VecVirtual {
	twice := e.add(x, x)
	return e.mul(e.c(4), e.sigmoidSlope(twice, parameters{}))
}

// sigmoid is e/(1+e) below 0 and 1/(1+e) above, e = exp(-|x|).
func (e emitter) sigmoid(x VecVirtual, _ parameters) VecVirtual {
	exp := e.expNegative(x, farthest)
	return e.div(e.choose(e.negatives(x), exp, e.in(e.c(1))), e.add(e.c(1), exp))
}

// sigmoidSlope is e/(1+e)².
func (e emitter) sigmoidSlope(x VecVirtual, _ parameters) VecVirtual {
	exp := e.expNegative(x, farthest)
	d := e.add(e.c(1), exp)
	return e.div(e.div(exp, d), d)
}

// silu is x·e/(1+e) below 0, where the product comes before the power of two is
// multiplied in, so that no denormal is in it, and x/(1+e) above.
func (e emitter) silu(x VecVirtual, _ parameters) VecVirtual {
	zero := e.in(e.c(0))
	return e.gated(x, farthest, e.negative(e.min(e.abs(x), farthest)), zero)
}

// gated is x times the logistic function of u, of which high + low is -|u|, and
// which has the sign of x. Below -most all of it is 0.
func (e emitter) gated(x VecVirtual, most float64, high, low VecVirtual) VecVirtual {
	below := e.negatives(x)
	p, n := e.partsOf(high, low)
	y := e.mul(e.max(x, -most), e.choose(below, p, e.in(e.c(1))))
	return n.only(below).times(e.div(y, e.add(e.c(1), n.times(p))))
}

// siluSlope is s + x·s·(1-s), s being the logistic function.
func (e emitter) siluSlope(x VecVirtual, _ parameters) VecVirtual {
	x = e.max(e.min(x, farthest), -farthest)
	exp := e.expNegative(x, farthest)
	return e.gatedSlope(x, exp, x)
}

// gatedSlope is s + w·s·(1-s) from e = exp(-|u|), s being the logistic function
// of u, whose sign x has.
func (e emitter) gatedSlope(x, exp, w VecVirtual) VecVirtual {
	d := e.add(e.c(1), exp)
	near := e.div(e.in(e.c(1)), d)
	far := e.mul(exp, near)
	below := e.negatives(x)
	s, rest := e.choose(below, far, near), e.choose(below, near, far)
	return e.fma(s, e.mul(w, rest), s)
}

// geluTanh's Φ is the logistic function of u = x·(linear + cubic·x²).
const (
	linear     = 1.5957691216057307117597842397375 // 2·√(2/π)
	cubic      = 0.044715 * linear
	linearHigh = float64(float32(linear))
	cubicHigh  = float64(float32(cubic))
)

// geluFarthest is beyond what geluTanh is 0 in.
const geluFarthest = 12

// geluTanh has u in two floats: exp(-u) is off by as many times what u is
// rounded by as u is large.
func (e emitter) geluTanh(x VecVirtual, _ parameters) VecVirtual {
	z := e.negative(e.min(e.abs(x), geluFarthest))
	square := e.mul(z, z)
	squareLow := e.fms(z, z, square)
	m := e.mul(e.c(cubicHigh), square)
	mLow := e.fms(e.c(cubicHigh), square, m)
	mLow = e.fma(e.c(cubicHigh), squareLow, mLow)
	mLow = e.fma(e.c(cubic-cubicHigh), square, mLow)
	t := e.add(e.c(linearHigh), m)
	added := e.sub(t, m) // Knuth's sum of two
	tLow := e.add(e.sub(e.in(e.c(linearHigh)), added), e.sub(m, e.sub(t, added)))
	tLow = e.add(e.c(linear-linearHigh), e.add(tLow, mLow))
	u := e.mul(z, t)
	return e.gated(x, geluFarthest, u, e.fma(z, tLow, e.fms(z, t, u)))
}

// geluTanhSlope is s + x·u'·s·(1-s).
func (e emitter) geluTanhSlope(x VecVirtual, _ parameters) VecVirtual {
	x = e.max(e.min(x, geluFarthest), -geluFarthest)
	square := e.mul(x, x)
	u := e.mul(x, e.fma(e.c(cubic), square, e.c(linear)))
	exp := e.expNegative(u, 2*farthest)
	return e.gatedSlope(x, exp, e.mul(x, e.fma(e.c(3*cubic), square, e.c(linear))))
}

// normal is Φ(-|x|) as h·exp(-x²/2). h is t·P(t), t = 1/(1 + k|x|), whose minimax
// polynomial is off by 2^-29, and taken around t = 0.59375, where its terms
// cancel least. exp(-x²/2) is p·2ⁿ; x is within ±16.
func (e emitter) normal(x VecVirtual) (h, p VecVirtual, n power) {
	const k = 0.28125
	far := e.mul(e.c(k), e.abs(x))
	t := e.div(e.in(e.c(1)), e.add(e.c(1), far))
	around := e.fnma(far, t, e.c(1-0.59375)) // 1 - k|x|·t is t, but for rounding
	h = e.mul(t, e.polynomial(around, 0.243304169361, 0.39711943615, 0.447626009102, 0.30983126687, 0.0655640544197, -0.0828322750008,
		-0.0495959979993, 0.0314950728304, 0.0254914865748, -0.014763724372, -0.0105900001737))
	half := e.mul(e.c(-0.5), x)
	square := e.mul(half, x)
	p, n = e.partsOf(square, e.fms(half, x, square))
	return h, p, n
}

// geluEnd is beyond what gelu is 0 in.
const geluEnd = 16

// gelu is x·Φ(x).
func (e emitter) gelu(x VecVirtual, _ parameters) VecVirtual {
	h, p, n := e.normal(e.min(e.abs(x), geluEnd))
	tail := e.mul(h, p)
	below := e.negatives(x)
	share := e.choose(below, tail, e.sub(e.in(e.c(1)), n.times(tail)))
	return n.only(below).times(e.mul(e.max(x, -geluEnd), share))
}

// geluSlope is Φ(x) + x·exp(-x²/2)/√(2π).
func (e emitter) geluSlope(x VecVirtual, _ parameters) VecVirtual {
	x = e.max(e.min(x, geluEnd), -geluEnd)
	h, p, n := e.normal(x)
	exp := n.times(p)
	tail := e.mul(h, exp)
	phi := e.choose(e.negatives(x), tail, e.sub(e.in(e.c(1)), tail))
	return e.fma(e.mul(e.c(1/math.Sqrt(2*math.Pi)), x), exp, phi)
}

// mish is x·m/d. Below 0, with e = exp(x), m = e·(e+2) and d = m + 2; above,
// with e = exp(-x), m = 1 + 2e and d = m + 2e².
func (e emitter) mish(x VecVirtual, _ parameters) VecVirtual {
	p, n := e.parts(e.negative(e.min(e.abs(x), farthest)))
	exp := n.times(p)
	below := e.negatives(x)
	m, d := e.mishParts(exp, below)
	share := e.choose(below, e.mul(p, e.add(e.c(2), exp)), m)
	y := e.mul(e.max(x, -farthest), e.div(share, d))
	return n.only(below).times(y)
}

func (e emitter) mishParts(exp VecVirtual, below lanes) (m, d VecVirtual) {
	twice := e.add(exp, exp)
	low := e.fma(exp, exp, twice)
	high := e.add(e.c(1), twice)
	m = e.choose(below, low, high)
	d = e.choose(below, e.add(e.c(2), low), e.fma(twice, exp, high))
	return m, d
}

// mishSlope is t + x·(1-t²)·s, t = m/d and s the logistic function. 1-t² is
// (d-m)(d+m)/d², and d-m is 2 below 0 and 2e² above.
func (e emitter) mishSlope(x VecVirtual, _ parameters) VecVirtual {
	x = e.max(e.min(x, farthest), -farthest)
	exp := e.expNegative(x, farthest)
	below := e.negatives(x)
	m, d := e.mishParts(exp, below)
	difference := e.choose(below, e.c(2), e.mul(e.add(exp, exp), exp))
	t := e.div(m, d)
	rest := e.mul(e.div(difference, d), e.add(e.c(1), t))
	s := e.div(e.choose(below, exp, e.in(e.c(1))), e.add(e.c(1), exp))
	return e.fma(e.mul(x, s), rest, t)
}

// softplus is max(x, 0) + log(1+e), e = exp(-|x|), and the logarithm the series
// of 2·atanh(s/2), s = 2e/(2+e).
func (e emitter) softplus(x VecVirtual, _ parameters) VecVirtual {
	exp := e.expNegative(x, farthest)
	s := e.div(e.add(exp, exp), e.add(e.c(2), exp))
	square := e.mul(s, s)
	tail := e.mul(square, e.polynomial(square, 0.0833330162803, 0.0125067831697, 0.00218742291553, 0.000547366027976))
	return e.add(e.max(x, 0), e.fma(tail, s, s))
}

// elu is p·x above 0 and q·(exp(x)-1) below.
func (e emitter) elu(x VecVirtual, with parameters) VecVirtual {
	m := e.negative(e.expm1(e.max(e.min(x, 0), -40)))
	return e.choose(e.where(isAbove, e.c(0), x), e.mul(with.p(), x), e.mul(with.q(), m))
}

// eluSlope is p above 0 and q·exp(x) below.
func (e emitter) eluSlope(x VecVirtual, with parameters) VecVirtual {
	p, n := e.parts(e.max(e.min(x, 0), -farthest))
	return e.choose(e.where(isAbove, e.c(0), x), with.p(), e.mul(with.q(), n.times(p)))
}
