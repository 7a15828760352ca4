package pictures

import (
	"image/color"
	"math"
	"testing"
)

// TestInferno has entries of matplotlib's table, among which is the one
// farthest from what is interpolated, 196.
func TestInferno(t *testing.T) {
	for _, tt := range []struct {
		entry  int
		want   color.RGBA
		within int
	}{
		{0, color.RGBA{0, 0, 4, 255}, 0},
		{8, color.RGBA{4, 3, 18, 255}, 3},
		{17, color.RGBA{12, 8, 38, 255}, 0},
		{60, color.RGBA{81, 14, 108, 255}, 3},
		{128, color.RGBA{188, 55, 84, 255}, 3},
		{196, color.RGBA{251, 150, 6, 255}, 7},
		{246, color.RGBA{242, 244, 130, 255}, 6},
		{255, color.RGBA{252, 255, 164, 255}, 0},
	} {
		if got := inferno.at(float64(tt.entry) / 255); apart(got, tt.want) > tt.within {
			t.Errorf("entry %d: want %v within %d, got %v", tt.entry, tt.want, tt.within, got)
		}
	}
}

// TestRampsAreMonotone: in grey too, what is more must look like more.
func TestRampsAreMonotone(t *testing.T) {
	for _, tt := range []struct {
		name string
		ramp ramp
		sign float64
		to   float64
	}{
		{"inferno", inferno, 1, 1},
		{"shares", shares, -1, 1},
		{"around zero, below", aroundZero, 1, 0.5},
	} {
		last := tt.sign * luminance(tt.ramp.at(0))
		for v := 0.01; v <= tt.to; v += 0.01 {
			l := tt.sign * luminance(tt.ramp.at(v))
			if l < last-0.002 {
				t.Errorf("%s: want lightness to go one way only, got a step back at %.2f", tt.name, v)
			}
			last = l
		}
	}
}

func TestRampBeyond(t *testing.T) {
	for _, tt := range []struct {
		v    float64
		want color.RGBA
	}{
		{-1, inferno[0]},
		{math.Inf(-1), inferno[0]},
		{math.NaN(), inferno[0]},
		{2, inferno[15]},
		{math.Inf(1), inferno[15]},
		{1, inferno[15]},
	} {
		if got := inferno.at(tt.v); got != tt.want {
			t.Errorf("at %v: want %v, got %v", tt.v, tt.want, got)
		}
	}
	if got := aroundZero.at(0.5); got != paper {
		t.Errorf("want white for 0, got %v", got)
	}
}
