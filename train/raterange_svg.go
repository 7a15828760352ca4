package train

import "euryale/train/internal/axis"

// SVG is the curve of the smoothed loss by the learning rate, that of the batches
// where it is not far above it, and a line at the rate that is proposed, as a
// notebook shows them.
func (r *RateRange) SVG() string {
	n := len(r.Points)
	d := &curves{across: "learning rate", places: n, none: "There was no step.", names: [2]string{"smoothed", "of each step"}, second: n > 0}
	if n > 0 {
		d.ticks = axis.Decades(r.Points[0].Rate, r.Points[n-1].Rate, n)
	}
	p := plotted{name: "loss", mark: r.Step()}
	for i, point := range r.Points {
		p.add(0, i+1, point.Smoothed)
	}
	_, hi := axis.Band(r.smoothed()...)
	for i, point := range r.Points {
		if point.Loss <= hi {
			p.add(1, i+1, point.Loss)
		}
	}
	return d.document([]plotted{p}, "Range test: "+r.String())
}

func (r *RateRange) smoothed() []float64 {
	all := make([]float64, len(r.Points))
	for i, p := range r.Points {
		all[i] = p.Smoothed
	}
	return all
}
