package picture

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
)

// The form of a PNG file: https://www.w3.org/TR/png-3/#5DataRep.

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	pngHeader    = len(pngSignature) + 25 // with IHDR
)

// pngChunk is one chunk of a PNG file.
type pngChunk struct {
	kind  string
	data  []byte
	crc   bool // its checksum is right
	whole bool
}

// chunk is a chunk as it stands in a file.
func chunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// nextChunk is the first chunk of b, and what follows it.
func nextChunk(b []byte) (c pngChunk, rest []byte) {
	c.kind = string(b[4:8])
	n := binary.BigEndian.Uint32(b)
	b = b[8:]
	if uint64(n)+4 > uint64(len(b)) {
		c.data = b[:min(uint64(n), uint64(len(b)))]
		return c, nil
	}
	c.data, rest, c.whole = b[:n], b[n+4:], true
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(c.kind)), crc32.IEEETable, c.data)
	c.crc = sum == binary.BigEndian.Uint32(b[n:])
	return c, rest
}

// ancillary reports whether a chunk may be left out.
func (c pngChunk) ancillary() bool { return c.kind[0]&0x20 != 0 }

// What a chunk with a wrong checksum takes away, where a user would care.
var chunkNames = map[string]string{
	"iCCP": "colour profile", "sRGB": "colour space", "cICP": "colour space", "gAMA": "gamma", "cHRM": "primary colours",
	"tRNS": "transparency", "eXIf": "orientation",
}

// examinePNG drops what a decoder would stumble over and no viewer needs, and
// puts an end to a file that has lost it.
func examinePNG(file []byte) *facts {
	what := &facts{file: file}
	if len(file) < pngHeader {
		what.short = true
		return what
	}
	p := pngExam{facts: what, out: bytes.NewBuffer(make([]byte, 0, len(file)+24))}
	p.out.WriteString(pngSignature)
	for rest := file[len(pngSignature):]; len(rest) >= 8 && !p.ended; {
		var c pngChunk
		c, rest = nextChunk(rest)
		p.take(c)
	}
	if !p.ended {
		what.short = true
		if sum := p.missingSum(); len(sum) > 0 {
			p.out.Write(chunk("IDAT", sum))
		}
		p.out.Write(chunk("IEND", nil))
	}
	what.file = p.out.Bytes()
	what.grey = p.colourType == 4 || p.colourType == 0 && p.transparent
	return what
}

// pngExam is the examination of a PNG file under way.
type pngExam struct {
	*facts
	out         *bytes.Buffer
	colourType  byte
	transparent bool     // has a transparent grey or colour
	ended       bool     // IEND was there
	pixels      [][]byte // of the IDAT chunks
}

func (p *pngExam) take(c pngChunk) {
	if c.whole && !c.crc {
		if !c.ancillary() {
			p.damage = fmt.Sprintf("the checksum of a chunk %q is wrong", c.kind)
		} else if name := chunkNames[c.kind]; name != "" {
			p.note(fmt.Sprintf("its %s is damaged (the checksum of %s is wrong), and is left out", name, c.kind))
		}
		if c.ancillary() {
			return
		}
	}
	if c.ancillary() && !c.whole {
		return
	}
	switch c.kind {
	case "IHDR":
		if len(c.data) == 13 {
			p.colourType = c.data[9]
		}
	case "tRNS":
		p.transparent = true
	case "IDAT":
		p.pixels = append(p.pixels, c.data)
	case "IEND":
		p.ended = true
	case "eXIf":
		p.orientation = exifOrientation(c.data)
	case "acTL":
		p.note("only the first picture of the animation is taken")
	case "iCCP":
		if iccFromPNG(c.data) == nil {
			p.note("its colour profile is damaged, and is left out")
			return
		}
		p.icc = true
		p.colour = append(p.colour, chunk(c.kind, c.data)...)
	case "sRGB", "cICP", "gAMA", "cHRM":
		p.colour = append(p.colour, chunk(c.kind, c.data)...)
	}
	p.out.Write(chunk(c.kind, c.data))
}

// missingSum is the end of the zlib stream's checksum, as far as the file has
// lost that and no more than that.
func (p *pngExam) missingSum() []byte {
	stream := bytes.Join(p.pixels, nil)
	if len(stream) < 2 {
		return nil
	}
	packed := bytes.NewReader(stream[2:])
	sum := adler32.New()
	if _, err := io.Copy(sum, io.LimitReader(flate.NewReader(packed), 8*mostPixels+mostPixels)); err != nil {
		return nil
	}
	return sum.Sum(nil)[min(packed.Len(), 4):]
}
