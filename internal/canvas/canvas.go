// Package canvas paints shapes and text on pictures.
package canvas

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Canvas is a picture that shapes are painted on, in pixels from the upper left
// corner of its rectangle, which must be 0, 0.
type Canvas struct{ draw.Image }

// Point is x and y.
type Point [2]float64

// Grey is an opaque grey of the given value.
func Grey(v uint8) color.NRGBA { return RGB(v, v, v) }

// RGB is an opaque colour.
func RGB(r, g, b uint8) color.NRGBA { return color.NRGBA{r, g, b, 255} }

// Fill paints the polygon with these corners.
func (c Canvas) Fill(with color.Color, corners ...Point) {
	area := bounds(corners).Intersect(c.Bounds())
	if area.Empty() {
		return
	}
	z := vector.NewRasterizer(area.Dx(), area.Dy())
	for i, p := range corners {
		x, y := float32(p[0]-float64(area.Min.X)), float32(p[1]-float64(area.Min.Y))
		if i == 0 {
			z.MoveTo(x, y)
		} else {
			z.LineTo(x, y)
		}
	}
	z.ClosePath()
	z.Draw(c.Image, area, image.NewUniform(with), image.Point{})
}

// bounds is the pixels that a polygon touches.
func bounds(corners []Point) image.Rectangle {
	var area image.Rectangle
	for _, p := range corners {
		x, y := int(math.Floor(p[0])), int(math.Floor(p[1]))
		area = area.Union(image.Rect(x, y, x+2, y+2))
	}
	return area
}

// Box paints an upright rectangle.
func (c Canvas) Box(with color.Color, x, y, w, h float64) {
	c.Fill(with, Point{x, y}, Point{x + w, y}, Point{x + w, y + h}, Point{x, y + h})
}

// Line paints a line of the given width.
func (c Canvas) Line(with color.Color, width float64, from, to Point) {
	dx, dy := to[0]-from[0], to[1]-from[1]
	s := width / 2 / math.Hypot(dx, dy)
	nx, ny := -dy*s, dx*s
	c.Fill(with, Point{from[0] + nx, from[1] + ny}, Point{to[0] + nx, to[1] + ny}, Point{to[0] - nx, to[1] - ny}, Point{from[0] - nx, from[1] - ny})
}

// Disc paints a circle.
func (c Canvas) Disc(with color.Color, x, y, radius float64) {
	var corners []Point
	for i := range 90 {
		corners = append(corners, Polar(x, y, radius, float64(i)*4))
	}
	c.Fill(with, corners...)
}

// Polar is the point at a distance from x, y in a direction in degrees.
func Polar(x, y, radius, degrees float64) Point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return Point{x + radius*cos, y + radius*sin}
}

// Shade paints each pixel of a rectangle with what colour says for its place in
// it, from 0 to 1.
func (c Canvas) Shade(area image.Rectangle, colour func(x, y float64) color.NRGBA) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c.Set(x, y, colour(float64(x-area.Min.X)/float64(area.Dx()-1), float64(y-area.Min.Y)/float64(area.Dy()-1)))
		}
	}
}

// Between is the colour at t from a (0) to b (1).
func Between(a, b color.NRGBA, t float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*t)) }
	return RGB(mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B))
}

// Text writes in a font of New's, x and y at the left end of its base line.
func (c Canvas) Text(with color.Color, f font.Face, x, y float64, text string) {
	dot := fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
	d := font.Drawer{Dst: c.Image, Src: image.NewUniform(with), Face: f, Dot: dot}
	d.DrawString(text)
}
