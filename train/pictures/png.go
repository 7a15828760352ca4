package pictures

import (
	"bytes"
	"image"
	"image/png"
	"io"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
)

// WritePNG writes the whole file, or leaves what was there. It replaces a file
// of that name.
func WritePNG(path string, img image.Image) error {
	if img == nil {
		return errors.Errorf("%s: want a picture, got nil", path)
	}
	return atomicfile.WriteFunc(path, func(w io.Writer) error { return png.Encode(w, img) })
}

// encoded is img as a PNG for a notebook, which is to be small; nil where it cannot
// be one.
func encoded(img image.Image) []byte {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if img == nil || encoder.Encode(&b, few(img)) != nil {
		return nil
	}
	return b.Bytes()
}
