package page

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/png"

	"github.com/pkg/errors"

	"euryale/loaders"
)

// picture is an image as part of a page.
type picture struct {
	URL           template.URL // data:image/png;base64,…
	Width, Height int          // in pixels
}

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

// photo is image i of the dataset: in colour if it has three channels, otherwise the
// first one in grey.
func photo(d *loaders.Dataset, i int) image.Image {
	pixels, plane := d.Image(i), d.Height*d.Width
	if d.Channels != 3 {
		return &image.Gray{Pix: pixels[:plane], Stride: d.Width, Rect: image.Rect(0, 0, d.Width, d.Height)}
	}
	img := image.NewRGBA(image.Rect(0, 0, d.Width, d.Height))
	for p := range plane {
		img.SetRGBA(p%d.Width, p/d.Width, color.RGBA{pixels[p], pixels[plane+p], pixels[2*plane+p], 255})
	}
	return img
}
