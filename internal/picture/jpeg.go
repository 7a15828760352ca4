package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"slices"
)

// The form of a JPEG file: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex
// B.

const (
	jpegSOF0 = 0xc0 // frames: baseline
	jpegSOF1 = 0xc1 // extended
	jpegSOF2 = 0xc2 // progressive
	jpegDHT  = 0xc4
	jpegJPG  = 0xc8
	jpegDAC  = 0xcc
	jpegSOFF = 0xcf
	jpegSOI  = 0xd8
	jpegEOI  = 0xd9
	jpegSOS  = 0xda // a scan: pixels
	jpegAPP1 = 0xe1 // EXIF
	jpegAPP2 = 0xe2 // colour profiles
	jpegAPPE = 0xee // Adobe
)

// adobeMark says that four components are as Adobe writes them: CMYK, inverted.
var adobeMark = []byte{0xff, jpegAPPE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0}

// examineJPEG looks at the segments before the pixels. It puts an end to a file
// that has lost it, and a mark on one with four components that has none, which
// viewers take as Adobe's.
func examineJPEG(file []byte) *facts {
	j := jpegExam{facts: &facts{file: file}, parts: map[byte][]byte{}}
	at := 2
	for at >= 0 && at < len(file) {
		at = j.segment(file, at)
	}
	j.profile = j.joined()
	if j.scan == 0 {
		j.short = j.odd == ""
		return j.facts
	}
	if !bytes.Contains(file[j.scan:], []byte{0xff, jpegEOI}) {
		j.short = true
		j.file = append(slices.Clip(file), 0xff, jpegEOI)
	}
	if j.components == 4 && !j.adobe {
		j.file = slices.Concat(j.file[:2], adobeMark, j.file[2:])
	}
	return j.facts
}

// jpegExam is the examination of a JPEG file under way.
type jpegExam struct {
	*facts
	components int
	adobe      bool
	scan       int             // where the first scan begins; 0 before it
	parts      map[byte][]byte // of the colour profile, by number
}

// segment looks at the segment that begins at at, and is where the next
// begins, or -1 after the last one of interest.
func (j *jpegExam) segment(file []byte, at int) int {
	if file[at] != 0xff || at+1 >= len(file) {
		return at + 1 // viewers skip what is between segments, and so does Go
	}
	kind := file[at+1]
	if kind == 0xff || kind == 0 || kind >= 0xd0 && kind <= jpegEOI {
		return at + 1
	}
	length := between(file, at+2, 2)
	if length == nil {
		return -1
	}
	n := int(binary.BigEndian.Uint16(length))
	data := between(file, at+4, n-2)
	if data == nil {
		return -1
	}
	j.take(kind, data)
	if kind == jpegSOS {
		j.scan = at
		return -1
	}
	return at + 2 + n
}

func (j *jpegExam) take(kind byte, data []byte) {
	const icc = "ICC_PROFILE\x00"
	switch {
	case kind == jpegAPP1 && bytes.HasPrefix(data, []byte("Exif\x00\x00")):
		j.orientation = exifOrientation(data)
	case kind == jpegAPP2 && bytes.HasPrefix(data, []byte(icc)) && len(data) >= len(icc)+2:
		j.parts[data[len(icc)]] = data[len(icc)+2:]
	case kind == jpegAPPE && bytes.HasPrefix(data, []byte("Adobe")):
		j.adobe = true
	case kind >= jpegSOF0 && kind <= jpegSOFF && kind != jpegDHT && kind != jpegJPG && kind != jpegDAC:
		j.frame(kind, data)
	}
}

// frame looks for what Go's decoder does not read.
func (j *jpegExam) frame(kind byte, data []byte) {
	if len(data) < 6 || len(data) < 6+3*int(data[5]) {
		return
	}
	j.components = int(data[5])
	if j.size == (image.Point{}) { // of a second frame the decoder makes an error
		j.size = image.Pt(int(binary.BigEndian.Uint16(data[3:])), int(binary.BigEndian.Uint16(data[1:])))
	}
	switch {
	case kind > jpegSOF2 && kind < 0xc9:
		j.odd = "it is lossless or hierarchical"
	case kind > jpegSOF2:
		j.odd = "it is packed by arithmetic coding"
	case data[0] != 8:
		j.odd = fmt.Sprintf("it has %d bits a sample", data[0])
	case j.components != 1 && j.components != 3 && j.components != 4:
		j.odd = fmt.Sprintf("it has %d channels", j.components)
	case !readableSampling(data[6:], j.components):
		j.odd = "its channels are sampled " + sampling(data[6:], j.components)
	}
}

// sampling is how often each channel is sampled, as 2×2, 1×1, 1×1.
func sampling(data []byte, components int) string {
	var b bytes.Buffer
	for i := range components {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d×%d", data[3*i+1]>>4, data[3*i+1]&15)
	}
	return b.String()
}

// readableSampling reports whether image/jpeg reads channels sampled so.
func readableSampling(data []byte, components int) bool {
	first := data[1]
	h, v := first>>4, first&15
	for i := range components {
		hv := data[3*i+1]
		ch, cv := hv>>4, hv&15
		switch {
		case ch == 3 || cv == 3:
			return false
		case components == 3 && (i == 0 && cv == 4 || ch == 0 || cv == 0 || h%ch != 0 || v%cv != 0 || i == 2 && hv != data[4]):
			return false
		case components == 4 && (i == 0 && hv != 0x11 && hv != 0x22 || (i == 1 || i == 2) && hv != 0x11 || i == 3 && hv != first):
			return false
		}
	}
	return true
}

// joined is the colour profile, from its parts.
func (j *jpegExam) joined() []byte {
	var profile []byte
	for i := range len(j.parts) {
		profile = append(profile, j.parts[byte(i+1)]...)
	}
	return profile
}
