package pictures

import (
	"image"
	"testing"

	"euryale/train"
)

// TestRateRangeShows finds both curves and the line of the proposal.
func TestRateRangeShows(t *testing.T) {
	r := &train.RateRange{}
	for i, loss := range []float64{2.3, 2.2, 1.9, 1.2, 0.8, 0.9, 3} {
		r.Points = append(r.Points, train.RatePoint{Rate: []float64{1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100}[i], Loss: loss + 0.1, Smoothed: loss})
	}
	plain := mustDraw(t, r)
	wantMargin(t, plain)
	for curve := range 2 {
		if count(plain, plain.Bounds().Add(image.Pt(0, legendHeight)), curve) == 0 {
			t.Errorf("want curve %d, got none", curve)
		}
	}
	r.Steepest = 0.1
	if was, got := upright(plain), upright(mustDraw(t, r)); got < 80 || was > 20 {
		t.Errorf("want an upright line at the proposal, in the middle, got %d dark pixels in a column, and %d without", got, was)
	}
	legend := image.Rect(margin+2*legendPitch, 0, curvesWidth-margin, legendHeight)
	if was, got := dark(plain, legend), dark(mustDraw(t, r), legend); was != 0 || got < 100 {
		t.Errorf("want what the line is, in the legend, got %d dark pixels, and %d without", got, was)
	}
	near := mustDraw(t, r)
	r.Points[5].Loss = 1e9
	if far := mustDraw(t, r); !bounds(near).Eq(bounds(far)) {
		t.Errorf("want a loss far away left out and the curve as it was, %v, got %v", bounds(near), bounds(far))
	}
	for _, none := range []*train.RateRange{nil, {}} {
		if img, err := RateRange(none); err == nil || img != nil || err.Error() != "rate range: want at least one step, got none" {
			t.Errorf("want an error, got %v", err)
		}
	}
}

// dark is how many dark pixels there are in a part of an image.
func dark(img image.Image, r image.Rectangle) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if r, g, b, _ := img.At(x, y).RGBA(); max(r, g, b) < 0x9000 {
				n++
			}
		}
	}
	return n
}

// upright is the most dark pixels that a column in the middle has, above the axis.
func upright(img image.Image) int {
	most := 0
	for x := curvesWidth / 2; x < curvesWidth*3/5; x++ {
		n := 0
		for y := legendHeight; y < curvesHeight-80; y++ {
			if r, g, b, _ := img.At(x, y).RGBA(); max(r, g, b) < 0x9000 {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// bounds is what the smoothed curve takes.
func bounds(img image.Image) image.Rectangle {
	var r image.Rectangle
	for y := legendHeight; y < curvesHeight; y++ {
		for x := range curvesWidth {
			if apart(img.At(x, y), curveColors[0]) == 0 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

func mustDraw(t *testing.T, r *train.RateRange) image.Image {
	t.Helper()
	img, err := RateRange(r)
	if err != nil {
		t.Fatal(err)
	}
	return img
}
