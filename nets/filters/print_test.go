package filters

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// TestPrinted has what may be left as the last expression of a notebook's cell.
func TestPrinted(t *testing.T) {
	emboss, err := Find("emboss")
	if err != nil {
		t.Fatal(err)
	}
	grey := &Maps{Channels: 1, Height: 2, Width: 1, Values: []float32{1, 427.25}}
	colour := newMaps(3, 100, 200, true, 16)
	for _, c := range []struct {
		value any
		want  string
	}{
		{grey, "1 feature map of 2×1, peak 427.25"},
		{colour, "3 feature maps of 100×200, peak 0, with alpha"},
		{&Maps{}, "0 feature maps of 0×0, peak 0"},
		{emboss, "emboss: 3×3, factor 1, bias 128"},
		{emboss.Matrix, "-1 -1 0; -1 0 1; 0 1 1"},
		{Pool{Size: 2}, "max-pool 2×2"},
		{&Chain{Filters: []Filter{emboss}, Pool: Pool{Size: 2}}, "&{[emboss: 3×3, factor 1, bias 128] max-pool 2×2 wrap}"},
	} {
		if got := fmt.Sprint(c.value); got != c.want {
			t.Errorf("want %q, got %q", c.want, got)
		}
	}
	img, err := png.Decode(bytes.NewReader(grey.PNG()))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Size() != image.Pt(1, 2) || img.At(0, 0) != (color.Gray{1}) || img.At(0, 1) != (color.Gray{255}) {
		t.Errorf("want the maps with the peak white, got %v", img)
	}
	if _, err := png.Decode(bytes.NewReader(colour.PNG())); err != nil {
		t.Error(err)
	}
	if (&Maps{}).PNG() != nil {
		t.Error("want no picture of no pixel")
	}
}
