// Package photo makes images of a dataset's images.
package photo

import (
	"image"
	"image/color"

	"euryale/loaders"
)

// Of is image i of the dataset: in colour if it has three channels, otherwise
// the first of them in grey.
func Of(d *loaders.Dataset, i int) image.Image {
	pixels, plane := d.Image(i), d.Height*d.Width
	frame := image.Rect(0, 0, d.Width, d.Height)
	if d.Channels != 3 {
		return &image.Gray{Pix: pixels[:plane:plane], Stride: d.Width, Rect: frame}
	}
	img := image.NewRGBA(frame)
	for p := range plane {
		img.SetRGBA(p%d.Width, p/d.Width, color.RGBA{pixels[p], pixels[plane+p], pixels[2*plane+p], 255})
	}
	return img
}
