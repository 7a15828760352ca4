package f32

import (
	"math/rand/v2"
	"testing"
)

// Nothing is read or written beyond the end of an operand.
func TestWindowsFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(115, 116))
		for _, c := range []int{16, 32, 48, 64, 112} {
			for cols := 1; cols < 19; cols++ {
				w := newWindows(cols, 1+cols%2, 3, 2+cols%2, c)
				n, codes := cols*c, w.codes()
				fill := func(n int) []float32 {
					x := fenced(t, n)
					special(rng, x)
					return x
				}
				x, y, arg := fill(w.size), fill(n), bytes(fill(n/4))
				MaxPool(y, arg, x, w.taps, codes, cols, w.stride, c)
				MaxPoolGrad(x, y, arg, w.taps, codes, cols, w.stride, c)
				g := newGrids(1+cols%3, cols, 1+cols%2, 3, 2+cols%2, c, cols%3 == 0)
				x, y, k := fill(g.sizeX), fill(g.out), fill(g.sizeW)
				Depthwise(y, x, k, fill(c), g.taps, g.Grid, c, 0, 6)
				DepthwiseGrad(k, x, y, g.taps, g.Grid, c)
			}
		}
	})
}
