package pictures

import (
	"image"

	"github.com/pkg/errors"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"euryale/train"
	"euryale/train/internal/axis"
)

// RateRange draws the smoothed loss of each rate of a learning-rate range test,
// that of each step where it is not far above it, and a line at the rate that is
// proposed.
func RateRange(r *train.RateRange) (image.Image, error) {
	if r == nil || len(r.Points) == 0 {
		return nil, errors.New("rate range: want at least one step, got none")
	}
	n := len(r.Points)
	smoothed, own := newCurve("smoothed", 0, n), newCurve("of each step", 1, n)
	var all []float64
	for i, p := range r.Points {
		all = append(all, p.Smoothed)
		smoothed.loss = append(smoothed.loss, plotter.XY{X: float64(i + 1), Y: p.Smoothed})
	}
	_, hi := axis.Band(all...)
	for i, p := range r.Points {
		if p.Loss <= hi {
			own.loss = append(own.loss, plotter.XY{X: float64(i + 1), Y: p.Loss})
		}
	}
	own.line.Width = 1
	p := newPlot("loss", "learning rate", n, axis.Decades(r.Points[0].Rate, r.Points[n-1].Rate, n))
	own.add(p, own.loss)
	smoothed.add(p, smoothed.loss)
	widen(&p.Y)
	if step := r.Step(); step > 0 {
		x := float64(step)
		line := plotter.Line{XYs: plotter.XYs{{X: x, Y: p.Y.Min}, {X: x, Y: p.Y.Max}}}
		line.Width, line.Color, line.Dashes = 1, ink, []vg.Length{2, 3}
		p.Add(&line)
	}
	return drawPlots([]*plot.Plot{p}, []*curve{smoothed, own}), nil
}
