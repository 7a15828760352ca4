package picture

import (
	"image"
	"image/jpeg"
	"io"
)

// decodeJPEG is a JPEG file in red, green and blue as libjpeg-turbo makes them, and so
// Pillow, torchvision and OpenCV, where image/jpeg's own conversion repeats chroma.
func decodeJPEG(r io.Reader) (image.Image, error) {
	m, err := jpeg.Decode(r)
	if y, ok := m.(*image.YCbCr); ok && err == nil {
		return fromYCbCr(y), nil
	}
	return m, err
}

// fromYCbCr converts a picture from 0, 0.
func fromYCbCr(m *image.YCbCr) *image.NRGBA {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	to := image.NewNRGBA(m.Rect)
	cb, cr := newChroma(m, m.Cb), newChroma(m, m.Cr)
	for y := range height {
		blue, red := cb.row(y), cr.row(y)
		pixels := to.Pix[y*to.Stride:]
		for x, luma := range m.Y[y*m.YStride:][:width] {
			rgb(pixels[4*x:4*x+4], luma, blue[x], red[x])
		}
	}
	return to
}

// rgb converts a pixel by JFIF's formula, https://www.w3.org/Graphics/JPEG/jfif3.pdf,
// with 16 bits behind the point; what is added to the luma is rounded first.
//
//	R = Y + 1.402·(Cr-128)
//	G = Y - 0.34414·(Cb-128) - 0.71414·(Cr-128)
//	B = Y + 1.772·(Cb-128)
func rgb(to []uint8, luma, cb, cr uint8) {
	const half = 1 << 15
	y, b, r := int(luma), int(cb)-128, int(cr)-128
	to[0] = clamped(y + (91881*r+half)>>16)
	to[1] = clamped(y + (half-22554*b-46802*r)>>16)
	to[2] = clamped(y + (116130*b+half)>>16)
	to[3] = 255
}

func clamped(v int) uint8 { return uint8(min(max(v, 0), 255)) }

// chroma is a plane of colour, which has fewer samples than the picture has pixels.
//
// Where a sample is for two pixels, in either direction, each takes 3/4 of its own and
// 1/4 of the next nearest; what is rounded up in the one is rounded down in its
// neighbour, so that none is lighter on the whole. Other shares are repeated, as are
// rows of at most two samples: libjpeg-turbo's "fancy upsampling".
type chroma struct {
	plane                []uint8
	stride               int
	across, down         int // pixels to a sample
	width, height        int // in samples
	smoothDown, smoothed bool
	sums                 []int
	pixels               []uint8
}

func newChroma(m *image.YCbCr, plane []uint8) *chroma {
	c := &chroma{plane: plane, stride: m.CStride, across: 1, down: 1}
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		c.across = 2
	case image.YCbCrSubsampleRatio420:
		c.across, c.down = 2, 2
	case image.YCbCrSubsampleRatio440:
		c.down = 2
	case image.YCbCrSubsampleRatio411:
		c.across = 4
	case image.YCbCrSubsampleRatio410:
		c.across, c.down = 4, 2
	}
	c.width, c.height = (m.Rect.Dx()+c.across-1)/c.across, (m.Rect.Dy()+c.down-1)/c.down
	c.smoothed = c.across == 1 || c.across == 2 && c.width > 2
	c.smoothDown = c.smoothed && c.down == 2
	c.sums, c.pixels = make([]int, c.width), make([]uint8, c.width*c.across)
	return c
}

// row is the chroma of the pixels of a row, until the next call.
func (c *chroma) row(y int) []uint8 {
	near := c.samples(y / c.down)
	if !c.smoothed || c.across == 1 && c.down == 1 {
		for i := range c.pixels {
			c.pixels[i] = near[i/c.across]
		}
		return c.pixels
	}
	c.sum(near, y)
	if c.across == 1 {
		c.narrow(1 + y%2)
	} else if c.smoothDown {
		c.widen(4, 8, 7)
	} else {
		c.widen(2, 1, 2)
	}
	return c.pixels
}

func (c *chroma) samples(row int) []uint8 { return c.plane[row*c.stride:][:c.width] }

// sum is the samples of row y, or four times their mean with the next nearest row's.
func (c *chroma) sum(near []uint8, y int) {
	if !c.smoothDown {
		for i, v := range near {
			c.sums[i] = int(v)
		}
		return
	}
	next := c.samples(min(max(y/2-1+y%2*2, 0), c.height-1))
	for i, v := range near {
		c.sums[i] = 3*int(v) + int(next[i])
	}
}

func (c *chroma) narrow(round int) {
	for i, s := range c.sums {
		c.pixels[i] = uint8((s + round) >> 2)
	}
}

// widen makes two pixels of each sum, which is so many bits too long, rounded as told
// on the left and on the right.
func (c *chroma) widen(bits, left, right int) {
	last := len(c.sums) - 1
	for i, s := range c.sums {
		c.pixels[2*i] = uint8((3*s + c.sums[max(i-1, 0)] + left) >> bits)
		c.pixels[2*i+1] = uint8((3*s + c.sums[min(i+1, last)] + right) >> bits)
	}
}
