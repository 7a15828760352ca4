package pictures

import (
	"image"
	"image/color"
	"image/draw"
)

// The colours of all but the data.
var (
	paper = color.RGBA{255, 255, 255, 255}
	ink   = color.RGBA{26, 26, 26, 255}
	grey  = color.RGBA{95, 95, 95, 255}
	faint = color.RGBA{217, 217, 217, 255}
)

// margin surrounds every picture, in pixels.
const margin = 16

// canvas is a picture in the making.
type canvas struct {
	*image.RGBA
	*letters
}

func newCanvas(l *letters, width, height int) *canvas {
	c := &canvas{image.NewRGBA(image.Rect(0, 0, width, height)), l}
	c.fill(c.Bounds(), paper)
	return c
}

func (c *canvas) fill(r image.Rectangle, col color.Color) {
	draw.Draw(c.RGBA, r, image.NewUniform(col), image.Point{}, draw.Src)
}

// text is letters.write.
func (c *canvas) text(s style, text string, x, y int, a align, col color.Color) {
	c.write(c.RGBA, s, text, x, y, a, col)
}

// upwards sets a line of text that reads from y up, with the middle of its capital
// letters at x.
func (c *canvas) upwards(s style, text string, x, y int, col color.Color) {
	level := image.NewRGBA(image.Rect(0, 0, c.width(s, text)+2, rowHeight))
	c.write(level, s, text, 0, rowHeight/2, left, col)
	size := level.Bounds().Size()
	turned := image.NewRGBA(image.Rect(0, 0, size.Y, size.X))
	for v := range size.Y {
		for u := range size.X {
			turned.SetRGBA(v, size.X-1-u, level.RGBAAt(u, v))
		}
	}
	at := image.Pt(x-size.Y/2, y-size.X)
	draw.Draw(c.RGBA, turned.Bounds().Add(at), turned, image.Point{}, draw.Over)
}

// frame draws a line of one pixel around r.
func (c *canvas) frame(r image.Rectangle, col color.Color) {
	outer := r.Inset(-1)
	c.fill(image.Rect(outer.Min.X, outer.Min.Y, outer.Max.X, r.Min.Y), col)
	c.fill(image.Rect(outer.Min.X, r.Max.Y, outer.Max.X, outer.Max.Y), col)
	c.fill(image.Rect(outer.Min.X, r.Min.Y, r.Min.X, r.Max.Y), col)
	c.fill(image.Rect(r.Max.X, r.Min.Y, outer.Max.X, r.Max.Y), col)
}

// enlarge draws img with its top left corner at p, each pixel a square of the
// given side.
func (c *canvas) enlarge(img image.Image, p image.Point, side int) {
	b := img.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			at := p.Add(image.Pt(x*side, y*side))
			c.fill(image.Rectangle{at, at.Add(image.Pt(side, side))}, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
}

// enlargement is the side of the squares that make an image about as large as
// wanted, at least 1: a large image is drawn in full rather than with pixels
// left out.
func enlargement(width, height, want int) int {
	return max(1, want/max(width, height))
}
