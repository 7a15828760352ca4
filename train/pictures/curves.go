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
)

// The size of Curves, in pixels, the height of the strip on top that holds the legend,
// and the distance from one name in it to the next.
const (
	curvesWidth  = 960
	curvesHeight = 400
	legendHeight = 44
	legendPitch  = 270
)

// Curves draws the loss and the accuracy of each epoch, of training and, where there was
// any, of validation.
func Curves(h *train.History) (image.Image, error) {
	if h == nil || len(h.Epochs) == 0 {
		return nil, errors.New("curves: want at least one epoch, got none")
	}
	all, err := curvesOf(h)
	if err != nil {
		return nil, errors.Wrap(err, "curves")
	}
	// At 72 dots an inch a point is a pixel.
	img := vgimg.NewWith(vgimg.UseWH(curvesWidth, curvesHeight), vgimg.UseDPI(72))
	onto := draw.New(img)
	for i, c := range all {
		c.legend().Draw(draw.Crop(onto, margin+vg.Length(i)*legendPitch, -margin, curvesHeight-legendHeight, -12))
	}
	onto = draw.Crop(onto, margin, -margin, margin, -legendHeight)
	tiles := draw.Tiles{Cols: 2, Rows: 1, PadX: 32}
	plots := []*plot.Plot{newPlot("loss", len(h.Epochs)), newPlot("accuracy", len(h.Epochs))}
	for _, c := range all {
		c.add(plots[0], c.loss)
		c.add(plots[1], c.accuracy)
	}
	widen(&plots[0].Y)
	widen(&plots[1].Y)
	for i, to := range plot.Align([][]*plot.Plot{plots}, tiles, onto)[0] {
		plots[i].Draw(to)
	}
	return img.Image(), nil
}

// curve is one line of each plot.
type curve struct {
	name           string
	loss, accuracy plotter.XYs
	line           *plotter.Line    // how to draw them
	points         *plotter.Scatter // nil means without
}

// curvesOf is the history as curves: training, and validation where there is any.
func curvesOf(h *train.History) ([]*curve, error) {
	training := &curve{name: "training (mean over the epoch)"}
	validation := &curve{name: "validation (after the epoch)"}
	for i, e := range h.Epochs {
		training.append(i+1, e.Metrics)
		if e.Validation != nil {
			validation.append(i+1, *e.Validation)
		}
	}
	all := []*curve{training}
	if len(validation.loss) > 0 {
		all = append(all, validation)
	}
	for i, c := range all {
		if err := c.dress(i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c *curve) append(epoch int, m train.Metrics) {
	c.loss = append(c.loss, plotter.XY{X: float64(epoch), Y: m.Loss})
	c.accuracy = append(c.accuracy, plotter.XY{X: float64(epoch), Y: m.Accuracy})
}

// dress gives the curve its colour, dashes and points, which tell the two apart in grey too.
func (c *curve) dress(i int) (err error) {
	if c.line, err = plotter.NewLine(c.loss); err != nil {
		return err
	}
	c.line.Color = curveColors[i]
	c.line.Width = 2
	c.line.Dashes = [][]vg.Length{nil, {7, 4}}[i]
	if len(c.loss) > pointsUpTo {
		return nil
	}
	if c.points, err = plotter.NewScatter(c.loss); err != nil {
		return err
	}
	c.points.Color = curveColors[i]
	c.points.Shape = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}}[i]
	c.points.Radius = 3
	return nil
}

// add draws the values in the manner of the curve.
func (c *curve) add(p *plot.Plot, values plotter.XYs) {
	line := *c.line
	line.XYs = values
	p.Add(&line)
	if c.points != nil {
		points := *c.points
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
	thumbs := []plot.Thumbnailer{c.line}
	if c.points != nil {
		thumbs = append(thumbs, c.points)
	}
	l.Add("  "+c.name, thumbs...)
	return &l
}
