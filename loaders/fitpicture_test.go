package loaders

import (
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFitImage has a red picture of 4×2 in 2×2: between bars, cut, and stretched.
func TestFitImage(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 4, 2))
	for i := range 8 {
		m.SetRGBA(i%4, i/4, color.RGBA{R: 200, A: 255})
	}
	for fit, want := range map[Fit][]uint8{FitInside: nil, Fill: {200, 200, 200, 200}, Stretch: {200, 200, 200, 200}} {
		got, err := fit.Image(m, 3, 2, 2)
		if err != nil || len(got) != 12 {
			t.Fatalf("%v: got %v and error %v", fit, got, err)
		}
		if want == nil { // one row of two is red, the other a bar
			if sum := int(got[0]) + int(got[1]) + int(got[2]) + int(got[3]); sum != 400 {
				t.Errorf("%v: want a row of red and one of black, got %v", fit, got)
			}
			continue
		}
		if diff := cmp.Diff(want, got[:4]); diff != "" {
			t.Errorf("%v (-want +got):\n%s", fit, diff)
		}
	}
	for want, ask := range map[string]func() ([]uint8, error){
		"fit: want FitInside, Fill or Stretch, got 7":                                  func() ([]uint8, error) { return Fit(7).Image(m, 3, 2, 2) },
		"fit: want 1 or 3 channels of a picture, got 2":                                func() ([]uint8, error) { return Fill.Image(m, 2, 2, 2) },
		"fit: want a picture of at least one pixel, got none":                          func() ([]uint8, error) { return Fill.Image(nil, 3, 2, 2) },
		"fit: want a height and a width of at least 1, and 2³¹ bytes at most, got 0×2": func() ([]uint8, error) { return Fill.Image(m, 3, 0, 2) },
	} {
		if _, err := ask(); err == nil || err.Error() != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
