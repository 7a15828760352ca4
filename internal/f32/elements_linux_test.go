package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestElementsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(71, 72))
		for n := 1; n < 150; n++ {
			x, y, z := fenced(t, n), fenced(t, n), fenced(t, n)
			special(rng, x)
			special(rng, y)
			Rectify(x)
			Unrectify(z, x, y)
			Unclamp(z, y, x, 0, 6)
			Clamp(x, 0, 6)
			AddTo(y, x)
			Drop(z, y, make([]uint32, n), 1, 1)
			AddColumns(z, y)
			many := fenced(t, 3*n)
			AddColumns(z, many)
		}
	})
}
