package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestFunctionsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(99, 100))
		for n := 1; n < 70; n++ {
			x, y, z := fenced(t, n), fenced(t, n), fenced(t, n)
			special(rng, x)
			special(rng, y)
			Apply(GELU, z, x)
			Grad(GELU, z, y, x)
			Exp(z, x, 1)
			Scale(z, x, 2)
			ExpEach(z, x, y)
			Largest(x)
			SumExp(x, 1)
			SumSquares(x)
			RMSprop(x, y, z, nil, nil, rmsStep)
			Lion(x, y, z, lionStep)
			DotBelow(x, y)
			AddDoubles(make([]float64, n), x)
		}
	})
}
