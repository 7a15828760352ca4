package drawn

import (
	"math"
	"slices"
)

// tailor draws one garment: its pieces in cloth, its details in trim.
type tailor struct {
	*canvas
	cloth shade
	bare  shade // the cloth without pattern or folds: collars, plackets
	trim  shade // stands out from the cloth: seams, buttons, bands
	dark  shade // the inside of the garment
}

func newTailor(c *canvas) *tailor {
	base := c.between(0.35, 0.95)
	trim := base * c.between(0.25, 0.5)
	if base < 0.6 {
		trim = base + c.between(0.25, 0.4)
	}
	return &tailor{
		canvas: c,
		cloth:  folds(c, texture(c, base)),
		bare:   plain(base + 0.1), trim: plain(trim), dark: plain(base * 0.2),
	}
}

// shaded is the cloth, brighter or darker.
func (g *tailor) shaded(by float64) shade {
	return func(p point) float64 { return g.cloth(p) + by }
}

// bothSides draws a thin line on the right and its mirror image on the left.
func (g *tailor) bothSides(s shade, line ...point) {
	g.stroke(s, 0.06, line...)
	g.stroke(s, 0.06, onSide(-1, line...)...)
}

// texture is a cloth of about the given brightness.
func texture(c *canvas, base float64) shade {
	depth := base * c.between(0.12, 0.4)
	period, phase := c.between(0.2, 0.5), c.Float64()
	stripe := func(x float64) float64 {
		if _, f := math.Modf(x/period + phase + 16); f < 0.5 {
			return depth
		}
		return 0
	}
	switch c.IntN(8) {
	case 0:
		return func(p point) float64 { return base - stripe(p.y) }
	case 1:
		return func(p point) float64 { return base - stripe(p.x) }
	case 2:
		return func(p point) float64 { return base - (stripe(p.x)+stripe(p.y))/2 }
	case 3:
		return func(p point) float64 { return base - stripe(p.x)*stripe(p.y)/depth }
	case 4:
		return func(p point) float64 { return base - depth*p.y/2 }
	}
	return plain(base)
}

// folds lets the light play on a cloth that does not lie flat.
func folds(c *canvas, s shade) shade {
	depth, angle, phase := c.between(0, 0.12), c.between(0, 2*math.Pi), c.between(0, 2*math.Pi)
	ky, kx := math.Sincos(angle)
	k := c.between(3, 8)
	return func(p point) float64 { return s(p) + depth*math.Sin(k*(kx*p.x+ky*p.y)+phase) }
}

// mirrored is the closed contour whose right half is given, from the top of the
// axis x = 0 to its bottom.
func mirrored(right ...point) []point {
	left := onSide(-1, right...)
	slices.Reverse(left)
	return subdivide(append(right, left...), 0.2)
}

// onSide is the points with x times side: 1 for the right, -1 for the left.
func onSide(side float64, ps ...point) []point {
	out := make([]point, len(ps))
	for i, p := range ps {
		out[i] = point{side * p.x, p.y}
	}
	return out
}

// rounded cuts the corners of an open line twice: G. Chaikin, An Algorithm for
// High-Speed Curve Generation (1974). Its ends stay.
func rounded(ps ...point) []point {
	for range 2 {
		out := []point{ps[0]}
		for i := 1; i < len(ps); i++ {
			p, q := ps[i-1], ps[i]
			out = append(out, point{0.75*p.x + 0.25*q.x, 0.75*p.y + 0.25*q.y}, point{0.25*p.x + 0.75*q.x, 0.25*p.y + 0.75*q.y})
		}
		ps = append(out, ps[len(ps)-1])
	}
	return ps
}

func rectangle(left, top, right, bottom float64) []point {
	return subdivide([]point{{left, top}, {right, top}, {right, bottom}, {left, bottom}}, 0.2)
}
