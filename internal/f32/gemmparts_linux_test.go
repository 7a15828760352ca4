package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestGemmPartsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(105, 106))
		for m := 1; m <= 14; m++ {
			for _, n := range []int{1, 7, 8, 9, 15, 17, 24, 31, 33, 50, 65} {
				p := newProduct(rng, m, n, 6, 0, 0, n%2 == 0, false)
				c, a, b := fenced(t, len(p.c)), fenced(t, len(p.a)), fenced(t, len(p.b))
				copy(a, p.a)
				copy(b, p.b)
				p.a, p.b = a, b
				parts := []int{1, 2, 1, 2}
				GemmParts(c, p.ldc, a, p.rsa, p.csa, b, p.ldb, m, n, parts)
				if want := p.byParts(parts); !sameBits(c, want) {
					t.Fatalf("%v: got %v, want %v", p, c, want)
				}
			}
		}
	})
}
