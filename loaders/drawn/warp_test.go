package drawn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The deviation asked for is that of the displacement away from the border.
func TestElasticDeviation(t *testing.T) {
	c := newCanvas()
	c.reset(rand.New(rand.NewPCG(3, 4)))
	var sum float64
	const runs, want = 2000, 1.5
	for range runs {
		c.displace(&c.dx, want)
		v := c.dx[14*Side+14]
		sum += v * v
	}
	if got := math.Sqrt(sum / runs); math.Abs(got-want) > 0.1 {
		t.Errorf("want a deviation of %g pixels, got %.2f", want, got)
	}
}

func TestWarp(t *testing.T) {
	for _, c := range []struct {
		name string
		distortion
		tolerance float64 // pixels
	}{
		{"still", distortion{size: 10}, 1e-9},
		{"affine", distortion{size: 10, rotate: 0.4, shear: 0.3, scale: 0.2, shift: 3}, 1e-9},
		{"elastic", distortion{size: 10, rotate: 0.4, shear: 0.3, scale: 0.2, shift: 3, elastic: 1}, 1.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			canvas := newCanvas()
			for i := range uint64(20) {
				canvas.reset(rand.New(rand.NewPCG(5, i)))
				canvas.distort(c.distortion)
				for _, at := range []int{8, 14, 20} {
					got := canvas.toPixels(canvas.fromPixels(at, 14))
					if d := math.Hypot(got.x-float64(at)-0.5, got.y-14.5); d > c.tolerance {
						t.Errorf("pixel (%d, 14) comes back %.2g pixels away, want %g at most", at, d, c.tolerance)
					}
				}
			}
		})
	}
}
