package f32

import (
	"math"
	"testing"
)

// TestPlainCurves compares the loops of curves with their values one by one, on
// each level.
func TestPlainCurves(t *testing.T) {
	for _, c := range []struct {
		Curve
		units float64
	}{
		{Sqrt, 0},
		{Abs, 0},
		{Negative, 0},
		{Reciprocal, 0},
		{Line(0.3, -1), 0},
		{Line(-2, 0), 0},
		{Clip(-0.75, 2), 0},
		{Clip(math.Inf(-1), 0.1), 0},
		{Exponential, 1},
		{Logarithm, 0},
		{Erf, 0},
		{CELU(0.7), 0},
		{Threshold(0.5), 0},
		{Swish(1.7), 0},
		{Power(1.5), 0},
	} {
		y := make([]float32, 1<<16)
		eachFloat(func(x []float32) {
			for _, level := range Levels() {
				before := Use(level)
				Apply(c.Curve, y[:len(x)], x)
				Use(before)
				for i, v := range x {
					if want := c.At(float64(v)); !(off(y[i], want) <= c.units) {
						t.Fatalf("%s of %v is %v on level %v, want %v", c.Name, v, y[i], level, want)
					}
				}
			}
		})
	}
}
