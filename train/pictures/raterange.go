package pictures

import (
	"fmt"
	"image"

	"github.com/pkg/errors"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"euryale/train"
	"euryale/train/internal/axis"
	"euryale/train/internal/caption"
)

// RateRange draws the smoothed loss of each rate of a learning-rate range test,
// that of each step where it is not far above it, and a line at the rate that is
// proposed.
func RateRange(r *train.RateRange) (image.Image, error) {
	if r == nil || len(r.Points) == 0 {
		return nil, errors.New("rate range: want at least one step, got none")
	}
	n := len(r.Points)
	var averages, losses []float64
	for _, p := range r.Points {
		averages, losses = append(averages, p.Smoothed), append(losses, p.Loss)
	}
	_, most := axis.Band(averages...)
	smoothed, own := newCurve("smoothed", 0, n), newCurve(caption.Steps(losses, most), 1, n)
	for i, p := range r.Points {
		x := float64(i + 1)
		smoothed.loss = append(smoothed.loss, plotter.XY{X: x, Y: p.Smoothed})
		if p.Loss <= most {
			own.loss = append(own.loss, plotter.XY{X: x, Y: p.Loss})
		}
	}
	own.line.Width = 1
	p := newPlot("loss", "learning rate", 1, float64(n), axis.Decades(r.Points[0].Rate, r.Points[n-1].Rate, n))
	own.add(p, own.loss)
	smoothed.add(p, smoothed.loss)
	widen(&p.Y)
	all := []*curve{smoothed, own}
	if step := r.Step(); step > 0 {
		x := float64(step)
		steepest := &curve{name: fmt.Sprintf("steepest, at %.2g", r.Steepest)}
		steepest.line.LineStyle = draw.LineStyle{Width: 1, Color: ink, Dashes: []vg.Length{2, 3}}
		steepest.add(p, plotter.XYs{{X: x, Y: p.Y.Min}, {X: x, Y: p.Y.Max}})
		all = append(all, steepest)
	}
	return drawPlots([]*plot.Plot{p}, all), nil
}
