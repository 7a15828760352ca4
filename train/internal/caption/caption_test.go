package caption

import (
	"math"
	"testing"
)

func TestCaptions(t *testing.T) {
	garments := []string{"T-shirt/top", "Trouser", "Ankle boot"}
	for _, tt := range [][2]string{
		{Number(36_928_000), "36,928,000"},
		{Count(0, "image"), "0 images"},
		{Count(1, "image"), "1 image"},
		{Count(10_000, "image"), "10,000 images"},
		{Percent(0, 2), "0.00 %"},
		{Percent(0.99185, 2), "99.19 %"},
		{Percent(0.98765, 1), "98.8 %"},
		{Percent(0.99996, 2), "99.99 %"},
		{Percent(0.9999, 2), "99.99 %"},
		{Percent(0.9996, 1), "99.9 %"},
		{Percent(0.999, 0), "99 %"},
		{Percent(1, 2), "100.00 %"},
		{Class(garments, 2), "Ankle boot"},
		{Class(garments, 3), "class 3"},
	} {
		if tt[0] != tt[1] {
			t.Errorf("want %q, got %q", tt[1], tt[0])
		}
	}
}

func TestSteps(t *testing.T) {
	for want, losses := range map[string][]float64{
		"of each step":            {1, 7.81, 2},
		"of each step, up to 7.8": {1, 7.82, 2},
	} {
		if got := Steps(losses, 7.81); got != want {
			t.Errorf("%v: want %q, got %q", losses, want, got)
		}
	}
	if got := Steps([]float64{math.NaN()}, 1); got != "of each step, up to 1" {
		t.Errorf("want what is no number to be left out, got %q", got)
	}
}
