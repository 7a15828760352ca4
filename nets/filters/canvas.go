package filters

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// canvas is a picture that shapes are painted on, in pixels from the upper left corner.
type canvas struct{ *image.NRGBA }

// point is x and y.
type point [2]float64

func newCanvas(w, h int) canvas { return canvas{image.NewNRGBA(image.Rect(0, 0, w, h))} }

// grey is an opaque grey of the given value.
func grey(v uint8) color.NRGBA { return rgb(v, v, v) }

func rgb(r, g, b uint8) color.NRGBA { return color.NRGBA{r, g, b, 255} }

// fill paints the polygon with these corners.
func (c canvas) fill(with color.Color, corners ...point) {
	area := bounds(corners).Intersect(c.Rect)
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
	z.Draw(c, area, image.NewUniform(with), image.Point{})
}

// bounds is the pixels that a polygon touches.
func bounds(corners []point) image.Rectangle {
	var area image.Rectangle
	for _, p := range corners {
		x, y := int(math.Floor(p[0])), int(math.Floor(p[1]))
		area = area.Union(image.Rect(x, y, x+2, y+2))
	}
	return area
}

// box paints an upright rectangle.
func (c canvas) box(with color.Color, x, y, w, h float64) {
	c.fill(with, point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

// line paints a line of the given width.
func (c canvas) line(with color.Color, width float64, from, to point) {
	dx, dy := to[0]-from[0], to[1]-from[1]
	s := width / 2 / math.Hypot(dx, dy)
	nx, ny := -dy*s, dx*s
	c.fill(with, point{from[0] + nx, from[1] + ny}, point{to[0] + nx, to[1] + ny}, point{to[0] - nx, to[1] - ny}, point{from[0] - nx, from[1] - ny})
}

// disc paints a circle.
func (c canvas) disc(with color.Color, x, y, radius float64) {
	var corners []point
	for i := range 90 {
		corners = append(corners, polar(x, y, radius, float64(i)*4))
	}
	c.fill(with, corners...)
}

// polar is the point at a distance from x, y in a direction in degrees.
func polar(x, y, radius, degrees float64) point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return point{x + radius*cos, y + radius*sin}
}

// shade paints each pixel of a rectangle with what colour says for its place in it, from 0 to 1.
func (c canvas) shade(area image.Rectangle, colour func(x, y float64) color.NRGBA) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c.SetNRGBA(x, y, colour(float64(x-area.Min.X)/float64(area.Dx()-1), float64(y-area.Min.Y)/float64(area.Dy()-1)))
		}
	}
}

// between is the colour at t from a (0) to b (1).
func between(a, b color.NRGBA, t float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + (float64(b)-float64(a))*t)) }
	return rgb(mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B))
}

// text writes in the bold Go font, x and y at the left end of its base line.
func (c canvas) text(with color.Color, size, x, y float64, text string) {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		panic(err) // the font is part of the program
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		panic(err)
	}
	dot := fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}
	d := font.Drawer{Dst: c, Src: image.NewUniform(with), Face: face, Dot: dot}
	d.DrawString(text)
}
