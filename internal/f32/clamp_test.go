package f32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// bounds are what the tests clamp between.
var bounds = [][2]float32{{0, 6}, {-1.5, 1}, {0, 0}}

// onBounds puts both bounds among the values of x.
func onBounds(rng *rand.Rand, x []float32, b [2]float32) {
	for i := range x {
		if rng.IntN(4) == 0 {
			x[i] = b[rng.IntN(2)]
		}
	}
}

func TestClamp(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(151, 152))
		for n := range 100 {
			for _, b := range bounds {
				y, check := surrounded(t, rng, n, n%5)
				onBounds(rng, y, b)
				want := slices.Clone(y)
				for i, v := range want {
					if v < b[0] {
						want[i] = b[0]
					}
					if v > b[1] {
						want[i] = b[1]
					}
				}
				Clamp(y, b[0], b[1])
				wantSame(t, fmt.Sprint(n, b), y, want)
				check(n)
			}
		}
	})
}

func TestUnclamp(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(153, 154))
		for n := range 100 {
			for _, b := range bounds {
				dst, check := surrounded(t, rng, n, n%5)
				g, checkG := surrounded(t, rng, n, n%3)
				y, checkY := surrounded(t, rng, n, n%7)
				onBounds(rng, y, b)
				want := make([]float32, n)
				for i, v := range y {
					if v > b[0] && v < b[1] {
						want[i] = g[i]
					}
				}
				Unclamp(dst, g, y, b[0], b[1])
				wantSame(t, fmt.Sprint(n, b), dst, want)
				Unclamp(g, g, y, b[0], b[1])
				wantSame(t, fmt.Sprint(n, b, " in place"), g, want)
				for _, check := range []func(any){check, checkG, checkY} {
					check(n)
				}
			}
		}
	})
}

func TestClampPanics(t *testing.T) {
	x := make([]float32, 4)
	wantPanic(t, "f32: Clamp: want low at most high", func() { Clamp(x, 1, 0) })
	wantPanic(t, "f32: Unclamp: lengths differ", func() { Unclamp(x, x[:3], x, 0, 6) })
	wantPanic(t, "f32: Unclamp: lengths differ", func() { Unclamp(x, x, x[:3], 0, 6) })
}
