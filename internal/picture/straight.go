package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// Straight is a picture in one of six kinds: Gray, Gray16, GrayAlpha,
// GrayAlpha16, NRGBA or NRGBA64, none premultiplied. It keeps what it can of
// the picture's own memory.
func Straight(m image.Image) image.Image {
	b := m.Bounds()
	switch m := m.(type) {
	case *image.Gray, *image.Gray16, *GrayAlpha, *GrayAlpha16, *image.NRGBA, *image.NRGBA64:
		return m
	case *image.RGBA:
		if m.Opaque() { // then premultiplied or not is the same
			return &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
		}
	case *image.RGBA64:
		if m.Opaque() {
			return &image.NRGBA64{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
		}
		return converted(image.NewNRGBA64(b), m)
	case *image.YCbCr, *image.CMYK: // draw is fast with these
		opaque := image.NewRGBA(b)
		draw.Draw(opaque, b, m, b.Min, draw.Src)
		return Straight(opaque)
	case *image.NYCbCrA:
		to := Straight(&m.YCbCr).(*image.NRGBA)
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				to.Pix[to.PixOffset(x, y)+3] = m.A[m.AOffset(x, y)]
			}
		}
		return to
	case *image.Paletted:
		return unpaletted(m)
	}
	return converted(image.NewNRGBA(b), m)
}

// unpaletted looks up each pixel's colour. A place that the palette lacks is
// transparent.
func unpaletted(m *image.Paletted) *image.NRGBA {
	var colours [256]color.NRGBA
	for i, c := range m.Palette[:min(len(m.Palette), 256)] {
		colours[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
	}
	to := image.NewNRGBA(m.Rect)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := to.Pix[to.PixOffset(m.Rect.Min.X, y):]
		for i, place := range m.Pix[m.PixOffset(m.Rect.Min.X, y):][:m.Rect.Dx()] {
			c := colours[place]
			row[4*i], row[4*i+1], row[4*i+2], row[4*i+3] = c.R, c.G, c.B, c.A
		}
	}
	return to
}

// converted copies pixel by pixel, through the colour model of to.
func converted(to draw.Image, from image.Image) image.Image {
	b := from.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			to.Set(x, y, from.At(x, y))
		}
	}
	return to
}

// Samples is the memory of a picture of Straight's: its rows, how many bytes
// apart they are, and how many bytes a pixel has.
func Samples(m image.Image) (pix []uint8, stride, pixel int) {
	switch m := m.(type) {
	case *image.Gray:
		return m.Pix, m.Stride, 1
	case *image.Gray16:
		return m.Pix, m.Stride, 2
	case *GrayAlpha:
		return m.Pix, m.Stride, 2
	case *GrayAlpha16:
		return m.Pix, m.Stride, 4
	case *image.NRGBA:
		return m.Pix, m.Stride, 4
	case *image.NRGBA64:
		return m.Pix, m.Stride, 8
	}
	panic("picture: want a picture of Straight's")
}

// like is an empty picture of m's kind.
func like(m image.Image, w, h int) image.Image {
	b := image.Rect(0, 0, w, h)
	switch m.(type) {
	case *image.Gray:
		return image.NewGray(b)
	case *image.Gray16:
		return image.NewGray16(b)
	case *GrayAlpha:
		return NewGrayAlpha(b)
	case *GrayAlpha16:
		return NewGrayAlpha16(b)
	case *image.NRGBA64:
		return image.NewNRGBA64(b)
	}
	return image.NewNRGBA(b)
}

// grey is a picture of Straight's whose colours are greys as one of greys, with
// alpha unless all pixels are opaque. Nothing looks whether they are.
func grey(m image.Image) image.Image {
	switch m := m.(type) {
	case *image.NRGBA:
		to := NewGrayAlpha(m.Rect)
		for i := range to.Pix {
			to.Pix[i] = m.Pix[i/2*4+i%2*3]
		}
		return to
	case *image.NRGBA64:
		to := NewGrayAlpha16(m.Rect)
		for i := range to.Pix {
			to.Pix[i] = m.Pix[i/4*8+i%4/2*6+i%2]
		}
		return to
	}
	return m
}

// greys reports whether a palette has nothing but greys.
func greys(p color.Palette) bool {
	for _, c := range p {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		if n.R != n.G || n.G != n.B {
			return false
		}
	}
	return true
}
