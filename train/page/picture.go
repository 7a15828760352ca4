package page

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/png"

	"github.com/pkg/errors"
)

// picture is an image as part of a page.
type picture struct {
	URL           template.URL // data:image/png;base64,…
	Width, Height int          // in pixels
}

// Fine reports whether the picture has more pixels than the place of an example, so
// that they are no squares to be seen.
func (p *picture) Fine() bool { return max(p.Width, p.Height) > exampleSide/2 }

func encode(img image.Image) (*picture, error) {
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		return nil, errors.Wrap(err, "page")
	}
	size := img.Bounds().Size()
	return &picture{
		URL:   template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())),
		Width: size.X, Height: size.Y,
	}, nil
}
