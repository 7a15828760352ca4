package loaders

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Checksum tells a dataset from others: the SHA-256, in hexadecimal, of its sizes,
// the names of its classes, its images and its labels. Name and Origin have no part
// in it. It takes about 30 ms for MNIST's 60,000 images.
//
// Of a streamed dataset it is not the images that count but the files: names,
// sizes and how they are fitted, and of a zip file the CRC-32 of each content,
// elsewhere that of each one's first 4 KiB. A copy of a folder has the same
// checksum; the same images in memory have another.
func (d *Dataset) Checksum() string {
	h := sha256.New()
	for _, n := range []int{d.Channels, d.Height, d.Width, len(d.Classes), len(d.Images), len(d.Labels)} {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	for _, name := range d.Classes {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(name))))
		h.Write([]byte(name))
	}
	h.Write(d.Images)
	if d.Streamed() {
		h.Write([]byte(d.stream.identities()))
	}
	for _, l := range d.Labels {
		if len(d.Classes) <= 256 {
			h.Write([]byte{byte(l)})
		} else {
			h.Write(binary.LittleEndian.AppendUint64(nil, uint64(l)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
