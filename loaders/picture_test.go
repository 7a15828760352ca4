package loaders_test

import (
	"image/color"
	"testing"

	"euryale/loaders"
)

// TestPicture looks at colours, and at images whose channels are no colours.
func TestPicture(t *testing.T) {
	for _, channels := range []int{1, 2, 3} {
		d := &loaders.Dataset{Channels: channels, Height: 3, Width: 2, Labels: []int{0, 0}}
		for i := range 2 * channels * 6 {
			d.Images = append(d.Images, uint8(7*i))
		}
		img := d.Picture(1)
		for p := range 6 {
			first := d.Image(1)[p]
			want := color.RGBA{first, first, first, 255}
			if channels == 3 {
				want.G, want.B = d.Image(1)[6+p], d.Image(1)[12+p]
			}
			if got := color.RGBAModel.Convert(img.At(p%2, p/2)); got != want {
				t.Errorf("%d channels, pixel %d: want %v, got %v", channels, p, want, got)
			}
		}
	}
}
