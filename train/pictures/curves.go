package pictures

import (
	"image"

	"github.com/pkg/errors"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"euryale/train"
	"euryale/train/internal/axis"
	"euryale/train/internal/course"
)

// The size of Curves, in pixels, the height of the strip on top that holds the
// legend, and the distance from one name in it to the next.
const (
	curvesWidth  = 960
	curvesHeight = 400
	legendHeight = 44
	legendPitch  = 270
)

// Curves draws the loss and the accuracy of each epoch, of training and, where
// there was any, of validation, also of that within epochs. A value that is not finite, as after a training
// that diverged, is left out.
func Curves(h *train.History) (image.Image, error) {
	if h == nil || len(h.Epochs) == 0 {
		return nil, errors.New("curves: want at least one epoch, got none")
	}
	all := curvesOf(h)
	epochs := axis.EpochTicks(len(h.Epochs))
	from, to := course.Span(h)
	plots := []*plot.Plot{newPlot("loss", "epoch", from, to, epochs), newPlot("accuracy", "epoch", from, to, epochs)}
	for _, c := range all {
		c.add(plots[0], c.loss)
		c.add(plots[1], c.accuracy)
	}
	widen(&plots[0].Y)
	widen(&plots[1].Y)
	return drawPlots(plots, all), nil
}

// drawPlots draws plots side by side below a legend.
func drawPlots(plots []*plot.Plot, all []*curve) image.Image {
	// At 72 dots an inch a point is a pixel.
	img := vgimg.NewWith(vgimg.UseWH(curvesWidth, curvesHeight), vgimg.UseDPI(72))
	onto := draw.New(img)
	for i, c := range all {
		c.legend().Draw(draw.Crop(onto, margin+vg.Length(i)*legendPitch, -margin, curvesHeight-legendHeight, -12))
	}
	onto = draw.Crop(onto, margin, -margin, margin, -legendHeight)
	tiles := draw.Tiles{Cols: len(plots), Rows: 1, PadX: 32}
	for i, to := range plot.Align([][]*plot.Plot{plots}, tiles, onto)[0] {
		plots[i].Draw(to)
	}
	return img.Image()
}

// curve is one line of each plot.
type curve struct {
	name           string
	loss, accuracy plotter.XYs // of the epochs where they are finite
	line           plotter.Line
	points         plotter.Scatter
	marked         bool // by points
}

// curvesOf is the history as curves: training, and validation where there is
// any.
func curvesOf(h *train.History) []*curve {
	training := newCurve("training (mean over the epoch)", 0, len(h.Epochs))
	for i, e := range h.Epochs {
		training.append(float64(i+1), e.Metrics)
	}
	points := course.Validations(h)
	if len(points) == 0 {
		return []*curve{training}
	}
	name := "validation (after the epoch)"
	if len(h.Validations) > 0 {
		name = "validation (after steps and epochs)"
	}
	validation := newCurve(name, 1, len(points))
	for _, p := range points {
		validation.append(p.At, p.Metrics)
	}
	return []*curve{training, validation}
}

// newCurve is curve i, without its values, of which there are so many. Its colour, dashes and points tell it
// from the other, in grey too.
func newCurve(name string, i, points int) *curve {
	c := &curve{name: name, marked: points <= pointsUpTo}
	c.line.LineStyle = draw.LineStyle{Color: curveColors[i], Width: 2, Dashes: [][]vg.Length{nil, {7, 4}}[i]}
	c.points.GlyphStyle = draw.GlyphStyle{
		Color: curveColors[i], Radius: 3, Shape: []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}}[i],
	}
	return c
}

// append adds the values at a place, in epochs, that have one in a plot.
func (c *curve) append(at float64, m train.Metrics) {
	for _, q := range []struct {
		to    *plotter.XYs
		value float64
	}{{&c.loss, m.Loss}, {&c.accuracy, m.Accuracy}} {
		if axis.Finite(q.value) {
			*q.to = append(*q.to, plotter.XY{X: at, Y: q.value})
		}
	}
}

// add draws the values in the manner of the curve.
func (c *curve) add(p *plot.Plot, values plotter.XYs) {
	line := c.line
	line.XYs = values
	p.Add(&line)
	if c.marked {
		points := c.points
		points.XYs = values
		p.Add(&points)
	}
}

// legend names the curve, for both plots.
func (c *curve) legend() *plot.Legend {
	l := plot.NewLegend()
	l.TextStyle = textStyle(body)
	l.Top, l.Left = true, true
	l.ThumbnailWidth = 32
	thumbs := []plot.Thumbnailer{&c.line}
	if c.marked {
		thumbs = append(thumbs, &c.points)
	}
	l.Add("  "+c.name, thumbs...)
	return &l
}
