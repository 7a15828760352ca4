package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var (
	lionStep = LionStep{Rate: 0.01, Beta1: 0.9, Beta2: 0.99, C1: 1 - 0.9, C2: 1 - 0.99}
	rmsStep  = RMSpropStep{Rate: 0.01, Rho: 0.9, Rest: 1 - 0.9, Epsilon: 1e-7, Beta: 0.8}
)

// steps are the optimisers' on slices of which the first is the weights and the
// second the gradient, and the Go that defines each.
var steps = []struct {
	name   string
	slices int
	step   func(s [][]float32)
	slow   func(s [][]float32)
}{
	{"AddScaled", 2, func(s [][]float32) { AddScaled(s[0], s[1], -0.3) }, func(s [][]float32) { addScaledGo(s[0], s[1], -0.3) }},
	{"Mix", 2, func(s [][]float32) { Mix(s[0], s[1], 0.9, 0.1) }, func(s [][]float32) { mixGo(s[0], s[1], 0.9, 0.1) }},
	{"Momentum", 3, func(s [][]float32) { Momentum(s[0], s[1], s[2], 0.01, 0.9) }, func(s [][]float32) { momentumGo(s[0], s[1], s[2], 0.01, 0.9) }},
	{"Nesterov", 3, func(s [][]float32) { Nesterov(s[0], s[1], s[2], 0.01, 0.9) }, func(s [][]float32) { nesterovGo(s[0], s[1], s[2], 0.01, 0.9) }},
	{"Lion", 3, func(s [][]float32) { Lion(s[0], s[1], s[2], lionStep) }, func(s [][]float32) { lionGo(s[0], s[1], s[2], lionStep) }},
	{"RMSprop", 3, func(s [][]float32) { RMSprop(s[0], s[1], s[2], nil, nil, rmsStep) }, func(s [][]float32) { rmspropGo(s[0], s[1], s[2], nil, nil, rmsStep) }},
	{"RMSprop with momentum", 4, func(s [][]float32) { RMSprop(s[0], s[1], s[2], s[3], nil, rmsStep) }, func(s [][]float32) { rmspropGo(s[0], s[1], s[2], s[3], nil, rmsStep) }},
	{"centred RMSprop", 4, func(s [][]float32) { RMSprop(s[0], s[1], s[2], nil, s[3], rmsStep) }, func(s [][]float32) { rmspropGo(s[0], s[1], s[2], nil, s[3], rmsStep) }},
	{"centred RMSprop with momentum", 5, func(s [][]float32) { RMSprop(s[0], s[1], s[2], s[3], s[4], rmsStep) }, func(s [][]float32) { rmspropGo(s[0], s[1], s[2], s[3], s[4], rmsStep) }},
}

// TestSteps has the bits of generic Go on each level, of all floats there are.
func TestSteps(t *testing.T) {
	for _, c := range steps {
		t.Run(c.name, func(t *testing.T) {
			eachLevel(t, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(111, 112))
				for n := range 100 {
					var got, want [][]float32
					var checks []func(any)
					for i := range c.slices {
						x, check := surrounded(t, rng, n, (n+i)%5)
						got, want, checks = append(got, x), append(want, slices.Clone(x)), append(checks, check)
					}
					c.step(got)
					c.slow(want)
					for i := range want {
						wantSame(t, fmt.Sprint("slice ", i, " of ", n), got[i], want[i])
						checks[i](n)
					}
				}
			})
		})
	}
}

func TestSumSquares(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(113, 114))
		for n := range 100 {
			x := random(rng, n, n%5)
			if got, want := SumSquares(x), sumSquaresGo(x); !(math.Abs(got-want) <= 1e-14*want) {
				t.Fatalf("%d: %v, want %v", n, got, want)
			}
		}
	})
}

func TestStepsPanic(t *testing.T) {
	x := make([]float32, 4)
	wantPanic(t, "f32: AddScaled: lengths differ", func() { AddScaled(x, x[:3], 1) })
	wantPanic(t, "f32: Mix: lengths differ", func() { Mix(x, x[:3], 1, 1) })
	wantPanic(t, "f32: Momentum: lengths differ", func() { Momentum(x, x[:3], x, 1, 1) })
	wantPanic(t, "f32: Nesterov: lengths differ", func() { Nesterov(x, x, x[:3], 1, 1) })
	wantPanic(t, "f32: Lion: lengths differ", func() { Lion(x, x[:3], x, lionStep) })
	wantPanic(t, "f32: RMSprop: lengths differ", func() { RMSprop(x, x, x, x[:3], nil, rmsStep) })
	wantPanic(t, "f32: RMSprop: lengths differ", func() { RMSprop(x, x, x, nil, x[:3], rmsStep) })
}

func BenchmarkSteps(b *testing.B) {
	const n = 1 << 14
	rng := rand.New(rand.NewPCG(1, 2))
	var s [][]float32
	for range 5 {
		s = append(s, random(rng, n, 0))
	}
	for i, v := range s[2] {
		s[2][i] = v * v
	}
	for _, c := range steps {
		for _, level := range Levels() {
			b.Run(fmt.Sprint(c.name, "/", level), func(b *testing.B) {
				defer Use(Use(level))
				for b.Loop() {
					c.step(s)
				}
				b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds()/1e6, "M/s")
			})
		}
	}
}
