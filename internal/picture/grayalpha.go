package picture

import (
	"image"
	"image/color"
)

// GrayAlpha is grey and alpha, not premultiplied, of 8 bits each: two bytes a
// pixel. The image package has no such kind.
type GrayAlpha struct {
	Pix    []uint8
	Stride int // bytes from row to row
	Rect   image.Rectangle
}

// NewGrayAlpha is a transparent picture of the given bounds.
func NewGrayAlpha(r image.Rectangle) *GrayAlpha {
	return &GrayAlpha{Pix: make([]uint8, 2*r.Dx()*r.Dy()), Stride: 2 * r.Dx(), Rect: r}
}

// GrayAlphaModel makes a color.NRGBA of which red, green and blue are alike.
var GrayAlphaModel = color.ModelFunc(func(c color.Color) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	if n.R != n.G || n.G != n.B {
		y := color.GrayModel.Convert(color.NRGBA{n.R, n.G, n.B, 255}).(color.Gray).Y
		n.R, n.G, n.B = y, y, y
	}
	return n
})

// ColorModel is GrayAlphaModel.
func (m *GrayAlpha) ColorModel() color.Model { return GrayAlphaModel }

// Bounds is the picture's rectangle.
func (m *GrayAlpha) Bounds() image.Rectangle { return m.Rect }

// PixOffset is where the pixel at x, y begins.
func (m *GrayAlpha) PixOffset(x, y int) int {
	return (y-m.Rect.Min.Y)*m.Stride + 2*(x-m.Rect.Min.X)
}

// At is the pixel at x, y, a color.NRGBA.
func (m *GrayAlpha) At(x, y int) color.Color {
	if !(image.Point{x, y}).In(m.Rect) {
		return color.NRGBA{}
	}
	at := m.PixOffset(x, y)
	y8 := m.Pix[at]
	return color.NRGBA{y8, y8, y8, m.Pix[at+1]}
}

// Set paints the pixel at x, y.
func (m *GrayAlpha) Set(x, y int, c color.Color) {
	if !(image.Point{x, y}).In(m.Rect) {
		return
	}
	n := GrayAlphaModel.Convert(c).(color.NRGBA)
	copy(m.Pix[m.PixOffset(x, y):], []uint8{n.R, n.A})
}

// GrayAlpha16 is grey and alpha, not premultiplied, of 16 bits each: four
// bytes a pixel, big-endian.
type GrayAlpha16 struct {
	Pix    []uint8
	Stride int // bytes from row to row
	Rect   image.Rectangle
}

// NewGrayAlpha16 is a transparent picture of the given bounds.
func NewGrayAlpha16(r image.Rectangle) *GrayAlpha16 {
	return &GrayAlpha16{Pix: make([]uint8, 4*r.Dx()*r.Dy()), Stride: 4 * r.Dx(), Rect: r}
}

// GrayAlpha16Model makes a color.NRGBA64 of which red, green and blue are
// alike.
var GrayAlpha16Model = color.ModelFunc(func(c color.Color) color.Color {
	n := color.NRGBA64Model.Convert(c).(color.NRGBA64)
	if n.R != n.G || n.G != n.B {
		y := color.Gray16Model.Convert(color.NRGBA64{n.R, n.G, n.B, 0xffff}).(color.Gray16).Y
		n.R, n.G, n.B = y, y, y
	}
	return n
})

// ColorModel is GrayAlpha16Model.
func (m *GrayAlpha16) ColorModel() color.Model { return GrayAlpha16Model }

// Bounds is the picture's rectangle.
func (m *GrayAlpha16) Bounds() image.Rectangle { return m.Rect }

// PixOffset is where the pixel at x, y begins.
func (m *GrayAlpha16) PixOffset(x, y int) int {
	return (y-m.Rect.Min.Y)*m.Stride + 4*(x-m.Rect.Min.X)
}

// At is the pixel at x, y, a color.NRGBA64.
func (m *GrayAlpha16) At(x, y int) color.Color {
	if !(image.Point{x, y}).In(m.Rect) {
		return color.NRGBA64{}
	}
	p := m.Pix[m.PixOffset(x, y):]
	y16 := uint16(p[0])<<8 | uint16(p[1])
	return color.NRGBA64{y16, y16, y16, uint16(p[2])<<8 | uint16(p[3])}
}

// Set paints the pixel at x, y.
func (m *GrayAlpha16) Set(x, y int, c color.Color) {
	if !(image.Point{x, y}).In(m.Rect) {
		return
	}
	n := GrayAlpha16Model.Convert(c).(color.NRGBA64)
	copy(m.Pix[m.PixOffset(x, y):], []uint8{uint8(n.R >> 8), uint8(n.R), uint8(n.A >> 8), uint8(n.A)})
}
