package formula

// Step is what an optimiser does to weights: it stores to the first slices what F
// makes of each vector v of all of them and of numbers c.
type Step struct {
	Name, Slices, Numbers string
	F                     func(e On, v, c []Value) []Value
}

// Steps are the steps. Nothing is fused, so that bits are those of Go: what bounds
// them is memory.
var Steps = []Step{
	{"addScaled", "y, x", "p", func(e On, v, c []Value) []Value {
		return []Value{e.Add(v[0], e.Mul(c[0], v[1]))}
	}},
	{"mix", "y, x", "keep, take", func(e On, v, c []Value) []Value {
		return []Value{e.Add(e.Mul(c[0], v[0]), e.Mul(c[1], v[1]))}
	}},
	{"momentum", "w, m, grad", "rate, beta", func(e On, v, c []Value) []Value {
		m := e.Sub(e.Mul(c[1], v[1]), e.Mul(c[0], v[2]))
		return []Value{e.Add(v[0], m), m}
	}},
	{"nesterov", "w, m, grad", "rate, beta", func(e On, v, c []Value) []Value {
		step := e.Mul(c[0], v[2])
		m := e.Sub(e.Mul(c[1], v[1]), step)
		return []Value{e.Add(v[0], e.Sub(e.Mul(c[1], m), step)), m}
	}},
	{"lion", "w, m, grad", "rate, beta1, c1, beta2, c2", On.lion},
	rmsprop{}.step(), rmsprop{momentum: true}.step(), rmsprop{centred: true}.step(), rmsprop{momentum: true, centred: true}.step(),
}

func (e On) lion(v, c []Value) []Value {
	w, m, grad := v[0], v[1], v[2]
	sum := e.Add(e.Mul(c[1], m), e.Mul(c[2], grad))
	sign := e.Choose(e.Where(IsBelow, e.C(0), sum), e.C(-1), sum) // what is neither stays: 0 and NaN
	sign = e.Choose(e.Where(IsAbove, e.C(0), sum), e.C(1), sign)
	return []Value{e.Sub(w, e.Mul(c[0], sign)), e.Add(e.Mul(c[3], m), e.Mul(c[4], grad))}
}

// rmsprop is which of its parts there are.
type rmsprop struct{ momentum, centred bool }

func (o rmsprop) step() Step {
	s := Step{Name: "rmsprop", Slices: "w, v", Numbers: "rate, rho, rest, epsilon, beta", F: o.take}
	if o.momentum {
		s.Name, s.Slices = s.Name+"Momentum", s.Slices+", m"
	}
	if o.centred {
		s.Name, s.Slices = s.Name+"Centred", s.Slices+", mean"
	}
	s.Slices += ", grad"
	return s
}

func (o rmsprop) take(e On, s, c []Value) []Value {
	rate, rho, rest, epsilon, beta := c[0], c[1], c[2], c[3], c[4]
	grad := s[len(s)-1]
	v := e.Add(e.Mul(rho, s[1]), e.Mul(rest, e.Mul(grad, grad)))
	variance, mean := v, Value(nil)
	if o.centred {
		mean = e.Add(e.Mul(rho, s[len(s)-2]), e.Mul(rest, grad))
		variance = e.Max(e.Sub(v, e.Mul(mean, mean)), 0)
	}
	root := e.Sqrt(e.Add(variance, epsilon))
	d := e.Div(e.Mul(rate, grad), root)
	if o.momentum {
		d = e.Add(e.Mul(beta, s[2]), d)
	}
	stored := []Value{e.Sub(s[0], d), v}
	if o.momentum {
		stored = append(stored, d)
	}
	if o.centred {
		stored = append(stored, mean)
	}
	return stored
}
