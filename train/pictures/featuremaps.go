package pictures

import (
	"fmt"
	"image"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/internal/caption"
)

// The side of a feature map and the distance from one to the next, in pixels.
const (
	mapSide   = 132
	mapPitchX = mapSide + 16
	mapPitchY = mapSide + 28
)

// What a colour bar of feature maps says: each map has its own scale.
const (
	mapLeast = "smallest value of each map"
	mapMost  = "largest"
)

// FeatureMaps draws what the layers make of some images: a row for each image,
// which comes first, and a column for each layer whose output is an image. Of
// each layer it draws one, c.Channel, each map from its smallest to its largest
// value, which are written below; a map of one pixel on the scale of all
// channels. A layer with fewer channels is left empty.
func FeatureMaps(net *graph.Network, data *loaders.Dataset, c FeatureConfig) (image.Image, error) {
	a, err := see(net, data, c.Images)
	if err == nil {
		err = a.has(c.Channel)
	}
	if err != nil {
		return nil, errors.WithMessage(err, "feature maps")
	}
	return newMapTable(a, data, c.Channel).draw(), nil
}

// has reports a channel that no layer has.
func (a *activations) has(channel int) error {
	most := 0
	for _, l := range a.layers {
		most = max(most, l.Output[0])
	}
	if channel < 0 || channel >= most {
		return errors.Errorf("want a channel from 0 to %d, got %d", most-1, channel)
	}
	return nil
}

// mapTable is the picture of one channel of each layer.
type mapTable struct {
	*canvas
	*activations
	data    *loaders.Dataset
	channel int
	at      image.Point // top left corner of the first image
	pitch   image.Point
}

func newMapTable(a *activations, data *loaders.Dataset, channel int) *mapTable {
	t := &mapTable{activations: a, data: data, channel: channel, at: image.Pt(margin, margin+80)}
	t.pitch = image.Pt(mapPitchX, mapPitchY)
	l := newLetters()
	for _, side := range t.sides() { // what is larger than a map's usual place gets more
		t.pitch.X, t.pitch.Y = max(t.pitch.X, side.X+16), max(t.pitch.Y, side.Y+28)
	}
	for _, row := range a.layers {
		t.pitch.X = max(t.pitch.X, l.width(bold, row.Name)+12)
	}
	for _, n := range a.images {
		t.pitch.X = max(t.pitch.X, l.width(small, imageCaption(data, n))+12)
	}
	width := max((len(a.layers)+1)*t.pitch.X-16, l.width(title, t.heading()), l.barLength(mapLeast, mapMost)) + 2*margin
	t.canvas = newCanvas(l, width, t.at.Y+len(a.images)*t.pitch.Y+8+barHeight+margin)
	return t
}

// sides are the sizes of the images and of the layers' maps.
func (t *mapTable) sides() []image.Point {
	sides := []image.Point{{t.data.Width, t.data.Height}}
	for _, l := range t.layers {
		sides = append(sides, image.Pt(l.Output[2], l.Output[1]))
	}
	return sides
}

func (t *mapTable) heading() string {
	return fmt.Sprintf("Feature maps: channel %d of each layer", t.channel)
}

// imageCaption is what is said of image i of the dataset.
func imageCaption(data *loaders.Dataset, i int) string {
	return caption.Class(data.Classes, data.Labels[i]) + ", image " + caption.Number(i)
}

func (t *mapTable) draw() image.Image {
	t.text(title, t.heading(), margin, margin+10, left, ink)
	t.column(0, "input", graph.Shape{t.data.Channels, t.data.Height, t.data.Width})
	for i, n := range t.images {
		t.put(0, i, t.chosen.Picture(i), imageCaption(t.data, n))
	}
	for k, l := range t.layers {
		t.column(k+1, l.Name, l.Output)
		for i := range t.images {
			t.layer(k+1, i, l)
		}
	}
	t.bar(inferno, image.Pt(margin, t.at.Y+len(t.images)*t.pitch.Y+4), mapLeast, mapMost)
	return t.RGBA
}

// column writes the name of a column and the shape of its images.
func (t *mapTable) column(k int, name string, s graph.Shape) {
	x := t.middle(k)
	t.text(bold, name, x, t.at.Y-33, centre, ink)
	t.text(small, shape(s), x, t.at.Y-15, centre, grey)
}

func (t *mapTable) middle(k int) int { return t.at.X + k*t.pitch.X + (t.pitch.X-16)/2 }

// shape is such as 64×26×26.
func shape(s graph.Shape) string { return fmt.Sprintf("%d×%d×%d", s[0], s[1], s[2]) }

// layer draws the map of image i in column k.
func (t *mapTable) layer(k, i int, l graph.Row) {
	channels := t.maps[l.Name][i]
	if t.channel >= len(channels) {
		t.text(small, "only "+caption.Count(len(channels), "channel"), t.middle(k), t.at.Y+i*t.pitch.Y+mapSide/2, centre, grey)
		return
	}
	low, high := scale(channels, t.channel)
	words := number(low) + " to " + number(high)
	p := channels[t.channel]
	if len(p.values) == 1 {
		words = number(p.values[0]) + " (all: " + words + ")"
	}
	t.put(k, i, p.paint(inferno, low, high), words)
}

// scale is the smallest and the largest value of a map or, where it is a single
// pixel, which alone would say nothing, of all channels.
func scale(channels []plane, k int) (low, high float64) {
	low, high = channels[k].bounds()
	if len(channels[k].values) > 1 {
		return low, high
	}
	for _, p := range channels {
		low, high = min(low, p.values[0]), max(high, p.values[0])
	}
	return low, high
}

// put draws an image in row i of column k, in the middle of its place.
func (t *mapTable) put(k, i int, img image.Image, words string) {
	size := img.Bounds().Size()
	side := enlargement(size.X, size.Y, mapSide)
	size = size.Mul(side)
	top := t.at.Y + i*t.pitch.Y
	space := t.pitch.Y - 28
	at := image.Pt(t.middle(k)-size.X/2, top+(space-size.Y)/2)
	t.frame(image.Rectangle{at, at.Add(size)}, faint)
	t.enlarge(img, at, side)
	t.text(small, words, t.middle(k), top+space+11, centre, ink)
}
