package drawn

import "math"

// Digits draws n digits, white on black, none if n is negative. The class is
// the digit.
//
// They are the digits of the Go fonts (https://go.dev/blog/go-fonts), each
// thickened or thinned, rotated, slanted, stretched, moved and distorted
// elastically at random, with stray strokes, blur and noise.
func Digits(seed uint64, split Split, n int) *Set {
	return drawSet(paintDigit, imageSeed{seed, split}, n)
}

// paintDigit draws one digit.
func paintDigit(c *canvas, digit int) {
	c.distort(distortion{size: 9.5, rotate: 0.28, shear: 0.28, scale: 0.18, shift: 2.3, elastic: 1})
	hands := digitOutlines()
	hand := hands[c.IntN(len(hands))]
	ink := c.between(0.7, 1.1)
	if c.chance(0.5) {
		c.stray(ink * c.between(0.4, 1))
	}
	c.fill(plain(ink), thicken(hand[digit], c.between(-0.04, 0.07))...)
	if c.chance(0.3) {
		c.stray(0)
	}
	c.blur(c.between(0.3, 0.8))
	c.noise(c.between(0, 0.08))
}

// stray draws a thin line across part of the picture: brighter than nothing it
// is a slip of the pen, black it is a scratch in the digit.
func (c *canvas) stray(v float64) {
	x, y, angle := c.between(-1.2, 1.2), c.between(-1.2, 1.2), c.between(0, 2*math.Pi)
	bend, length := c.between(-0.25, 0.25), c.between(0.1, 0.3)
	line := make([]point, 6)
	for i := range line {
		line[i] = point{x, y}
		x, y = x+length*math.Cos(angle), y+length*math.Sin(angle)
		angle += bend
	}
	c.stroke(plain(v), c.between(0.08, 0.16), line...)
}
