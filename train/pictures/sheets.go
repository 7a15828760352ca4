package pictures

import (
	"fmt"
	"image"
	"strconv"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/internal/caption"
)

// Sheet is all feature maps of one layer.
type Sheet struct {
	Layer string // its name, such as conv2d_1
	Image image.Image
}

// String is such as feature maps of conv2d_1, 1020×340 pixels.
func (s Sheet) String() string {
	if s.Image == nil {
		return "feature maps of " + s.Layer + ", none"
	}
	size := s.Image.Bounds().Size()
	return fmt.Sprintf("feature maps of %s, %d×%d pixels", s.Layer, size.X, size.Y)
}

// PNG is the picture, as a notebook shows it.
func (s Sheet) PNG() []byte { return encoded(s.Image) }

// sheetSide is that of a map, in pixels, about.
const sheetSide = 56

// FeatureSheets draws every channel of each layer whose output is an image,
// numbered from 0: a sheet a layer, a block of it an image, colours as in
// FeatureMaps. Of the FeatureConfig it uses Images.
func FeatureSheets(net *graph.Network, data *loaders.Dataset, c FeatureConfig) ([]Sheet, error) {
	a, err := see(net, data, c.Images)
	if err != nil {
		return nil, errors.WithMessage(err, "feature maps")
	}
	var sheets []Sheet
	for _, l := range a.layers {
		sheets = append(sheets, Sheet{Layer: l.Name, Image: drawSheet(a, data, l)})
	}
	return sheets, nil
}

// sheet is the picture of all maps of one layer.
type sheet struct {
	*activations
	shelf
	data  *loaders.Dataset
	layer graph.Row
}

func drawSheet(a *activations, data *loaders.Dataset, layer graph.Row) image.Image {
	s := sheet{activations: a, data: data, layer: layer}
	s.shelf = shelf{l: newLetters(), columns: 16, image: image.Pt(layer.Output[2], layer.Output[1]), side: sheetSide}
	for i := range layer.Output[0] {
		s.lines = append(s.lines, []string{strconv.Itoa(i)})
	}
	return s.draw()
}

// draw puts the blocks of the images below each other.
func (s *sheet) draw() image.Image {
	head := fmt.Sprintf("Feature maps of %s: all %s, %d×%d", s.layer.Name, caption.Count(s.layer.Output[0], "channel"), s.layer.Output[1], s.layer.Output[2])
	const top = margin + 36
	s.top = top + len(s.images)*s.block() // below the maps, for the colour bar
	c := newCanvas(s.l, s.width(head), s.top+8+barHeight+margin)
	c.text(title, head, margin, margin+10, left, ink)
	c.bar(inferno, image.Pt(margin, s.top+4), s.least(), mapMost)
	for i := range s.images {
		s.top = top + i*s.block()
		s.drawBlock(c, i)
	}
	return c.RGBA
}

// least is what a colour bar says of the scale.
func (s *sheet) least() string {
	if s.layer.Output[1]*s.layer.Output[2] == 1 {
		return "smallest value of all maps of an image"
	}
	return mapLeast
}

// width is what the widest part of the sheet needs.
func (s *sheet) width(head string) int {
	maps := min(len(s.lines), s.columns)*s.pitch().X - gap
	return max(maps, s.l.width(title, head), s.l.barLength(s.least(), mapMost)) + 2*margin
}

// block is the height of an image and its maps.
func (s *sheet) block() int {
	rows := (len(s.lines) + s.columns - 1) / s.columns
	return s.imageHeight() + 12 + rows*s.pitch().Y + 12
}

func (s *sheet) imageScale() int { return enlargement(s.data.Width, s.data.Height, sheetSide) }

func (s *sheet) imageHeight() int { return s.data.Height * s.imageScale() }

// drawBlock draws an image of the dataset, and what the layer makes of it.
func (s *sheet) drawBlock(c *canvas, i int) {
	at := image.Pt(margin, s.top)
	c.enlarge(s.chosen.Picture(i), at, s.imageScale())
	c.text(bold, imageCaption(s.data, s.images[i]), at.X+s.data.Width*s.imageScale()+12, at.Y+s.imageHeight()/2, left, ink)
	s.top += s.imageHeight() + 12
	channels := s.maps[s.layer.Name][i]
	for k, p := range channels {
		low, high := scale(channels, k)
		s.shelf.draw(c, k, p.paint(inferno, low, high))
	}
}
