package formula

import "math"

// Beyond ±farthest all that is exp(-|x|) times a polynomial is 0.
const farthest = 120

// Tanh is -m/(2+m) for |x|, m being exp(-2|x|) - 1, with the sign of x.
func (e On) Tanh(x Value, _ Parameters) Value {
	m := e.expm1(e.Mul(e.C(-2), e.Min(e.Abs(x), 20)))
	return e.Signed(e.Abs(e.Div(m, e.Add(e.C(2), m))), x)
}

// TanhSlope is 4e/(1+e)², e = exp(-2|x|).
func (e On) TanhSlope(x Value, _ Parameters) Value {
	twice := e.Add(x, x)
	return e.Mul(e.C(4), e.SigmoidSlope(twice, Parameters{}))
}

// Sigmoid is e/(1+e) below 0 and 1/(1+e) above, e = exp(-|x|).
func (e On) Sigmoid(x Value, _ Parameters) Value {
	exp := e.expNegative(x, farthest)
	return e.Div(e.Choose(e.Negatives(x), exp, e.In(e.C(1))), e.Add(e.C(1), exp))
}

// SigmoidSlope is e/(1+e)².
func (e On) SigmoidSlope(x Value, _ Parameters) Value {
	exp := e.expNegative(x, farthest)
	d := e.Add(e.C(1), exp)
	return e.Div(e.Div(exp, d), d)
}

// Silu is x·e/(1+e) below 0, where the product comes before the power of two is
// multiplied in, so that no denormal is in it, and x/(1+e) above.
func (e On) Silu(x Value, _ Parameters) Value {
	zero := e.In(e.C(0))
	return e.gated(x, farthest, e.Negative(e.Min(e.Abs(x), farthest)), zero)
}

// gated is x times the logistic function of u, of which high + low is -|u|, and
// which has the sign of x. Below -most all of it is 0.
func (e On) gated(x Value, most float64, high, low Value) Value {
	below := e.Negatives(x)
	p, n := e.partsOf(high, low)
	y := e.Mul(e.Max(x, -most), e.Choose(below, p, e.In(e.C(1))))
	return e.Times(e.PowerOnly(below, n), e.Div(y, e.Add(e.C(1), e.Times(n, p))))
}

// SiluSlope is s + x·s·(1-s), s being the logistic function.
func (e On) SiluSlope(x Value, _ Parameters) Value {
	x = e.Max(e.Min(x, farthest), -farthest)
	exp := e.expNegative(x, farthest)
	return e.gatedSlope(x, exp, x)
}

