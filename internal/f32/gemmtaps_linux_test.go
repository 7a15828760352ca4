package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestGemmTapsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(91, 92))
		for m := 1; m <= 18; m++ {
			for _, n := range []int{1, 7, 8, 9, 15, 17, 24, 31, 33, 50, 65} {
				p := newTapsProduct(rng, m, n, 3, 4, 0, 0, n%2 == 0)
				p.taps[m%4] = len(p.a) - (m-1)*p.rsa - p.k // the last floats of A
				c, a, b := fenced(t, len(p.c)), fenced(t, len(p.a)), fenced(t, len(p.b))
				copy(c, p.c)
				copy(a, p.a)
				copy(b, p.b)
				p.a, p.b = a, b
				p.multiply(c)
				p.check(t, c)
				p = p.withBias(rng)
				bias := fenced(t, n)
				copy(bias, p.bias)
				p.bias = bias
				p.multiply(c)
				p.check(t, c)
			}
		}
	})
}
