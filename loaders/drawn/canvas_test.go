package drawn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A square of known place covers its pixels and no others, half of one where
// its edge runs through the middle; a hole in it stays empty.
func TestFill(t *testing.T) {
	c := newCanvas()
	c.reset(rand.New(rand.NewPCG(1, 1)))
	c.distort(distortion{size: 10})
	square := []point{{-0.45, -0.4}, {0.4, -0.4}, {0.4, 0.4}, {-0.45, 0.4}}
	hole := []point{{-0.1, -0.1}, {-0.1, 0.1}, {0.1, 0.1}, {0.1, -0.1}}
	c.fill(plain(0.8), square, hole)
	for _, want := range []struct {
		x, y int
		v    float64
	}{{10, 10, 0.8}, {17, 17, 0.8}, {9, 12, 0.4}, {18, 12, 0}, {8, 12, 0}, {12, 9, 0}, {13, 13, 0}, {14, 14, 0}, {12, 14, 0.8}} {
		if got := c.pix[want.y*Side+want.x]; math.Abs(got-want.v) > 0.01 {
			t.Errorf("pixel (%d, %d): want %g, got %g", want.x, want.y, want.v, got)
		}
	}
}
