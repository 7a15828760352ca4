package f32

import (
	"math"
	"testing"
)

// TestTanhGo: generic Go's loop is within 0.51 units in the last place.
func TestTanhGo(t *testing.T) {
	y := make([]float32, 1<<16)
	worst, where := 0.0, float32(0)
	eachFloat(func(x []float32) {
		y := y[:len(x)]
		tanhGo(y, x)
		for i, v := range x {
			want := math.Tanh(float64(v))
			if v == 0 && math.Signbit(float64(v)) != math.Signbit(float64(y[i])) {
				t.Fatalf("got %v of %v", y[i], v)
			}
			d := math.Abs(float64(y[i])-want) / unit(want)
			if (y[i] != y[i]) != (v != v) {
				d = math.Inf(1)
			}
			if d > worst {
				worst, where = d, v
			}
		}
	})
	t.Logf("%.4f units at %v", worst, where)
	if !(worst <= 0.51) {
		t.Errorf("%v units in the last place off at %v, want at most 0.51", worst, where)
	}
}

// TestTiedGrad compares with the slopes in float64.
func TestTiedGrad(t *testing.T) {
	tied := 0
	for _, c := range curves {
		if !c.Tied() {
			continue
		}
		tied++
		y, dx, g := make([]float32, 1<<16), make([]float32, 1<<16), make([]float32, 1<<16)
		for i := range g {
			g[i] = 0.75
		}
		eachFloat(func(x []float32) {
			for i, v := range x {
				y[i] = float32(c.At(float64(v)))
			}
			TiedGrad(c.Curve, dx[:len(x)], g[:len(x)], y[:len(x)])
			for i, v := range x {
				want := 0.75 * c.Slope(float64(v))
				if d := math.Abs(float64(dx[i]) - want); !(d <= 0.75*0x1p-22) && (v == v || dx[i] == dx[i]) {
					t.Fatalf("%s: got %v at %v, want %v", c.Name, dx[i], v, want)
				}
			}
		})
	}
	if tied != 2 {
		t.Errorf("got %d tied curves, want Sigmoid and Tanh", tied)
	}
}
