package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"

	"github.com/pkg/errors"
)

// Header is what the beginning of a file says of its picture.
type Header struct {
	Size image.Point // upright
	Grey bool        // it has no colours, or could have none
}

// Known reports a file that Read does not read, by its first 32 bytes.
func Known(head []byte) error {
	_, err := sniff(head[:min(len(head), 32)])
	return err
}

// ReadHeader is the header of the file that begins with head. Where too little of
// it is there that is an error; how much is enough hangs on the file. A picture that
// is too large for Read is an error too.
func ReadHeader(head []byte) (h Header, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Errorf("%v", r)
		}
	}()
	f, err := sniff(head[:min(len(head), 32)])
	if err != nil {
		return h, err
	}
	what := &facts{file: head}
	if f.name == "PNG" {
		what.orientation, what.grey = pngHead(head)
	} else {
		what = f.examine(head)
	}
	c, err := f.config(bytes.NewReader(what.file))
	if err == nil {
		err = checkSize(image.Pt(c.Width, c.Height))
	}
	if err == nil && (c.Width < 1 || c.Height < 1) {
		err = errors.Errorf("want a picture of at least one pixel, got %d×%d", c.Width, c.Height)
	}
	if err != nil {
		return h, f.inWords(err, what)
	}
	h = Header{Size: image.Pt(c.Width, c.Height), Grey: what.grey || greyModel(c.ColorModel)}
	if what.orientation >= 5 && what.orientation <= 8 {
		h.Size.X, h.Size.Y = h.Size.Y, h.Size.X
	}
	return h, nil
}

func greyModel(m color.Model) bool {
	if p, ok := m.(color.Palette); ok {
		return len(p) > 0 && greys(p)
	}
	return m == color.GrayModel || m == color.Gray16Model
}

// pngHead is the orientation in a PNG file, as far as it is there, and whether the
// file has greys with transparency.
func pngHead(file []byte) (orientation int, grey bool) {
	colour := between(file, 25, 1)
	grey = colour != nil && (colour[0] == 0 || colour[0] == 4)
	for at := len(pngSignature); ; {
		head := between(file, at, 8)
		if head == nil {
			return orientation, grey
		}
		n := int(binary.BigEndian.Uint32(head))
		if data := between(file, at+8, n); data != nil && string(head[4:]) == "eXIf" {
			orientation = exifOrientation(data)
		}
		at += 12 + n
	}
}
