package prepare

import (
	"image"

	"euryale/internal/picture"
)

// planes are a picture's greys, or its red, green and blue, over white, one behind
// the other.
func planes(m image.Image, channels int) []uint8 {
	m = picture.Straight(m)
	pix, stride, pixel := picture.Samples(m)
	at := colour(m)
	size := m.Bounds().Size()
	n := size.X * size.Y
	all := make([]uint8, channels*n)
	for y := range size.Y {
		row := pix[y*stride:][:size.X*pixel]
		to := all[y*size.X:]
		if channels == 1 {
			for x := range size.X {
				to[x] = grey(at(row[x*pixel:]))
			}
			continue
		}
		red, green, blue := to[:size.X], to[n:][:size.X], to[2*n:][:size.X]
		for x := range size.X {
			red[x], green[x], blue[x] = at(row[x*pixel:])
		}
	}
	return all
}

// colour reads the colour of a pixel of a picture of m's kind.
func colour(m image.Image) func(p []uint8) (r, g, b uint8) {
	switch m.(type) {
	case *image.Gray, *image.Gray16: // of 16 bits the upper ones come first
		return func(p []uint8) (r, g, b uint8) { return p[0], p[0], p[0] }
	case *picture.GrayAlpha:
		return func(p []uint8) (r, g, b uint8) { v := over(p[0], p[1]); return v, v, v }
	case *picture.GrayAlpha16:
		return func(p []uint8) (r, g, b uint8) { v := over(p[0], p[2]); return v, v, v }
	case *image.NRGBA64:
		return func(p []uint8) (r, g, b uint8) { return over(p[0], p[6]), over(p[2], p[6]), over(p[4], p[6]) }
	}
	return func(p []uint8) (r, g, b uint8) { return over(p[0], p[3]), over(p[1], p[3]), over(p[2], p[3]) }
}

// over is a value of the given opacity on white.
func over(v, alpha uint8) uint8 {
	if alpha == 255 {
		return v
	}
	return uint8((uint(v)*uint(alpha) + 255*(255-uint(alpha)) + 127) / 255)
}

// grey is Pillow's of a colour.
func grey(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}
