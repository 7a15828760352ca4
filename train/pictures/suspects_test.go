package pictures

import (
	"image"
	"strings"
	"testing"
)

// TestSuspects draws as many as there are, with a line more than mistakes have, and
// says where there are none.
func TestSuspects(t *testing.T) {
	data := shapes(9, 1, 8)
	all := []Mistake{{Index: 4, Label: 1, Predicted: 0, Confidence: 0.9}, {Index: 2, Label: 0, Predicted: 1, Confidence: 0.8}}
	size := func(s []Mistake) image.Point {
		img, err := Suspects(data, s)
		if err != nil {
			t.Fatal(err)
		}
		wantMargin(t, img)
		return img.Bounds().Size()
	}
	one, two, none := size(all[:1]), size(all), size(nil)
	if two.Y != one.Y || none.Y >= one.Y {
		t.Errorf("want one row for one and two, and none for none, got %v, %v and %v", one, two, none)
	}
	_, err := Suspects(data, []Mistake{{Index: 9}})
	if err == nil {
		t.Error("want an error of an image that is not there")
	}
	_, err = Suspects(nil, nil)
	wantError(t, err, "suspects: want a dataset, got nil")
}

// TestPair cuts names, and never the arrow.
func TestPair(t *testing.T) {
	l := newLetters()
	if got := l.pair("cat", "dog", 100); got != "cat → dog" {
		t.Errorf("got %q", got)
	}
	got := l.pair("a name that is much too long", "another name that is too long", 120)
	if w := l.width(body, got); w > 120 || len(got) < 10 {
		t.Errorf("want at most 120 pixels, got %q of %d", got, w)
	}
	if !strings.Contains(got, " → ") {
		t.Errorf("want the arrow, got %q", got)
	}
}