// gatedSlope is s + w·s·(1-s) from e = exp(-|u|), s being the logistic function
// of u, whose sign x has.
func (e On) gatedSlope(x, exp, w Value) Value {
	d := e.Add(e.C(1), exp)
	near := e.Div(e.In(e.C(1)), d)
	far := e.Mul(exp, near)
	below := e.Negatives(x)
	s, rest := e.Choose(below, far, near), e.Choose(below, near, far)
	return e.FMA(s, e.Mul(w, rest), s)
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

// GeluTanh has u in two floats: exp(-u) is off by as many times what u is
// rounded by as u is large.
func (e On) GeluTanh(x Value, _ Parameters) Value {
	z := e.Negative(e.Min(e.Abs(x), geluFarthest))
	square := e.Mul(z, z)
	squareLow := e.FMS(z, z, square)
	m := e.Mul(e.C(cubicHigh), square)
	mLow := e.FMS(e.C(cubicHigh), square, m)
	mLow = e.FMA(e.C(cubicHigh), squareLow, mLow)
	mLow = e.FMA(e.C(cubic-cubicHigh), square, mLow)
	t := e.Add(e.C(linearHigh), m)
	added := e.Sub(t, m) // Knuth's sum of two
	tLow := e.Add(e.Sub(e.In(e.C(linearHigh)), added), e.Sub(m, e.Sub(t, added)))
	tLow = e.Add(e.C(linear-linearHigh), e.Add(tLow, mLow))
	u := e.Mul(z, t)
	return e.gated(x, geluFarthest, u, e.FMA(z, tLow, e.FMS(z, t, u)))
}

// GeluTanhSlope is s + x·u'·s·(1-s).
func (e On) GeluTanhSlope(x Value, _ Parameters) Value {
	x = e.Max(e.Min(x, geluFarthest), -geluFarthest)
	square := e.Mul(x, x)
	u := e.Mul(x, e.FMA(e.C(cubic), square, e.C(linear)))
	exp := e.expNegative(u, 2*farthest)
	return e.gatedSlope(x, exp, e.Mul(x, e.FMA(e.C(3*cubic), square, e.C(linear))))
}

// normal is Φ(-|x|) as h·exp(-x²/2). h is t·P(t), t = 1/(1 + k|x|), whose minimax
// polynomial is off by 2^-29, and taken around t = 0.59375, where its terms
// cancel least. exp(-x²/2) is p·2ⁿ; x is within ±16.
func (e On) normal(x Value) (h, p Value, n Power) {
	const k = 0.28125
	far := e.Mul(e.C(k), e.Abs(x))
	t := e.Div(e.In(e.C(1)), e.Add(e.C(1), far))
	around := e.FNMA(far, t, e.C(1-0.59375)) // 1 - k|x|·t is t, but for rounding
	h = e.Mul(t, e.Polynomial(around, 0.243304169361, 0.39711943615, 0.447626009102, 0.30983126687, 0.0655640544197, -0.0828322750008,
		-0.0495959979993, 0.0314950728304, 0.0254914865748, -0.014763724372, -0.0105900001737))
	half := e.Mul(e.C(-0.5), x)
	square := e.Mul(half, x)
	p, n = e.partsOf(square, e.FMS(half, x, square))
	return h, p, n
}

// geluEnd is beyond what gelu is 0 in.
const geluEnd = 16

// Gelu is x·Φ(x).
func (e On) Gelu(x Value, _ Parameters) Value {
	h, p, n := e.normal(e.Min(e.Abs(x), geluEnd))
	tail := e.Mul(h, p)
	below := e.Negatives(x)
	share := e.Choose(below, tail, e.Sub(e.In(e.C(1)), e.Times(n, tail)))
	return e.Times(e.PowerOnly(below, n), e.Mul(e.Max(x, -geluEnd), share))
}

// GeluSlope is Φ(x) + x·exp(-x²/2)/√(2π).
func (e On) GeluSlope(x Value, _ Parameters) Value {
	x = e.Max(e.Min(x, geluEnd), -geluEnd)
	h, p, n := e.normal(x)
	exp := e.Times(n, p)
	tail := e.Mul(h, exp)
	phi := e.Choose(e.Negatives(x), tail, e.Sub(e.In(e.C(1)), tail))
	return e.FMA(e.Mul(e.C(1/math.Sqrt(2*math.Pi)), x), exp, phi)
}

// Mish is x·m/d. Below 0, with e = exp(x), m = e·(e+2) and d = m + 2; above,
// with e = exp(-x), m = 1 + 2e and d = m + 2e².
func (e On) Mish(x Value, _ Parameters) Value {
	p, n := e.parts(e.Negative(e.Min(e.Abs(x), farthest)))
	exp := e.Times(n, p)
	below := e.Negatives(x)
	m, d := e.mishParts(exp, below)
	share := e.Choose(below, e.Mul(p, e.Add(e.C(2), exp)), m)
	y := e.Mul(e.Max(x, -farthest), e.Div(share, d))
	return e.Times(e.PowerOnly(below, n), y)
}

func (e On) mishParts(exp Value, below Lanes) (m, d Value) {
	twice := e.Add(exp, exp)
	low := e.FMA(exp, exp, twice)
	high := e.Add(e.C(1), twice)
	m = e.Choose(below, low, high)
	d = e.Choose(below, e.Add(e.C(2), low), e.FMA(twice, exp, high))
	return m, d
}

// MishSlope is t + x·(1-t²)·s, t = m/d and s the logistic function. 1-t² is
// (d-m)(d+m)/d², and d-m is 2 below 0 and 2e² above.
func (e On) MishSlope(x Value, _ Parameters) Value {
	x = e.Max(e.Min(x, farthest), -farthest)
	exp := e.expNegative(x, farthest)
	below := e.Negatives(x)
	m, d := e.mishParts(exp, below)
	difference := e.Choose(below, e.C(2), e.Mul(e.Add(exp, exp), exp))
	t := e.Div(m, d)
	rest := e.Mul(e.Div(difference, d), e.Add(e.C(1), t))
	s := e.Div(e.Choose(below, exp, e.In(e.C(1))), e.Add(e.C(1), exp))
	return e.FMA(e.Mul(x, s), rest, t)
}

// Softplus is max(x, 0) + log(1+e), e = exp(-|x|), and the logarithm the series
// of 2·atanh(s/2), s = 2e/(2+e).
func (e On) Softplus(x Value, _ Parameters) Value {
	exp := e.expNegative(x, farthest)
	s := e.Div(e.Add(exp, exp), e.Add(e.C(2), exp))
	square := e.Mul(s, s)
	tail := e.Mul(square, e.Polynomial(square, 0.0833330162803, 0.0125067831697, 0.00218742291553, 0.000547366027976))
	return e.Add(e.Max(x, 0), e.FMA(tail, s, s))
}

// Elu is p·x above 0 and q·(exp(x)-1) below.
func (e On) Elu(x Value, with Parameters) Value {
	m := e.Negative(e.expm1(e.Max(e.Min(x, 0), -40)))
	return e.Choose(e.Where(IsAbove, e.C(0), x), e.Mul(with.P(), x), e.Mul(with.Q(), m))
}

// EluSlope is p above 0 and q·exp(x) below.
func (e On) EluSlope(x Value, with Parameters) Value {
	p, n := e.parts(e.Max(e.Min(x, 0), -farthest))
	return e.Choose(e.Where(IsAbove, e.C(0), x), with.P(), e.Mul(with.Q(), e.Times(n, p)))
}
