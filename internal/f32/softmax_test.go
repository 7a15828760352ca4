package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLargest(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(91, 92))
		if got := Largest(nil); !math.IsInf(float64(got), -1) {
			t.Errorf("the largest of none is %v", got)
		}
		for n := 1; n < 100; n++ {
			x := random(rng, n, n%5)
			for i := range x {
				x[i] -= 10 // no zero is the largest
			}
			if got, want := Largest(x), slices.Max(x); got != want {
				t.Fatalf("%d: %v, want %v", n, got, want)
			}
			for i := range x {
				x[i] = float32(math.Inf(-1))
			}
			if got := Largest(x); got != x[0] {
				t.Fatalf("%d: %v of infinities", n, got)
			}
		}
	})
}

func TestSumExp(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(93, 94))
		if got := SumExp(nil, 1); got != 0 {
			t.Errorf("the sum of none is %v", got)
		}
		for n := 1; n < 100; n++ {
			x := random(rng, n, n%5)
			if got, want := SumExp(x, 0.7), sumExpGo(x, 0.7); !(math.Abs(got-want) <= 2e-7*want) {
				t.Fatalf("%d: %v, want %v", n, got, want)
			}
			x[rng.IntN(n)] = float32(math.Inf(-1))
			if got, want := SumExp(x, 0.7), sumExpGo(x, 0.7); !(math.Abs(got-want) <= 2e-7*want) {
				t.Fatalf("%d: %v, want %v with an exponential of 0", n, got, want)
			}
			x[rng.IntN(n)] = float32(math.NaN())
			if got := SumExp(x, 0.7); got == got {
				t.Fatalf("%d: %v, want NaN", n, got)
			}
		}
	})
}

// TestThreeSlices has all lengths, in place or not, between guards.
func TestThreeSlices(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(y, a, b []float32)
		want func(a, b float32) float32
	}{
		{"Multiply", Multiply, func(a, b float32) float32 { return a * b }},
		{"Larger", Larger, func(a, b float32) float32 {
			if a > b {
				return a
			}
			return b
		}},
		{"ExpEach", ExpEach, func(a, b float32) float32 {
			y := []float32{0}
			Exp(y, []float32{a}, b)
			return y[0]
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachLevel(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(95, 96))
				for n := range 70 {
					y, checkY := surrounded(t, rng, n, n%3)
					a, checkA := surrounded(t, rng, n, n%5)
					b, checkB := surrounded(t, rng, n, n%7)
					want := make([]float32, n)
					for i := range want {
						want[i] = c.want(a[i], b[i])
					}
					c.f(y, a, b)
					wantSame(t, n, y, want)
					c.f(a, a, b)
					wantSame(t, n, a, want)
					checkY(n)
					checkA(n)
					checkB(n)
				}
			})
		})
	}
}

func TestAddDoubles(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(97, 98))
		for n := range 70 {
			sum, check := guarded[float64](t, n, n%3, 7)
			x := random(rng, n, n%5)
			want := make([]float64, n)
			for i := range sum {
				sum[i] = rng.NormFloat64()
				want[i] = sum[i] + float64(x[i])
			}
			AddDoubles(sum, x)
			if !slices.Equal(sum, want) {
				t.Fatalf("%d: %v, want %v", n, sum, want)
			}
			check(n)
		}
	})
}

func TestDotBelow(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(101, 102))
		for n := range 100 {
			x, g := random(rng, n, n%5), random(rng, n, n%3)
			want := 0.0
			for i, v := range x {
				switch {
				case i%7 == 3:
					x[i], g[i] = float32(math.Abs(float64(v))), float32(math.Inf(1)) // not looked at
				case v < 0:
					want += float64(v) * float64(g[i])
				}
			}
			if got := DotBelow(x, g); !(math.Abs(got-want) <= 1e-14*float64(n+1)) {
				t.Fatalf("%d: %v, want %v", n, got, want)
			}
			if n > 0 {
				x[n/2] = float32(math.NaN())
				if got := DotBelow(x, g); got == got {
					t.Fatalf("%d: %v, want NaN", n, got)
				}
			}
		}
	})
}

func TestSoftmaxPanics(t *testing.T) {
	x := make([]float32, 4)
	wantPanic(t, "f32: ExpEach: lengths differ", func() { ExpEach(x, x, x[:3]) })
	wantPanic(t, "f32: Larger: lengths differ", func() { Larger(x, x[:3], x) })
	wantPanic(t, "f32: Multiply: lengths differ", func() { Multiply(x[:3], x, x) })
	wantPanic(t, "f32: DotBelow: lengths differ", func() { DotBelow(x, x[:3]) })
	wantPanic(t, "f32: AddDoubles: lengths differ", func() { AddDoubles(make([]float64, 3), x) })
}
