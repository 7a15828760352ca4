package pictures

import "image"

// The size of a colour bar, in pixels.
const (
	barWidth  = 160
	barHeight = 12
)

// bar draws a ramp from left to right at p, with text before and after it.
func (c *canvas) bar(r ramp, p image.Point, before, after string) {
	y := p.Y + barHeight/2
	c.text(body, before, p.X, y, left, ink)
	p.X += c.width(body, before) + 8
	for x := range barWidth {
		v := float64(x) / (barWidth - 1)
		c.fill(image.Rect(p.X+x, p.Y, p.X+x+1, p.Y+barHeight), r.at(v))
	}
	c.frame(image.Rect(p.X, p.Y, p.X+barWidth, p.Y+barHeight), faint)
	c.text(body, after, p.X+barWidth+8, y, left, ink)
}

// barLength is the width of a bar with its texts.
func (l *letters) barLength(before, after string) int {
	return l.width(body, before) + 8 + barWidth + 8 + l.width(body, after)
}
