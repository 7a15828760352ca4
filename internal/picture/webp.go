package picture

import (
	"encoding/binary"
	"image"
	"io"

	"golang.org/x/image/webp"
)

// examineWebP looks at the chunks of a WebP file.
// https://developers.google.com/speed/webp/docs/riff_container
func examineWebP(file []byte) *facts {
	what := &facts{file: file}
	at := 12
	for {
		head := between(file, at, 8)
		if head == nil {
			return what
		}
		n := int(binary.LittleEndian.Uint32(head[4:]))
		data := between(file, at+8, n)
		if data == nil {
			what.short = true
			return what
		}
		switch string(head[:4]) {
		case "ICCP":
			what.profile = data
		case "EXIF":
			what.orientation = exifOrientation(data)
		case "ANIM":
			what.odd = "it is an animation"
		}
		at += 8 + n + n%2
	}
}

// decodeWebP decodes a WebP file. The brightness of a lossy one goes from 16 to
// 235, as on television, where an image.YCbCr's goes from 0 to 255.
func decodeWebP(r io.Reader) (image.Image, error) {
	m, err := webp.Decode(r)
	switch m := m.(type) {
	case *image.YCbCr:
		return fromTelevision(m), err
	case *image.NYCbCrA:
		to := fromTelevision(&m.YCbCr)
		for y := range to.Rect.Dy() {
			for x := range to.Rect.Dx() {
				to.Pix[y*to.Stride+4*x+3] = m.A[y*m.AStride+x]
			}
		}
		return to, err
	}
	return m, err
}

// fromTelevision converts a picture whose two colour planes have half of its
// rows and columns, with the arithmetic of libwebp (BT.601).
func fromTelevision(m *image.YCbCr) *image.NRGBA {
	to := image.NewNRGBA(image.Rect(0, 0, m.Rect.Dx(), m.Rect.Dy()))
	for y := range to.Rect.Dy() {
		row := to.Pix[y*to.Stride:]
		for x := range to.Rect.Dx() {
			bright := int(m.Y[y*m.YStride+x]) * 19077 >> 8
			u, v := halved(m.Cb, m, y, x), halved(m.Cr, m, y, x)
			row[4*x] = clip(bright + v*26149>>8 - 14234)
			row[4*x+1] = clip(bright - u*6419>>8 - v*13320>>8 + 8708)
			row[4*x+2] = clip(bright + u*33050>>8 - 17685)
			row[4*x+3] = 255
		}
	}
	return to
}

// halved is a colour at a pixel: the mean of the four nearest samples, of which
// the nearest counts most.
func halved(plane []uint8, m *image.YCbCr, y, x int) int {
	rows, cols := (m.Rect.Dy()+1)/2, (m.Rect.Dx()+1)/2
	y0, x0 := y/2, x/2
	y1, x1 := min(max(y0+y%2*2-1, 0), rows-1), min(max(x0+x%2*2-1, 0), cols-1)
	at := func(y, x int) int { return int(plane[y*m.CStride+x]) }
	return (9*at(y0, x0) + 3*at(y0, x1) + 3*at(y1, x0) + at(y1, x1) + 8) >> 4
}

// clip drops the six bits below the point.
func clip(v int) uint8 { return uint8(min(max(v>>6, 0), 255)) }
