package pictures

import (
	"strconv"

	"gonum.org/v1/plot"

	"euryale/train/internal/axis"
)

// epochTicks are the marks of the epochs.
func epochTicks(epochs int) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, e := range axis.Epochs(epochs) {
		ticks = append(ticks, plot.Tick{Value: float64(e), Label: strconv.Itoa(e)})
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
