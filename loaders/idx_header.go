package loaders

import (
	"encoding/binary"
	"fmt"
	"io"
)

// maxContent bounds the values of one IDX file, in bytes.
const maxContent = 1 << 30

// header is that of an IDX file: two zero bytes, a type code, the number of
// dimensions, and the dimensions as big-endian 32-bit integers.
// http://yann.lecun.com/exdb/mnist/, "The IDX file format".
type header struct {
	typ  uint8
	dims []int // each at least 1
	size int   // of all values, in bytes; at most maxContent
}

// typeCode is the third byte of an IDX file.
type typeCode struct {
	code uint8
	name string
	size int // of one value, in bytes
}

var typeCodes = []typeCode{
	{0x08, "unsigned byte", 1},
	{0x09, "signed byte", 1},
	{0x0B, "int16", 2},
	{0x0C, "int32", 4},
	{0x0D, "float32", 4},
	{0x0E, "float64", 8},
}

func findTypeCode(code uint8) (typeCode, bool) {
	for _, t := range typeCodes {
		if t.code == code {
			return t, true
		}
	}
	return typeCode{}, false
}

// readHeader reads a header of any published type and checks all that can be
// checked before the values are read.
func readHeader(r io.Reader, name string) (header, error) {
	var magic [4]byte
	if err := readFull(r, magic[:], name, 0, "the magic number"); err != nil {
		return header{}, err
	}
	t, known := findTypeCode(magic[2])
	if magic[0] != 0 || magic[1] != 0 || !known {
		return header{}, &FormatError{File: name, Msg: fmt.Sprintf("want an IDX magic number, such as 0x00000803, got 0x%x%s", magic, insteadOfIDX(magic[:], r))}
	}
	if magic[3] == 0 {
		return header{}, &FormatError{File: name, Offset: 3, Msg: "want at least 1 dimension, got 0"}
	}
	h := header{typ: t.code, size: t.size, dims: make([]int, magic[3])}
	for i := range h.dims {
		if err := h.readDim(r, i, name); err != nil {
			return header{}, err
		}
	}
	return h, nil
}

// readDim reads dimension i and multiplies h.size by it.
func (h *header) readDim(r io.Reader, i int, name string) error {
	off := int64(4 + 4*i)
	var b [4]byte
	if err := readFull(r, b[:], name, off, fmt.Sprintf("dimension %d", i+1)); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(b[:])
	if n == 0 {
		return &FormatError{File: name, Offset: off, Msg: fmt.Sprintf("want dimension %d to be at least 1, got 0", i+1)}
	}
	// Neither factor exceeds 32 bits, so 64 hold the product.
	size := uint64(h.size) * uint64(n)
	if size > maxContent {
		return &FormatError{
			File: name, Offset: off,
			Msg: fmt.Sprintf("want at most %d bytes of values, got dimension %d = %d, which makes %d", maxContent, i+1, n, size),
		}
	}
	h.dims[i], h.size = int(n), int(size)
	return nil
}

// readFull fills b with what starts at offset off.
func readFull(r io.Reader, b []byte, name string, off int64, what string) error {
	n, err := io.ReadFull(r, b)
	if err == nil {
		return nil
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return &FormatError{
			File: name, Offset: off + int64(n),
			Msg: fmt.Sprintf("want %d bytes of %s, got %d: the file is cut short", len(b), what, n),
		}
	}
	return readError(name, off+int64(n), err)
}

// insteadOfIDX is instead for what begins with magic and goes on with r: it is not
// read to say more than what it is, so that an error of r's is none here.
func insteadOfIDX(magic []byte, r io.Reader) string {
	rest, _ := io.ReadAll(io.LimitReader(r, headLength-int64(len(magic))))
	head := append(magic, rest...)
	if isGzip(head) {
		return ": " + gzipInGzip.String()
	}
	return instead(head)
}
