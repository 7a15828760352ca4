package f32

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var allFloats = flag.Bool("allfloats", false, "test curves at all 2^32 floats")

// curves are all of them, with how far each may be from its value in float64, in
// units in the last place.
var curves = []struct {
	Curve
	below, above float64 // where x < 0, and where x >= 0
}{
	{ReLU6, 0, 0},
	{ELU(1), 3, 2},
	{ELU(0.3), 3, 2},
	{SELU, 3, 2},
	{GELU, 5, 5},
	{GELUTanh, 4, 4},
	{SiLU, 4, 4},
	{Mish, 5, 5},
	{HardSwish, 3, 3},
	{Softplus, 3, 3},
	{Softsign, 2, 2},
	{Sigmoid, 3, 3},
	{Tanh, 3, 3},
	{Leaky(0.3), 1, 0},
	{Leaky(-2), 1, 0},
}

// eachFloat calls f with stretches of floats: of each exponent and sign many,
// or all there are.
func eachFloat(f func(x []float32)) {
	x := make([]float32, 0, 1<<16)
	add := func(bits uint32) {
		if x = append(x, math.Float32frombits(bits)); len(x) == cap(x) {
			f(x)
			x = x[:0]
		}
	}
	if *allFloats {
		for bits := range uint64(1) << 32 {
			add(uint32(bits))
		}
		return
	}
	rng := rand.New(rand.NewPCG(81, 82))
	for high := range uint32(1 << 9) {
		count := 1 << 9
		if exponent := high & 0xff; exponent > 96 && exponent < 136 {
			count = 1 << 13 // where something happens
		}
		add(high << 23)
		add(high<<23 | 1<<23 - 1)
		for range count {
			add(high<<23 | rng.Uint32N(1<<23))
		}
	}
	f(x)
}

// unit is that of the last place of a float32 near v.
func unit(v float64) float64 {
	_, exp := math.Frexp(v)
	return math.Ldexp(1, max(exp-24, -149))
}

// off is how far got is from want, in units in the last place, and infinite
// where one is not a number or got overflows where want does not.
func off(got float32, want float64) float64 {
	switch rounded := float32(want); {
	case got == rounded || got != got && want != want:
		return 0
	case math.IsInf(float64(got), 0) && math.Abs(want) > math.MaxFloat32*(1-0x1p-22): // as near as it gets
		return 1
	}
	return math.Abs(float64(got)-want) / unit(want)
}

func TestCurves(t *testing.T) {
	if Best() == Generic {
		t.Skip("generic Go is what is compared with")
	}
	for _, c := range curves {
		t.Run(c.Name, func(t *testing.T) {
			withinUnits(t, c.At, c.below, c.above, func(y, x []float32) { Apply(c.Curve, y, x) })
		})
	}
	t.Run("Exp", func(t *testing.T) {
		withinUnits(t, math.Exp, 1, 1, func(y, x []float32) { Exp(y, x, 0) })
	})
}

// withinUnits compares apply, on each level, with a function.
func withinUnits(t *testing.T, at func(float64) float64, below, above float64, apply func(y, x []float32)) {
	want := make([]float64, 1<<16)
	y, first := make([]float32, 1<<16), make([]float32, 1<<16)
	worst, where := [2]float64{}, [2]float32{}
	eachFloat(func(x []float32) {
		for i, v := range x {
			want[i] = at(float64(v))
		}
		for _, level := range Levels()[1:] {
			before := Use(level)
			apply(y[:len(x)], x)
			Use(before)
			if level == Levels()[1] {
				copy(first, y)
				for i, v := range x {
					side := 0
					if v >= 0 {
						side = 1
					}
					if d := off(y[i], want[i]); d > worst[side] {
						worst[side], where[side] = d, v
					}
				}
			} else if !same(y[:len(x)], first[:len(x)]) {
				t.Fatalf("%v and %v differ between %v and %v", level, Levels()[1], x[0], x[len(x)-1])
			}
		}
	})
	for side, limit := range []float64{below, above} {
		t.Logf("%.3f units at %v", worst[side], where[side])
		if !(worst[side] <= limit) {
			t.Errorf("%v units in the last place off at %v, want at most %v", worst[side], where[side], limit)
		}
	}
}

func TestCurveGrads(t *testing.T) {
	if Best() == Generic {
		t.Skip("generic Go is what is compared with")
	}
	dx, g, first := make([]float32, 1<<16), slices.Repeat([]float32{0.75}, 1<<16), make([]float32, 1<<16)
	for _, c := range append(curves, struct {
		Curve
		below, above float64
	}{HardSigmoid(1. / 6), 0, 0}) {
		t.Run(c.Name, func(t *testing.T) {
			worst, where := 0.0, float32(0)
			eachFloat(func(x []float32) {
				for _, level := range Levels()[1:] {
					before := Use(level)
					Grad(c.Curve, dx[:len(x)], g[:len(x)], x)
					Use(before)
					if level != Levels()[1] {
						if !same(dx[:len(x)], first[:len(x)]) {
							t.Fatalf("%v and %v differ between %v and %v", level, Levels()[1], x[0], x[len(x)-1])
						}
						continue
					}
					copy(first, dx)
					for i, v := range x {
						want := c.Slope(float64(v))
						d := math.Abs(float64(dx[i])/0.75-want) / math.Max(1, math.Abs(want))
						if v != v && dx[i] != dx[i] {
							d = 0
						}
						if !(d <= worst) {
							worst, where = d, v
						}
					}
				}
			})
			t.Logf("%.3f·2^-23 at %v", worst*0x1p23, where)
			if !(worst <= 3*0x1p-23) {
				t.Errorf("slope %v off at %v", worst, where)
			}
		})
	}
}

