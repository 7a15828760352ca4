package cli

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"

	"github.com/pkg/errors"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"

	"euryale/internal/canvas"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// A contact sheet has a row of ten images for each class or, of more classes than
// rowsMost, one image of each class with its name below.
const (
	rowsMost  = 20
	perRow    = 10
	tileSide  = 84 // of an image, in pixels
	tileGap   = 8
	tileName  = 18 // height of a name
	tilesWide = 16
)

// drawn is the file of --sheet: of training images, as they are or as the network will
// see them.
func (d *lookAt) drawn(all *data) ([]byte, error) {
	each := perRow
	if len(all.train.Classes) > rowsMost {
		each = 1
	}
	some := firstOfEach(all.train, each)
	images, err := all.train.Take(some)
	if err == nil && d.augmented {
		images, err = d.varied(all.train, some)
	}
	if err != nil {
		return nil, err
	}
	if each == perRow {
		return images.PNG(), nil
	}
	return tiles(images)
}

// firstOfEach are the positions of the first n images of each class, in order.
func firstOfEach(d *loaders.Dataset, n int) []int {
	var index []int
	counts := make([]int, len(d.Classes))
	for i, label := range d.Labels {
		if counts[label] < n {
			counts[label]++
			index = append(index, i)
		}
	}
	return index
}

// varied are the images at those positions as the network sees them in the first epoch.
func (d *lookAt) varied(from *loaders.Dataset, index []int) (*loaders.Dataset, error) {
	p, err := d.pipeline()
	if err != nil {
		return nil, err
	}
	s, err := augment.New(from, augment.Config{Pipeline: p})
	if err != nil {
		return nil, errors.WithMessage(err, "--augment")
	}
	return s.Sample(index, d.Seed, 1)
}

// tiles draws the images in rows, each with the name of its class below, by class.
func tiles(d *loaders.Dataset) ([]byte, error) {
	wide := min(tilesWide, d.Len())
	down := (d.Len() + wide - 1) / wide
	to := canvas.Canvas{Image: image.NewRGBA(image.Rect(0, 0, tileGap+wide*(tileSide+tileGap), tileGap+down*(tileSide+tileName+tileGap)))}
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	face := canvas.Regular(12)
	order := make([]int, len(d.Classes)) // the image of each class, from 1
	for i, label := range d.Labels {
		order[label] = i + 1
	}
	k := 0
	for label, i := range order {
		if i == 0 {
			continue
		}
		at := image.Pt(tileGap+k%wide*(tileSide+tileGap), tileGap+k/wide*(tileSide+tileName+tileGap))
		put(to, at, d.Picture(i-1))
		to.Text(canvas.Grey(26), face, float64(at.X), float64(at.Y+tileSide+14), shortened(face, d.Classes[label]))
		k++
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to.Image)
	return b.Bytes(), errors.WithStack(err)
}

// put draws an image into the middle of a tile: enlarged pixels stay squares.
func put(to draw.Image, at image.Point, m image.Image) {
	size := m.Bounds().Size()
	larger := max(size.X, size.Y)
	var scaler xdraw.Interpolator = xdraw.CatmullRom
	if larger <= tileSide {
		scaler = xdraw.NearestNeighbor
		size = size.Mul(tileSide / larger)
	} else {
		size = image.Pt(max(1, size.X*tileSide/larger), max(1, size.Y*tileSide/larger))
	}
	at = at.Add(image.Pt((tileSide-size.X)/2, (tileSide-size.Y)/2))
	scaler.Scale(to, image.Rectangle{Min: at, Max: at.Add(size)}, m, m.Bounds(), draw.Src, nil)
}

// shortened is a name as far as there is room below a tile: its middle gives way, since
// names that begin alike may end differently.
func shortened(face font.Face, name string) string {
	runes := []rune(name)
	for keep := len(runes); font.MeasureString(face, name).Ceil() > tileSide && keep > 0; keep-- {
		name = string(runes[:(keep+1)/2]) + "…" + string(runes[len(runes)-keep/2:])
	}
	return name
}
