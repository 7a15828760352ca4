package filters

import (
	"encoding/binary"
	"image"
	"image/draw"

	"github.com/pkg/errors"
)

// raster is a picture in one of four forms: grey or in colour with alpha, not
// premultiplied, of 8 or 16 bits.
type raster struct {
	pix     []uint8 // samples, row by row; those of 16 bits are big-endian
	stride  int     // bytes from row to row
	bytes   int     // of a sample: 1 or 2
	samples int     // of a pixel: 1, or 3 and alpha
	colours int     // of a pixel: 1 or 3
	h, w    int
}

// newRaster is a picture as a raster, over the picture's own memory where that has such a form.
func newRaster(picture image.Image) (*raster, error) {
	size := picture.Bounds().Size()
	if size.X <= 0 || size.Y <= 0 {
		return nil, errors.Errorf("want a picture with pixels, got %d×%d", size.X, size.Y)
	}
	r := &raster{h: size.Y, w: size.X, bytes: 1, samples: 4, colours: 3}
	switch m := straight(picture).(type) {
	case *image.Gray:
		r.pix, r.stride, r.samples, r.colours = m.Pix, m.Stride, 1, 1
	case *image.Gray16:
		r.pix, r.stride, r.samples, r.colours, r.bytes = m.Pix, m.Stride, 1, 1, 2
	case *image.NRGBA:
		r.pix, r.stride = m.Pix, m.Stride
	case *image.NRGBA64:
		r.pix, r.stride, r.bytes = m.Pix, m.Stride, 2
	}
	return r, nil
}

// straight is the picture as a Gray, Gray16, NRGBA or NRGBA64.
func straight(picture image.Image) image.Image {
	b := picture.Bounds()
	switch m := picture.(type) {
	case *image.Gray, *image.Gray16, *image.NRGBA, *image.NRGBA64:
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
		return straight(opaque)
	}
	return converted(image.NewNRGBA(b), picture)
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

// image is the raster as a picture, over the same memory.
func (r *raster) image() image.Image {
	b := image.Rect(0, 0, r.w, r.h)
	switch {
	case r.samples == 1 && r.bytes == 1:
		return &image.Gray{Pix: r.pix, Stride: r.stride, Rect: b}
	case r.samples == 1:
		return &image.Gray16{Pix: r.pix, Stride: r.stride, Rect: b}
	case r.bytes == 1:
		return &image.NRGBA{Pix: r.pix, Stride: r.stride, Rect: b}
	}
	return &image.NRGBA64{Pix: r.pix, Stride: r.stride, Rect: b}
}

// like is an empty raster of r's form and another size.
func (r *raster) like(h, w int) *raster {
	to := *r
	to.h, to.w, to.stride = h, w, w*r.samples*r.bytes
	to.pix = make([]uint8, h*to.stride)
	return &to
}

// copyAlpha takes the transparency of from, less so many rows and columns before the first.
func (r *raster) copyAlpha(from *raster, top, left int) {
	if r.samples == r.colours {
		return
	}
	pixel := r.samples * r.bytes
	for y := range r.h {
		to, alpha := r.pix[y*r.stride:], from.pix[(y+top)*from.stride+left*pixel:]
		for at := r.colours * r.bytes; at < r.w*pixel; at += pixel {
			copy(to[at:at+r.bytes], alpha[at:at+r.bytes])
		}
	}
}

// levels is the number of values that a sample has.
func (r *raster) levels() int { return 1 << (8 * r.bytes) }

func (r *raster) size() (h, w int) { return r.h, r.w }

// read is channel c of row y at the given columns, in values from 0 to 255.
func (r *raster) read(to []float32, c, y int, columns []int) {
	row := r.pix[y*r.stride+c*r.bytes:]
	if r.bytes == 1 {
		for i, x := range columns {
			to[i] = float32(row[x*r.samples])
		}
		return
	}
	for i, x := range columns {
		to[i] = float32(binary.BigEndian.Uint16(row[2*x*r.samples:])) / 257
	}
}

// write rounds and clamps values into channel c of row y, from column x on.
func (r *raster) write(values []float32, c, y, x int) {
	row := r.pix[y*r.stride+(x*r.samples+c)*r.bytes:]
	if r.bytes == 1 {
		for i, v := range values {
			row[i*r.samples] = uint8(min(max(v, 0), 255) + 0.5)
		}
		return
	}
	for i, v := range values {
		binary.BigEndian.PutUint16(row[2*i*r.samples:], uint16(min(max(v, 0), 255)*257+0.5))
	}
}

// channelNames are the names of a picture's colour channels.
func (r *raster) channelNames() []string {
	if r.colours == 1 {
		return []string{"grey"}
	}
	return []string{"red", "green", "blue"}
}

// fillAlpha makes all pixels opaque.
func (r *raster) fillAlpha() {
	if r.samples == r.colours {
		return
	}
	for at := r.colours; at < len(r.pix); at += r.samples {
		r.pix[at] = 255
	}
}
