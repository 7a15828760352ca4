package page

import (
	"image"

	"golang.org/x/image/draw"
)

// Images of a dataset are shown small: on a screen of two dots a pixel, more than this
// would not be seen, and a page of hundreds of them would weigh megabytes.
const (
	exampleSide = 84
	mistakeSide = 168
)

// shrunk is img with no side above most.
func shrunk(img image.Image, most int) image.Image {
	size := img.Bounds().Size()
	larger := max(size.X, size.Y)
	if larger <= most {
		return img
	}
	small := image.Rect(0, 0, max(1, size.X*most/larger), max(1, size.Y*most/larger))
	var to draw.Image = image.NewRGBA(small)
	if _, grey := img.(*image.Gray); grey {
		to = image.NewGray(small)
	}
	draw.CatmullRom.Scale(to, small, img, img.Bounds(), draw.Src, nil)
	return to
}