// TestHardSigmoid is exact up to the rounding of slope and sum.
func TestHardSigmoid(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		c := HardSigmoid(0.2)
		eachFloat(func(x []float32) {
			y := make([]float32, len(x))
			Apply(c, y, x)
			for i, v := range x {
				if want := c.At(float64(v)); !(math.Abs(float64(y[i])-want) <= 0x1p-23) && (v == v || y[i] == y[i]) {
					t.Fatalf("%v at %v, want %v", y[i], v, want)
				}
			}
		})
	})
}

// TestExpLess has what a difference is rounded by in the exponential.
func TestExpLess(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(83, 84))
		for _, scale := range []float64{1, 30, 1e4} {
			for range 200 {
				p := float32(scale * rng.NormFloat64())
				x, y := make([]float32, 33), make([]float32, 33)
				for i := range x {
					x[i] = p - float32(rng.ExpFloat64()*30)
				}
				Exp(y, x, p)
				for i, v := range x {
					if d := off(y[i], math.Exp(float64(v)-float64(p))); !(d <= 1.1) {
						t.Fatalf("exp(%v - %v) = %v is %v units off", v, p, y[i], d)
					}
				}
			}
		}
		inf, most, y := float32(math.Inf(1)), float32(math.MaxFloat32), make([]float32, 6)
		Exp(y, []float32{-inf, -most, most, inf, 0, float32(math.NaN())}, most)
		wantSame(t, "less the largest float", y, []float32{0, 0, 1, inf, 0, float32(math.NaN())})
		Exp(y, []float32{-inf, -most, most, inf, 0, 0}, -inf)
		wantSame(t, "plus infinity", y, []float32{float32(math.NaN()), inf, inf, inf, inf, inf})
	})
}

// TestCurveSlices has all lengths, in place or not, between guards.
func TestCurveSlices(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(85, 86))
		all := append([]Curve{HardSigmoid(0.2)}, SiLU)
		for _, c := range curves {
			all = append(all, c.Curve)
		}
		for _, c := range all {
			for n := range 70 {
				x, checkX := surrounded(t, rng, n, n%5)
				y, checkY := surrounded(t, rng, n, n%3)
				g, checkG := surrounded(t, rng, n, n%7)
				what := fmt.Sprint(c.Name, " of ", n)
				one := func(f func(y, g, x []float32)) []float32 {
					want := make([]float32, n)
					for i := range want {
						f(want[i:i+1], g[i:i+1], x[i:i+1])
					}
					return want
				}
				want := one(func(y, _, x []float32) { Apply(c, y, x) })
				Apply(c, y, x)
				wantSame(t, what, y, want)
				wantGrad := one(func(y, g, x []float32) { Grad(c, y, g, x) })
				Grad(c, y, g, x)
				wantSame(t, what+", gradient", y, wantGrad)
				Grad(c, g, g, x)
				wantSame(t, what+", gradient in place", g, wantGrad)
				Apply(c, x, x)
				wantSame(t, what+", in place", x, want)
				checkX(what)
				checkY(what)
				checkG(what)
			}
		}
	})
}

func TestScale(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(87, 88))
		for n := range 70 {
			x, checkX := surrounded(t, rng, n, n%5)
			y, checkY := surrounded(t, rng, n, n%3)
			want := make([]float32, n)
			for i, v := range x {
				want[i] = 0.3 * v
			}
			Scale(y, x, 0.3)
			wantSame(t, n, y, want)
			Scale(x, x, 0.3)
			wantSame(t, n, x, want)
			checkX(n)
			checkY(n)
		}
	})
}

func TestCurvesPanic(t *testing.T) {
	x := make([]float32, 4)
	wantPanic(t, "f32: Apply: lengths differ", func() { Apply(GELU, x, x[:3]) })
	wantPanic(t, "f32: Grad: lengths differ", func() { Grad(GELU, x, x[:3], x) })
	wantPanic(t, "f32: Exp: lengths differ", func() { Exp(x, x[:3], 0) })
	wantPanic(t, "f32: Scale: lengths differ", func() { Scale(x, x[:3], 0) })
}

func BenchmarkCurves(b *testing.B) {
	const n = 1 << 12
	rng := rand.New(rand.NewPCG(1, 2))
	x, g, y := random(rng, n, 0), random(rng, n, 0), make([]float32, n)
	for _, c := range curves {
		for _, level := range Levels() {
			defer Use(Use(level))
			for name, f := range map[string]func(){"Apply": func() { Apply(c.Curve, y, x) }, "Grad": func() { Grad(c.Curve, y, g, x) }} {
				b.Run(fmt.Sprint(c.Name, "/", level, "/", name), func(b *testing.B) {
					for b.Loop() {
						f()
					}
					b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds()/1e6, "M/s")
				})
			}
		}
	}
}
