package pictures

import "image"

// shelf is images of one size in rows, with lines of text below each.
type shelf struct {
	l       *letters
	columns int         // at most, so many in a row
	image   image.Point // size of an image
	side    int         // wanted for the larger side of one, in pixels
	top     int         // where the first row begins
	lines   [][]string  // below each image, as many for each
}

// The height of a line of text below an image and the room between images, in
// pixels.
const (
	lineHeight = 17
	gap        = 14
)

func (s *shelf) scale() int { return enlargement(s.image.X, s.image.Y, s.side) }

// pitch is the distance from one image to the next, across and down.
func (s *shelf) pitch() image.Point {
	size, lines := s.image.Mul(s.scale()), 0
	width := size.X
	for _, l := range s.lines {
		width, lines = max(width, s.l.widest(body, l...)), max(lines, len(l))
	}
	return image.Pt(width+gap, size.Y+6+lines*lineHeight+10)
}

// canvas is of the right size for the images, and at least as wide as a text
// above.
func (s *shelf) canvas(text int) *canvas {
	n := len(s.lines)
	p := s.pitch()
	width := max(min(n, s.columns)*p.X-gap, text) + 2*margin
	return newCanvas(s.l, width, s.top+(n+s.columns-1)/s.columns*p.Y+margin-10)
}

// draw puts image i in its place.
func (s *shelf) draw(c *canvas, i int, img image.Image) {
	p := s.pitch()
	size := s.image.Mul(s.scale())
	middle := margin + i%s.columns*p.X + (p.X-gap)/2
	at := image.Pt(middle-size.X/2, s.top+i/s.columns*p.Y)
	c.frame(image.Rectangle{at, at.Add(size)}, faint)
	c.enlarge(img, at, s.scale())
	for k, line := range s.lines[i] {
		c.text(body, line, middle, at.Y+size.Y+6+lineHeight/2+k*lineHeight, centre, ink)
	}
}
