package picture

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

// Depth and colour type of a PNG file, as in its header.
const (
	greyAlpha8  = "\x08\x04"
	greyAlpha16 = "\x10\x04"
)

// WritePNG writes a PNG file of the picture's kind, and with it what is said
// of the colours. Where all pixels are opaque there is no alpha.
func WritePNG(w io.Writer, m image.Image, colour Colour) error {
	h := &headed{w: w, after: colour}
	switch g := m.(type) {
	case *GrayAlpha:
		if m = withoutAlpha8(g); m == nil {
			// The bytes of a pixel are those of one grey of 16 bits: they are
			// filtered and packed alike, and only the header tells them apart.
			m, h.kind = &image.Gray16{Pix: g.Pix, Stride: g.Stride, Rect: g.Rect}, greyAlpha8
		}
	case *GrayAlpha16:
		if m = withoutAlpha16(g); m == nil {
			// So are these those of a colour with alpha, of 8 bits each.
			m, h.kind = fourBytes{&image.NRGBA{Pix: g.Pix, Stride: g.Stride, Rect: g.Rect}}, greyAlpha16
		}
	}
	return png.Encode(h, m)
}

// fourBytes is a picture whose fourth byte is written whatever it is.
type fourBytes struct{ *image.NRGBA }

func (fourBytes) Opaque() bool { return false }

// headed passes on a PNG file with chunks added after its header, which is
// changed to another kind where one is given.
type headed struct {
	w     io.Writer
	kind  string
	after []byte
	head  []byte
}

func (h *headed) Write(p []byte) (int, error) {
	if len(h.head) == pngHeader {
		return h.w.Write(p)
	}
	n := min(pngHeader-len(h.head), len(p))
	h.head = append(h.head, p[:n]...)
	if len(h.head) < pngHeader {
		return n, nil
	}
	const ihdr = len(pngSignature) + 4
	if h.kind != "" {
		copy(h.head[ihdr+12:], h.kind)
		binary.BigEndian.PutUint32(h.head[pngHeader-4:], crc32.ChecksumIEEE(h.head[ihdr:pngHeader-4]))
	}
	for _, b := range [][]byte{h.head, h.after, p[n:]} {
		if len(b) == 0 {
			continue
		}
		if _, err := h.w.Write(b); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// withoutAlpha8 is the greys of an opaque picture, or nil.
func withoutAlpha8(m *GrayAlpha) image.Image {
	to := image.NewGray(m.Rect)
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:]
		for x := range m.Rect.Dx() {
			if row[2*x+1] != 255 {
				return nil
			}
			to.Pix[y*to.Stride+x] = row[2*x]
		}
	}
	return to
}

// withoutAlpha16 is the greys of an opaque picture, or nil.
func withoutAlpha16(m *GrayAlpha16) image.Image {
	to := image.NewGray16(m.Rect)
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride:]
		for x := range m.Rect.Dx() {
			if row[4*x+2] != 255 || row[4*x+3] != 255 {
				return nil
			}
			copy(to.Pix[y*to.Stride+2*x:], row[4*x:4*x+2])
		}
	}
	return to
}
