package f32

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sparseProduct is a product of which many factors of A are zero.
func sparseProduct(rng *rand.Rand, m, n, k, count int, turned bool) tapsProduct {
	p := newTapsProduct(rng, m, n, k, count, rng.IntN(5), 0, true)
	if turned {
		p = p.transposed(rng, rng.IntN(5))
	}
	for i := range p.a {
		if rng.IntN(4) > 0 {
			p.a[i] = 0
		}
	}
	return p
}

// Left out or not, zeros change no bit: single elements of C are too little for
// anything to be left out.
func TestGemmTapsLeavesOutZeros(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(95, 96))
		for i := range 10 {
			p := sparseProduct(rng, 5+rng.IntN(20), 16+rng.IntN(30), 20+rng.IntN(80), 1+rng.IntN(9), i%2 == 0)
			whole := p.run()
			p.check(t, whole)
			for at, want := range whole {
				i, j := at/p.ldc, at%p.ldc
				if j >= p.n {
					continue
				}
				one := p
				one.m, one.n, one.a, one.b, one.c = 1, 1, p.a[i*p.rsa:], p.b[j:], p.c[at:at+1]
				if got := one.run()[0]; math.Float32bits(got) != math.Float32bits(want) {
					t.Fatalf("%v: c[%d, %d] = %v, alone %v", p, i, j, want, got)
				}
			}
		}
	})
}

// Zero times infinity is not a number, however many zeros there are.
func TestGemmTapsLeavesNoInfinityOut(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(97, 98))
		p := sparseProduct(rng, 16, 32, 64, 2, false)
		clear(p.a)
		p.b[len(p.b)-1] = float32(math.Inf(-1))
		for at, v := range p.run() {
			if isNaN := v != v; isNaN != (at%p.ldc == p.n-1) {
				t.Fatalf("%v: c[%d, %d] = %v", p, at/p.ldc, at%p.ldc, v)
			}
		}
	})
}

func TestFinite(t *testing.T) {
	for n := range 20 {
		x := make([]float32, n)
		if !Finite(x) {
			t.Errorf("%d zeros are not finite", n)
		}
		for i := range x {
			for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
				x[i] = float32(v)
				if Finite(x) {
					t.Errorf("%d numbers with %v at %d are finite", n, v, i)
				}
			}
			x[i] = math.MaxFloat32
		}
	}
}
