package main

import (
	"strings"

	"euryale/internal/f32/_asm/formula"
)

// functions writes functions of one number, their derivatives, optimisers' steps, and
// sums of what they make.
func functions() {
	for _, f := range formula.Functions {
		curve(f.Name, "y, x", func(on formula.On, v []value, with formula.Parameters) value { return f.F(on, v[1], with) })
	}
	for _, f := range formula.Gradients {
		curve(f.Name, "dx, grad, x", func(on formula.On, v []value, with formula.Parameters) value {
			return on.Mul(f.F(on, v[2], with), v[1])
		})
	}
	curve("lineGrad", "dx, grad, x", formula.On.LineGrad)
	curve("leakyGrad", "dx, grad, x", formula.On.LeakyGrad)

	curve("expEach", "y, x, each", formula.On.ExpEach)
	curve("multiply", "y, a, b", func(on formula.On, v []value, _ formula.Parameters) value { return on.Mul(v[1], v[2]) })
	curve("larger", "y, a, b", func(_ formula.On, v []value, _ formula.Parameters) value { return larger(v[1].(vector), v[2].(vector)) })
	for _, s := range formula.Steps {
		step(s)
	}

	largest()
	sums("sumExp", "sums of exp(x - p)", "x *float32", "p float32", func(e *emitter, x []vector, number func(string) vector, to []vector) {
		for i, d := range doubles(formula.On{Machine: e}.ExpLess(x[0], number("p")).(vector)) {
			daddTo(d, to[i], to[i])
		}
	})
	sums("dotBelow", "sums of x·grad where x is not above 0", "x, grad *float32", "", func(e *emitter, v []vector, _ func(string) vector, to []vector) {
		below := e.Where(formula.IsNotAbove, e.C(0), v[0])
		factors := doubles(e.Only(below, v[1]).(vector))
		for i, d := range doubles(e.Only(below, v[0]).(vector)) {
			dfmla(factors[i], d, to[i])
		}
	})
	sums("sumSquares", "sums of the squares", "x *float32", "", func(_ *emitter, x []vector, _ func(string) vector, to []vector) {
		for i, d := range doubles(x[0]) {
			dfmla(d, d, to[i])
		}
	})
	addDoubles()
}

// curve writes a function of the vectors of slices, but for the first, to which it
// stores. It has the arguments p, q and r whether it needs them or not.
func curve(name, slices string, f func(on formula.On, v []value, with formula.Parameters) value) {
	elements{name: name, slices: slices + " *float32", numbers: "p, q, r float32"}.write(func(e *emitter, v []vector, number func(string) vector) []vector {
		parameter := func(name string) func() value { return func() value { return number(name) } }
		with := formula.Parameters{P: parameter("p"), Q: parameter("q"), R: parameter("r")}
		return []vector{f(formula.On{Machine: e}, values(v), with).(vector)}
	})
}

// step writes an optimiser's step.
func step(s formula.Step) {
	stores := map[string]int{"addScaled": 1, "mix": 1}[s.Name]
	if stores == 0 {
		stores = strings.Count(s.Slices, ",") // all but the gradient
	}
	elements{name: s.Name, slices: s.Slices + " *float32", numbers: s.Numbers + " float32", stores: stores}.write(func(e *emitter, v []vector, number func(string) vector) []vector {
		var c []value
		for _, n := range strings.Split(s.Numbers, ", ") {
			c = append(c, number(n))
		}
		var stored []vector
		for _, r := range s.F(formula.On{Machine: e}, values(v), c) {
			stored = append(stored, r.(vector))
		}
		return stored
	})
}

func values(v []vector) []value {
	var all []value
	for _, r := range v {
		all = append(all, r)
	}
	return all
}

// pair is how many floats a loop over pairs of vectors takes at a time, so that sums
// are those of AVX2, lane by lane.
const pair = "of eight floats"

// largest writes the largest of each lane of whole pairs of vectors.
func largest() {
	begin("largestNEON", "func(tops, x *float32, vectors int)", "largestNEON writes the largest of each lane of whole vectors "+pair+", at least one.")
	x, n, top := integer("x"), integer("vectors"), newVectors(2)
	loads(x, 0, top...)
	label("loop")
	v := newVectors(2)
	loads(x, 0, v...)
	advance(x, 32)
	for i := range top {
		copyTo(larger(top[i], v[i]), top[i])
	}
	again(n, "loop")
	stores(integer("tops"), 0, top...)
	end()
}

// sums writes sums in float64 of each lane of whole pairs of vectors. f adds what it
// makes of a vector of each slice to a vector's sums.
func sums(name, what, slices, numbers string, f func(e *emitter, v []vector, number func(string) vector, to []vector)) {
	name += "NEON"
	signature := "func(sums *float64, " + slices + ", vectors int"
	if numbers != "" {
		signature += ", " + numbers
	}
	names := strings.Split(strings.TrimSuffix(slices, " *float32"), ", ")
	var from []general
	var to []vector
	written(name, signature+")", []string{name + " writes the " + what + " of each lane of whole vectors " + pair + ", at least one."}, func(each body) {
		from, to = nil, newVectors(4)
		for _, n := range names {
			from = append(from, integer(n))
		}
		for _, sum := range to {
			zero(sum)
		}
		n := integer("vectors")
		label("loop")
		each(nil, nil)
		again(n, "loop")
		stores(integer("sums"), 0, to...)
		end()
	}, func(e *emitter, number func(string) vector) {
		vs := make([][]vector, len(from))
		for i, p := range from {
			vs[i] = newVectors(2)
			loads(p, 0, vs[i]...)
			advance(p, 32)
		}
		for half := range 2 {
			var v []vector
			for i := range vs {
				v = append(v, vs[i][half])
			}
			f(e, v, number, to[2*half:][:2])
		}
	})
}

// addDoubles writes sum += x, the sums in float64.
func addDoubles() {
	begin("addDoublesNEON", "func(sum *float64, x *float32, vectors int)", "addDoublesNEON adds whole vectors "+pair+", at least one.")
	sum, x, n := integer("sum"), integer("x"), integer("vectors")
	label("loop")
	v, to := newVectors(2), newVectors(4)
	loads(x, 0, v...)
	loads(sum, 0, to...)
	for i, d := range append(doubles(v[0]), doubles(v[1])...) {
		daddTo(d, to[i], to[i])
	}
	stores(sum, 0, to...)
	advance(x, 32)
	advance(sum, 64)
	again(n, "loop")
	end()
}
