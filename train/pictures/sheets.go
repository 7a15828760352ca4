package pictures

import (
	"fmt"
	"image"
	"strconv"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Sheet is all feature maps of one layer.
type Sheet struct {
	Layer string // its name, such as conv2d_1
	Image image.Image
}

// sheetSide is that of a map, in pixels, about.
const sheetSide = 56

// FeatureSheets draws every channel of each layer whose output is an image, numbered
// from 0: a sheet a layer, a block of it an image, colours as in FeatureMaps. Of the
// FeatureConfig it uses Images.
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

// drawSheet draws the blocks of the images below each other.
func drawSheet(a *activations, data *loaders.Dataset, l graph.Row) image.Image {
	text := newLetters()
	head := fmt.Sprintf("Feature maps of %s: all %s, %d×%d", l.Name, plural(l.Output[0], "channel"), l.Output[1], l.Output[2])
	s := shelf{l: text, columns: 16, image: image.Pt(l.Output[2], l.Output[1]), side: sheetSide}
	for i := range l.Output[0] {
		s.lines = append(s.lines, []string{strconv.Itoa(i)})
	}
	rows := (l.Output[0] + s.columns - 1) / s.columns
	block := blockHead + rows*s.pitch().Y
	width := max(min(len(s.lines), s.columns)*s.pitch().X-14, text.width(title, head), text.barLength(mapLeast, mapMost)) + 2*margin
	c := newCanvas(text, width, margin+36+len(a.images)*block+8+barHeight+margin)
	c.text(title, head, margin, margin+10, left, ink)
	for i, n := range a.images {
		top := margin + 36 + i*block
		s.top = top + blockHead
		c.block(top, data, n)
		for k, p := range a.maps[l.Name][i] {
			low, high := p.bounds()
			s.draw(c, k, p.paint(inferno, low, high))
		}
	}
	c.bar(inferno, image.Pt(margin, margin+36+len(a.images)*block+4), mapLeast, mapMost)
	return c.RGBA
}

// blockHead is the height of what is above a block: the image, twice its size.
const blockHead = 72
