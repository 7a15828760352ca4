package formula

// magic is what shifts the bits behind the point of a float32 below 2²² out of
// it: added to one, it rounds to the nearest integer, to the even of two.
const magic = 0x1.8p23

// reduced is x = n·log 2 + r with |r| at most half of log 2.
func (e On) reduced(x Value) (r Value, n Power) {
	const (
		log2e = 0x1.715476p0
		high  = 0x1.62e4p-1 // of log 2, so short that n times it is exact
		low   = 0x1.7f7d1cf79abcap-20
	)
	shifted := e.FMA(x, e.In(e.C(log2e)), e.C(magic))
	n = Power{Float: e.Sub(shifted, e.C(magic))}
	n.Bits = e.Integer(shifted, e.C(magic))
	r = e.FNMA(e.C(high), n.Float, x)
	return e.FNMA(e.C(low), n.Float, r), n
}

// expm1Near is exp(r) - 1, where |r| is at most half of log 2: r + r²·q, whose q
// is the minimax polynomial. exp(r) is off by 2^-34.
func (e On) expm1Near(r Value) Value {
	q := e.Polynomial(r, 0.500000006803, 0.166666658646, 0.0416662936404, 0.00833349766266, 0.00139447583301, 0.000197902535495)
	return e.FMA(q, e.Mul(r, r), r)
}

// parts are exp(x) as p·2ⁿ, p about 1. |x| is no more than some hundreds.
func (e On) parts(x Value) (p Value, n Power) {
	r, n := e.reduced(x)
	return e.Add(e.C(1), e.expm1Near(r)), n
}

// partsOf are exp(high + low), low being no more than what high is rounded by.
func (e On) partsOf(high, low Value) (p Value, n Power) {
	r, n := e.reduced(high)
	return e.Add(e.C(1), e.expm1Near(e.Add(low, r))), n
}

// expNegative is exp(-|x|), and 0 from |x| = most on, which is at least 104.
func (e On) expNegative(x Value, most float64) Value {
	p, n := e.parts(e.Negative(e.Min(e.Abs(x), most)))
	return e.Times(n, p)
}

// expm1 is exp(x) - 1 for x from -40 to 0.
func (e On) expm1(x Value) Value {
	r, n := e.reduced(x)
	two := e.PowerOf(n.Bits)
	return e.FMA(e.expm1Near(r), two, e.Sub(two, e.C(1)))
}

// Exp is exp(x - p).
func (e On) Exp(x Value, with Parameters) Value { return e.ExpLess(x, with.P()) }

// ExpEach is exp(x - p), p being a slice too.
func (e On) ExpEach(v []Value, _ Parameters) Value { return e.ExpLess(v[1], v[2]) }

// ExpLess is exp(x - p). What the difference is rounded by counts.
func (e On) ExpLess(x, p Value) Value {
	high := e.Sub(x, p)
	minusP := e.Sub(high, x) // Knuth's sum of two: x and -p
	low := e.Sub(e.Sub(x, e.Sub(high, minusP)), e.Add(p, minusP))
	// That is NaN where the difference is infinite, which then matters to nobody.
	low = e.Within(low, 0x1p-16)
	m, n := e.partsOf(e.Max(e.Min(high, 89), -104), low)
	return e.Times(n, m)
}
