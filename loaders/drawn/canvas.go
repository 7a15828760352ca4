package drawn

import (
	"image"
	"image/draw"
	"math"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// point is a position: in a drawing's own coordinates, x to the right and y
// down, the drawing filling [-1, 1]²; or in pixels, once it is warped.
type point struct{ x, y float64 }

// shade is how bright a drawing is at a point of its own coordinates: 0 black,
// 1 white.
type shade func(p point) float64

// plain is one brightness everywhere.
func plain(v float64) shade { return func(point) float64 { return v } }

// canvas is one image in the making. Shapes are warped before they are
// rasterised, not after, so that their edges are anti-aliased once and stay
// sharp.
type canvas struct {
	*rand.Rand
	warp
	pix  [Side * Side]float64 // 0 black, 1 white
	work [Side * Side]float64
	mask *image.Alpha
	rast *vector.Rasterizer
}

func newCanvas() *canvas {
	return &canvas{
		mask: image.NewAlpha(image.Rect(0, 0, Side, Side)),
		rast: vector.NewRasterizer(Side, Side),
	}
}

// reset empties the canvas for the next image.
func (c *canvas) reset(r *rand.Rand) {
	c.Rand = r
	c.warp = warp{}
	clear(c.pix[:])
}

// between is a uniform number in [lo, hi).
func (c *canvas) between(lo, hi float64) float64 { return lo + (hi-lo)*c.Float64() }

// chance is true with probability p.
func (c *canvas) chance(p float64) bool { return c.Float64() < p }

// fill paints the inside of closed contours; a contour that runs the other way
// round than the one it lies in is a hole.
func (c *canvas) fill(s shade, contours ...[]point) {
	c.rast.Reset(Side, Side)
	c.rast.DrawOp = draw.Src
	for _, contour := range contours {
		for i, p := range contour {
			q := c.toPixels(p)
			if i == 0 {
				c.rast.MoveTo(float32(q.x), float32(q.y))
			} else {
				c.rast.LineTo(float32(q.x), float32(q.y))
			}
		}
		c.rast.ClosePath()
	}
	c.rast.Draw(c.mask, c.mask.Rect, image.Opaque, image.Point{})
	c.blend(s)
}

// blend lays the shade over the picture where the mask is.
func (c *canvas) blend(s shade) {
	for i, m := range c.mask.Pix {
		if m == 0 {
			continue
		}
		a := float64(m) / 255
		v := s(c.fromPixels(i%Side, i/Side))
		c.pix[i] += a * (v - c.pix[i])
	}
}

// stroke paints an open line of the given width, in the drawing's coordinates.
func (c *canvas) stroke(s shade, width float64, line ...point) {
	both := make([]point, 2*len(line))
	for i, p := range line {
		n := normal(line[max(i-1, 0)], line[min(i+1, len(line)-1)])
		both[i] = point{p.x + n.x*width/2, p.y + n.y*width/2}
		both[len(both)-1-i] = point{p.x - n.x*width/2, p.y - n.y*width/2}
	}
	c.fill(s, both)
}

// normal is the unit vector at a right angle to the line from p to q.
func normal(p, q point) point {
	dx, dy := q.x-p.x, q.y-p.y
	l := math.Hypot(dx, dy)
	if l == 0 {
		return point{}
	}
	return point{dy / l, -dx / l}
}

// blur smooths the picture with a Gaussian of the given deviation, in pixels.
func (c *canvas) blur(sigma float64) {
	smooth(&c.pix, &c.work, gaussian(sigma))
}

// noise adds normal noise of the given deviation to every pixel.
func (c *canvas) noise(sigma float64) {
	for i := range c.pix {
		c.pix[i] += sigma * c.NormFloat64()
	}
}

// write stores the picture as bytes.
func (c *canvas) write(dst []uint8) {
	for i, v := range c.pix {
		dst[i] = uint8(255*min(max(v, 0), 1) + 0.5)
	}
}
