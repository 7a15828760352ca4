package f32

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// Nothing is read or written beyond the end of an operand.
func TestColumnsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(147, 148))
		for c := Lanes; c <= 8*Lanes; c += Lanes {
			for rows := 1; rows <= 4; rows++ {
				fill := func(n int) []float32 {
					x := fenced(t, n)
					copy(x, random(rng, n, 0))
					return x
				}
				double := func() []float64 {
					x := fenced(t, 2*c)
					return unsafe.Slice((*float64)(unsafe.Pointer(&x[0])), c)
				}
				x, y, g, k := fill(rows*c), fill(rows*c), fill(rows*c), fill(c)
				sum, product, mean := double(), double(), double()
				ColumnSums(sum, x)
				ColumnSpread(sum, x, mean)
				for _, l := range []Lines{{fill(c), fill(c), fill(c), 0, 0}, {fill(c), fill(c), fill(c), 0, 6}} {
					ColumnProducts(sum, product, g, x, mean, l)
					Affine(y, x, nil, l)
					Affine(y, x, g, l)
					AffineGrad(y, g, x, l, k, k)
				}
			}
		}
	})
}
