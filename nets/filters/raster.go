package filters

import (
	"encoding/binary"
	"image"
	"math"

	"github.com/pkg/errors"

	"euryale/internal/picture"
)

// raster is a picture in one of six forms: grey or in colour, grey with alpha
// or without, not premultiplied, of 8 or 16 bits. Colour has alpha always. Its
// samples are levels: whole numbers from 0 to 255 or to 65,535.
type raster struct {
	pix     []uint8 // samples, row by row; those of 16 bits are big-endian
	stride  int     // bytes from row to row
	bytes   int     // of a sample: 1 or 2
	samples int     // of a pixel: colours, and alpha where it has that
	colours int     // of a pixel: 1 or 3
	h, w    int
}

// newRaster is a picture as a raster, over the picture's own memory where that
// has such a form.
func newRaster(m image.Image) (*raster, error) {
	if m == nil {
		return nil, errors.New("want a picture, got nil")
	}
	size := m.Bounds().Size()
	if size.X <= 0 || size.Y <= 0 {
		return nil, errors.Errorf("want a picture with pixels, got %d×%d", size.X, size.Y)
	}
	m = picture.Straight(m)
	r := &raster{h: size.Y, w: size.X, bytes: 1, samples: 4, colours: 3}
	r.pix, r.stride, _ = picture.Samples(m)
	switch m.(type) {
	case *image.Gray, *image.Gray16:
		r.samples, r.colours = 1, 1
	case *picture.GrayAlpha, *picture.GrayAlpha16:
		r.samples, r.colours = 2, 1
	}
	switch m.(type) {
	case *image.Gray16, *picture.GrayAlpha16, *image.NRGBA64:
		r.bytes = 2
	}
	return r, nil
}

// image is the raster as a picture, over the same memory.
func (r *raster) image() image.Image {
	b := image.Rect(0, 0, r.w, r.h)
	switch {
	case r.samples == 1 && r.bytes == 1:
		return &image.Gray{Pix: r.pix, Stride: r.stride, Rect: b}
	case r.samples == 1:
		return &image.Gray16{Pix: r.pix, Stride: r.stride, Rect: b}
	case r.samples == 2 && r.bytes == 1:
		return &picture.GrayAlpha{Pix: r.pix, Stride: r.stride, Rect: b}
	case r.samples == 2:
		return &picture.GrayAlpha16{Pix: r.pix, Stride: r.stride, Rect: b}
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

// translucent reports whether a pixel is not opaque.
func (r *raster) translucent() bool {
	if r.samples == r.colours {
		return false
	}
	pixel := r.samples * r.bytes
	for y := range r.h {
		row := r.pix[y*r.stride:][:r.w*pixel]
		for at := r.colours * r.bytes; at < len(row); at += pixel {
			if row[at] != 255 || row[at+r.bytes-1] != 255 {
				return true
			}
		}
	}
	return false
}

// copyAlpha takes the transparency of from, less so many rows and columns
// before the first.
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

// unit is how many levels there are to a pixel value: 255 is white, whatever
// the depth.
func (r *raster) unit() float64 { return float64(r.levels()-1) / 255 }

func (r *raster) size() (h, w int) { return r.h, r.w }

// level is one sample. Channel r.colours is alpha.
func (r *raster) level(c, y, x int) float64 {
	at := y*r.stride + (x*r.samples+c)*r.bytes
	if r.bytes == 1 {
		return float64(r.pix[at])
	}
	return float64(binary.BigEndian.Uint16(r.pix[at:]))
}

// read is the levels of channel c in row y at the given columns.
func (r *raster) read(to []float32, c, y int, columns []int) {
	row := r.pix[y*r.stride+c*r.bytes:]
	if r.bytes == 1 {
		for i, x := range columns {
			to[i] = float32(row[x*r.samples])
		}
		return
	}
	for i, x := range columns {
		to[i] = float32(binary.BigEndian.Uint16(row[2*x*r.samples:]))
	}
}

// write rounds and clamps values into channel c of row y, from column x on.
// Halves are rounded up.
func (r *raster) write(values []float32, c, y, x int) {
	row := r.pix[y*r.stride+(x*r.samples+c)*r.bytes:]
	if r.bytes == 1 {
		for i, v := range values {
			row[i*r.samples] = uint8(min(max(v, 0), 255) + 0.5)
		}
		return
	}
	for i, v := range values {
		binary.BigEndian.PutUint16(row[2*i*r.samples:], uint16(min(max(v, 0), 65535)+0.5))
	}
}

// nearest is the level that a value is rounded to: the one above where it lies
// in the middle, to within the error of a sum in float64.
func nearest(v float64) float64 { return math.Floor(v + 0.5 + 1e-9) }

// rounded is a pixel value, from 0 to 255, as the picture holds it.
func (r *raster) rounded(v float64) float64 {
	return nearest(math.Min(math.Max(v, 0), 255)*r.unit()) / r.unit()
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
	pixel := r.samples * r.bytes
	for at := 0; at < len(r.pix); at += pixel {
		for i := r.colours * r.bytes; i < pixel; i++ {
			r.pix[at+i] = 255
		}
	}
}
