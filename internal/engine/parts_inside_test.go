package engine

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// tree is the sum of the parts of x, by the definition.
func tree(x []float64) float64 {
	var parts []float64
	for p := range min(8, len(x)) {
		sum := 0.0
		for _, v := range x[len(x)*p/min(8, len(x)) : len(x)*(p+1)/min(8, len(x))] {
			sum += v
		}
		parts = append(parts, sum)
	}
	for len(parts) > 1 {
		var next []float64
		for i := 0; i < len(parts); i += 2 {
			if i+1 == len(parts) {
				next = append(next, parts[i])
			} else {
				next = append(next, parts[i]+parts[i+1])
			}
		}
		parts = next
	}
	return parts[0]
}

// All ways to add up a batch have the bits of the tree.
func TestOverSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 40; n++ {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64() * math.Exp(10*rng.Float64())
		}
		a, b := batch{n: n}.bothOverSamples(func(i int) (a, b float64) { return x[i], -x[i] })
		sum := batch{n: n}.overSamples(func(i int) float64 { return x[i] })
		if want := tree(x); a != want || b != -want || sum != want {
			t.Errorf("%d samples: got %v, %v and %v, want %v", n, a, b, sum, want)
		}
	}
}

func TestPartStack(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const size = 5
	for n := 1; n <= 40; n++ {
		parts := make([]float32, partsOf(n)*size)
		for i := range parts {
			parts[i] = float32(rng.NormFloat64())
		}
		s := newPartStack(make([]float32, stackLevels*size), size)
		for p := range partsOf(n) {
			copy(s.push(), parts[p*size:])
			s.pushed(p)
		}
		addParts(parts, size, 0, size)
		if got := s.sum(); !slices.Equal(got, parts[:size]) {
			t.Errorf("%d samples: got %v, want %v", n, got, parts[:size])
		}
	}
}

// What a batch has of a gradient by weights is the tree of what its parts have:
// whoever has the parts can add them up.
func TestOverBatch(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	draw := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	for _, s := range [][3]int{{1, 3, 2}, {7, 30, 70}, {8, 24, 64}, {32, 50, 130}, {37, 25, 10}} {
		n, k, m := s[0], s[1], s[2]
		a, b, got, want := draw(n*k), draw(n*m), make([]float32, k*m), make([]float32, k*m*partsOf(n))
		whole := overBatch{over: batch{n: n}}
		whole.run(got, a, b, k, m)
		for p := range partsOf(n) {
			from, to := part(n, p)
			var product product
			product.run(want[p*k*m:], transposed(a[from*k:], k), b[from*m:], k, m, to-from, false)
		}
		addParts(want, k*m, 0, k*m)
		if !slices.Equal(got, want[:k*m]) {
			t.Errorf("%v: other bits than the parts'", s)
		}
	}
}
