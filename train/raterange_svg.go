package train

import (
	"fmt"

	"euryale/train/internal/axis"
	"euryale/train/internal/caption"
)

// SVG is the curve of the smoothed loss by the learning rate, that of the batches
// where it is not far above it, and a line at the rate that is proposed, as a
// notebook shows them.
func (r *RateRange) SVG() string {
	n := len(r.Points)
	averages, losses := r.averages(), r.losses()
	_, most := axis.Band(averages...)
	d := &curves{
		across: "learning rate", places: n, none: "There was no step.", names: [2]string{"smoothed", caption.Steps(losses, most)}, second: n > 0,
	}
	if n > 0 {
		d.ticks = axis.Decades(r.Points[0].Rate, r.Points[n-1].Rate, n)
	}
	p := plotted{name: "loss", mark: r.Step(), marked: fmt.Sprintf("steepest, at %.2g", r.Steepest)}
	for i := range r.Points {
		p.add(0, i+1, averages[i])
		if losses[i] <= most {
			p.add(1, i+1, losses[i])
		}
	}
	return d.document([]plotted{p}, "Range test: "+r.String())
}

// averages are the smoothed losses.
func (r *RateRange) averages() []float64 {
	all := make([]float64, len(r.Points))
	for i, p := range r.Points {
		all[i] = p.Smoothed
	}
	return all
}

// losses are those of the steps themselves.
func (r *RateRange) losses() []float64 {
	all := make([]float64, len(r.Points))
	for i, p := range r.Points {
		all[i] = p.Loss
	}
	return all
}
