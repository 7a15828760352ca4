package pictures

import (
	"image"
	"image/png"
	"io"

	"euryale/internal/atomicfile"
)

// WritePNG writes the whole file, or leaves what was there. It replaces a file
// of that name.
func WritePNG(path string, img image.Image) error {
	return atomicfile.WriteFunc(path, func(w io.Writer) error { return png.Encode(w, img) })
}
