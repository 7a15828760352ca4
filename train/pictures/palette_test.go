package pictures

import (
	"image"
	"image/color"
	"testing"
)

// coloured is an image of n colours, no two of them alike.
func coloured(n int) *image.RGBA {
	img := image.NewRGBA(image.Rect(3, 5, 3+40, 5+30))
	for i := range 40 * 30 {
		k := i % n
		img.SetRGBA(3+i%40, 5+i/40, color.RGBA{uint8(k), uint8(k / 256 * 80), uint8(255 - k), 255})
	}
	return img
}

func TestFew(t *testing.T) {
	for _, c := range []struct{ colours, within int }{{1, 0}, {256, 0}, {257, 2}, {800, 9}} {
		want := coloured(c.colours)
		got := few(want)
		if got.Bounds() != want.Bounds() || len(got.Palette) > 256 {
			t.Fatalf("%d colours: want an image of %v in 256 colours at most, got %v in %d", c.colours, want.Bounds(), got.Bounds(), len(got.Palette))
		}
		most := 0
		for y := want.Rect.Min.Y; y < want.Rect.Max.Y; y++ {
			for x := want.Rect.Min.X; x < want.Rect.Max.X; x++ {
				most = max(most, apart(got.At(x, y), want.At(x, y)))
			}
		}
		if most > c.within {
			t.Errorf("%d colours: want them within %d, got one %d off", c.colours, c.within, most)
		}
	}
}

func TestExactly(t *testing.T) {
	if got, ok := exactly(coloured(256)).(*image.Paletted); !ok || len(got.Palette) != 256 {
		t.Errorf("want an image of 256 colours in a palette, got %T", got)
	}
	if many := coloured(257); exactly(many) != image.Image(many) {
		t.Error("want an image of 257 colours as it is")
	}
}
