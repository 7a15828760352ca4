package tensorboard

import (
	"encoding/binary"
	"hash/crc32"
	"io"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// writeRecord writes data as a TFRecord, all numbers little-endian:
//
//	uint64 length    uint32 masked CRC of the length    data    uint32 masked CRC of the data
//
// Source: tensorflow/core/lib/io/record_writer.h.
func writeRecord(w io.Writer, data []byte) error {
	b := make([]byte, 0, 16+len(data))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, masked(b))
	b = append(b, data...)
	b = binary.LittleEndian.AppendUint32(b, masked(data))
	_, err := w.Write(b)
	return err
}

// masked is the CRC-32C of data, turned and moved so that the CRC of what holds
// CRCs is one of its own.
func masked(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}
