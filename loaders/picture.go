package loaders

import (
	"image"
	"image/color"
)

// Picture is image i to be looked at: in colour if it has three channels,
// otherwise the first of them in grey, whose pixels are shared with d. Of a
// streamed dataset it is decoded, and black where that fails: Take tells why.
func (d *Dataset) Picture(i int) image.Image {
	if d.Streamed() {
		one, err := d.Take([]int{i})
		if err != nil {
			return d.blank()
		}
		return one.Picture(0)
	}
	pixels, plane := d.Image(i), d.Height*d.Width
	frame := image.Rect(0, 0, d.Width, d.Height)
	if d.Channels != 3 {
		return &image.Gray{Pix: pixels[:plane:plane], Stride: d.Width, Rect: frame}
	}
	img := image.NewRGBA(frame)
	for p := range plane {
		img.SetRGBA(p%d.Width, p/d.Width, color.RGBA{R: pixels[p], G: pixels[plane+p], B: pixels[2*plane+p], A: 255})
	}
	return img
}
