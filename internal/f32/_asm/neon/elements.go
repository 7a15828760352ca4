package main

import "euryale/internal/f32/_asm/formula"

// elementwise writes the kernels that go through slices element by element. What bounds
// them is memory, so that their loops are not unrolled.
func elementwise() {
	type numbers = func(string) vector
	elements{name: "rectify", slices: "y *float32", stores: 1}.write(func(e *emitter, v []vector, _ numbers) []vector {
		return []vector{e.Max(v[0], 0).(vector)}
	})
	elements{name: "unrectify", slices: "dst, grad, y *float32"}.write(func(e *emitter, v []vector, _ numbers) []vector {
		return []vector{e.Only(e.Where(formula.IsAbove, e.C(0), v[2]), v[1]).(vector)}
	})
	elements{name: "clamp", slices: "y *float32", numbers: "low, high float32", stores: 1}.write(func(_ *emitter, v []vector, n numbers) []vector {
		cut(v[0], n("low"), n("high"))
		return v
	})
	elements{name: "unclamp", slices: "dst, grad, y *float32", numbers: "low, high float32"}.write(func(e *emitter, v []vector, n numbers) []vector {
		inside := e.Only(e.Where(formula.IsAbove, n("low"), v[2]), e.Where(formula.IsBelow, n("high"), v[2]))
		return []vector{e.Only(inside, v[1]).(vector)}
	})
	elements{name: "addTo", slices: "y, x *float32", stores: 1}.write(func(e *emitter, v []vector, _ numbers) []vector {
		return []vector{e.Add(v[1], v[0]).(vector)}
	})
	elements{name: "drop", slices: "dst, x *float32, words *uint32", numbers: "threshold uint32, scale float32"}.write(func(e *emitter, v []vector, n numbers) []vector {
		return []vector{e.Only(made(cmhsTo, v[2], n("threshold")), e.Mul(v[1], n("scale"))).(vector)}
	})
	elements{
		name: "adam", slices: "w, m, v, grad *float32", numbers: "rate, beta1, beta2, c1, c2, epsilon float32", stores: 3,
	}.write(func(e *emitter, s []vector, n numbers) []vector {
		grad := s[3]
		m := e.FMA(n("beta1"), s[1], e.Mul(n("c1"), grad))
		v := e.FMA(n("beta2"), s[2], e.Mul(n("c2"), e.Mul(grad, grad)))
		w := e.Sub(s[0], e.Div(e.Mul(n("rate"), m), e.Add(n("epsilon"), e.Sqrt(v))))
		return []vector{w.(vector), m.(vector), v.(vector)}
	})
}
