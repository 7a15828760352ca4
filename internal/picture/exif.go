package picture

import (
	"bytes"
	"encoding/binary"
)

// TIFF tags, which EXIF shares.
const (
	tagOrientation = 0x0112
	tagProfile     = 0x8773
)

// exifOrientation is the orientation in an EXIF block, which is a TIFF file, or
// 0 where it has none.
func exifOrientation(block []byte) int {
	v, order := tiffTag(bytes.TrimPrefix(block, []byte("Exif\x00\x00")), tagOrientation)
	if len(v) < 2 {
		return 0
	}
	return int(order.Uint16(v))
}

// tiffTag is the bytes of a tag in the first directory of a TIFF file, or nil.
func tiffTag(file []byte, tag uint16) ([]byte, binary.ByteOrder) {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(file, []byte("II*\x00")):
	case bytes.HasPrefix(file, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return nil, order
	}
	count := between(file, 4, 4)
	if count == nil {
		return nil, order
	}
	at := int(order.Uint32(count))
	if count = between(file, at, 2); count == nil {
		return nil, order
	}
	for i := range int(order.Uint16(count)) {
		entry := between(file, at+2+12*i, 12)
		if entry == nil {
			break
		}
		if order.Uint16(entry) == tag {
			return tiffValue(file, entry, order), order
		}
	}
	return nil, order
}

// tiffValue is the bytes of an entry: in the entry where they fit.
func tiffValue(file, entry []byte, order binary.ByteOrder) []byte {
	size := map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[order.Uint16(entry[2:])]
	n := size * int(order.Uint32(entry[4:]))
	if n <= 4 {
		return entry[8 : 8+n]
	}
	return between(file, int(order.Uint32(entry[8:])), n)
}

// between is n bytes from at on, or nil where they are not all there.
func between(b []byte, at, n int) []byte {
	if at < 0 || n < 0 || at > len(b) || n > len(b)-at {
		return nil
	}
	return b[at : at+n]
}
