package pictures

import (
	"gonum.org/v1/plot"

	"euryale/train/internal/axis"
)

// marks are ticks as gonum/plot knows them.
func marks(at []axis.Tick) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, t := range at {
		ticks = append(ticks, plot.Tick{Value: t.At, Label: t.Label})
	}
	return ticks
}

// roundNumbers are a plot.Ticker: marks at round numbers, where gonum/plot's
// own would have 0.963, 0.973 and so on.
type roundNumbers struct{}

var _ plot.Ticker = roundNumbers{}

// Ticks are the multiples of a round step.
func (roundNumbers) Ticks(low, high float64) []plot.Tick {
	a := axis.Within(low, high, 8)
	var ticks []plot.Tick
	for _, v := range a.Ticks() {
		ticks = append(ticks, plot.Tick{Value: v, Label: a.Label(v)})
	}
	return ticks
}
