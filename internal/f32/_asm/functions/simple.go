package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/reg"
)

// scale is p·x.
func (e emitter) scale(x VecVirtual, with parameters) VecVirtual { return e.mul(with.p(), x) }

// softsign is x/(1+|x|); at 2^100 it has long been ±1.
func (e emitter) softsign(x VecVirtual, _ parameters) VecVirtual {
	a := e.min(e.abs(x), 0x1p100)
	return e.signed(e.div(a, e.add(e.c(1), a)), x)
}

// softsignSlope is 1/(1+|x|)².
func (e emitter) softsignSlope(x VecVirtual, _ parameters) VecVirtual {
	d := e.add(e.c(1), e.abs(x))
	return e.div(e.div(e.in(e.c(1)), d), d)
}

// line is p·x + q, cut at 0 and r.
func (e emitter) line(x VecVirtual, with parameters) VecVirtual {
	y, most := e.max(e.fma(with.p(), x, with.q()), 0), with.r()
	return e.least(y, most)
}

// least is the smaller of x and y; NaN of x stays.
func (e emitter) least(x, y VecVirtual) VecVirtual {
	r := e.w.Register()
	VMINPS(x, y, r)
	return r
}

// lineGrad is p·grad where line is not cut, 0 where it is, and NaN of NaN.
func (e emitter) lineGrad(v []VecVirtual, with parameters) VecVirtual {
	grad, x := v[1], v[2]
	y := e.fma(with.p(), x, with.q())
	dx := e.only(e.where(isAbove, e.c(0), y), e.mul(with.p(), grad))
	dx = e.only(e.where(isBelow, with.r(), y), dx)
	return e.choose(e.where(isUnordered, x, x), x, dx)
}

// hardSwish is x·(x+3)/6, the factor cut at 0 and 1.
func (e emitter) hardSwish(x VecVirtual, _ parameters) VecVirtual {
	share := e.mul(e.c(1./6), e.max(e.min(e.add(e.c(3), x), 6), 0))
	return e.mul(e.max(x, -3), share)
}

// hardSwishSlope is (2x+3)/6, 0 up to -3 and 1 from 3 on.
func (e emitter) hardSwishSlope(x VecVirtual, _ parameters) VecVirtual {
	slope := e.fma(e.c(1./3), x, e.c(.5))
	slope = e.choose(e.where(isAtLeast, e.c(3), x), e.c(1), slope)
	return e.choose(e.where(isAtMost, e.c(-3), x), e.c(0), slope)
}

// leaky is x above 0 and p·x elsewhere.
func (e emitter) leaky(x VecVirtual, with parameters) VecVirtual {
	return e.choose(e.where(isAbove, e.c(0), x), x, e.mul(with.p(), x))
}

// leakyGrad is grad above 0 and p·grad elsewhere.
func (e emitter) leakyGrad(v []VecVirtual, with parameters) VecVirtual {
	grad, x := v[1], v[2]
	return e.choose(e.where(isAbove, e.c(0), x), grad, e.mul(with.p(), grad))
}
