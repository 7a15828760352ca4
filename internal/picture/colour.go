package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"io"
)

// Colour is what a file says of its colours, as the chunks of a PNG file: an
// ICC profile, a named colour space, gamma and primary colours.
type Colour []byte

// mostProfile bounds the size of a colour profile.
const mostProfile = 16 << 20

// iccFromPNG is the profile in an iCCP chunk, or nil where it is damaged.
func iccFromPNG(data []byte) []byte {
	name, packed, found := bytes.Cut(data, []byte{0})
	if !found || len(name) == 0 || len(name) > 79 || len(packed) < 1 || packed[0] != 0 {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(r, mostProfile))
	if err != nil || len(profile) < 128 {
		return nil
	}
	return profile
}

// iccToPNG is an iCCP chunk of a profile.
func iccToPNG(profile []byte) []byte {
	var b bytes.Buffer
	b.WriteString("ICC profile\x00\x00")
	z := zlib.NewWriter(&b)
	z.Write(profile) // a Buffer takes all
	z.Close()
	return chunk("iCCP", b.Bytes())
}

// carry takes a profile along, if it is one for pictures of this kind.
func (p *Picture) carry(profile []byte) {
	const header = 128
	if len(profile) < header || len(profile) > mostProfile || uint64(binary.BigEndian.Uint32(profile)) > uint64(len(profile)) {
		p.Notes = append(p.Notes, "its colour profile is damaged, and is left out")
		return
	}
	space := string(bytes.TrimRight(profile[16:20], " "))
	if want := colourSpace(p.Image); space != want {
		p.Notes = append(p.Notes, "its colour profile is for "+space+" and the picture is "+want+" now: the profile is left out")
		return
	}
	p.Colour = append(p.Colour, iccToPNG(profile)...)
}

// colourSpace is ICC's name for what a picture is made of.
func colourSpace(m image.Image) string {
	switch m.(type) {
	case *image.Gray, *image.Gray16, *GrayAlpha, *GrayAlpha16:
		return "GRAY"
	}
	return "RGB"
}
