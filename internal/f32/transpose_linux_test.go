package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestTransposeFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(103, 104))
		for rows := 1; rows < 20; rows++ {
			for cols := 1; cols < 36; cols += 1 + cols%3 {
				x, y := fenced(t, rows*cols), fenced(t, rows*cols)
				special(rng, x)
				Transpose(y, rows, x, cols, rows, cols)
				wantSame(t, rows, y[:1], x[:1])
			}
		}
	})
}
