package formula

// Scale is p·x.
func (e On) Scale(x Value, with Parameters) Value { return e.Mul(with.P(), x) }

// Softsign is x/(1+|x|); at 2^100 it has long been ±1.
func (e On) Softsign(x Value, _ Parameters) Value {
	a := e.Min(e.Abs(x), 0x1p100)
	return e.Signed(e.Div(a, e.Add(e.C(1), a)), x)
}

// SoftsignSlope is 1/(1+|x|)².
func (e On) SoftsignSlope(x Value, _ Parameters) Value {
	d := e.Add(e.C(1), e.Abs(x))
	return e.Div(e.Div(e.In(e.C(1)), d), d)
}

// Line is p·x + q, cut at 0 and r.
func (e On) Line(x Value, with Parameters) Value {
	y, most := e.Max(e.FMA(with.P(), x, with.Q()), 0), with.R()
	return e.Least(y, most)
}

// LineGrad is p·grad where line is not cut, 0 where it is, and NaN of NaN.
func (e On) LineGrad(v []Value, with Parameters) Value {
	grad, x := v[1], v[2]
	y := e.FMA(with.P(), x, with.Q())
	dx := e.Only(e.Where(IsAbove, e.C(0), y), e.Mul(with.P(), grad))
	dx = e.Only(e.Where(IsBelow, with.R(), y), dx)
	return e.Choose(e.Where(IsUnordered, x, x), x, dx)
}

// HardSwish is x·(x+3)/6, the factor cut at 0 and 1.
func (e On) HardSwish(x Value, _ Parameters) Value {
	share := e.Mul(e.C(1./6), e.Max(e.Min(e.Add(e.C(3), x), 6), 0))
	return e.Mul(e.Max(x, -3), share)
}

// HardSwishSlope is (2x+3)/6, 0 up to -3 and 1 from 3 on.
func (e On) HardSwishSlope(x Value, _ Parameters) Value {
	slope := e.FMA(e.C(1./3), x, e.C(.5))
	slope = e.Choose(e.Where(IsAtLeast, e.C(3), x), e.C(1), slope)
	return e.Choose(e.Where(IsAtMost, e.C(-3), x), e.C(0), slope)
}

// Leaky is x above 0 and p·x elsewhere.
func (e On) Leaky(x Value, with Parameters) Value {
	return e.Choose(e.Where(IsAbove, e.C(0), x), x, e.Mul(with.P(), x))
}

// LeakyGrad is grad above 0 and p·grad elsewhere.
func (e On) LeakyGrad(v []Value, with Parameters) Value {
	grad, x := v[1], v[2]
	return e.Choose(e.Where(IsAbove, e.C(0), x), grad, e.Mul(with.P(), grad))
}
