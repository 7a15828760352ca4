package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"euryale/internal/engine"
)

// slowMatMul is the product in float64.
func slowMatMul(a, b []float32, m, n, k int) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				c[i*n+j] += float64(a[i*k+p]) * float64(b[p*n+j])
			}
		}
	}
	return c
}

// signs are random numbers from -1 to 1.
func signs(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*rng.Float32() - 1
	}
	return x
}

func TestMatMulAgainstSlow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, s := range [][3]int{{1, 1, 1}, {3, 5, 7}, {24, 64, 16}, {25, 65, 17}, {100, 130, 33}, {1, 200, 9}, {200, 1, 9}, {5, 70, 0}, {0, 3, 2}, {3, 0, 2}} {
		m, n, k := s[0], s[1], s[2]
		t.Run(fmt.Sprintf("%d×%d×%d", m, n, k), func(t *testing.T) {
			const guard = 12345
			a, b, c := signs(rng, m*k), signs(rng, k*n), signs(rng, m*n+1) // what C held before must not count
			c[m*n] = guard
			engine.MatMul(c, a, b, m, n, k)
			for i, want := range slowMatMul(a, b, m, n, k) {
				if math.Abs(float64(c[i])-want) > 1e-5 {
					t.Fatalf("element %d: %v, want %v", i, c[i], want)
				}
			}
			if c[m*n] != guard {
				t.Error("wrote beyond C")
			}
		})
	}
}

func TestMatMulPanics(t *testing.T) {
	for _, tt := range []struct {
		c, a, b, m int
		want       string
	}{
		{5, 8, 12, 2, "engine: MatMul: C too short"},
		{6, 7, 12, 2, "engine: MatMul: A too short"},
		{6, 8, 11, 2, "engine: MatMul: B too short"},
		{6, 8, 12, -2, "engine: MatMul: negative size"},
	} {
		t.Run(tt.want, func(t *testing.T) {
			defer func() {
				if got := recover(); got != tt.want {
					t.Errorf("panic %v, want %q", got, tt.want)
				}
			}()
			engine.MatMul(make([]float32, tt.c), make([]float32, tt.a), make([]float32, tt.b), tt.m, 3, 4)
		})
	}
}
