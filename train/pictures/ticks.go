package pictures

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// roundStep is the distance of marks from low to high: the smallest 1, 2 or 5 times a
// power of ten of which at most so many fit between them; and the decimals of its multiples.
func roundStep(low, high float64, most int) (step float64, decimals int) {
	least := (high - low) / float64(most)
	exponent := math.Floor(math.Log10(least))
	step = math.Pow(10, exponent)
	for _, times := range []float64{1, 2, 5, 10} {
		if times*step >= least {
			step *= times
			break
		}
	}
	return step, max(0, int(-math.Floor(math.Log10(step)+1e-9)))
}

// wholeNumbers are the marks of the epochs from 1: the first, and about ten more at most.
func wholeNumbers(epochs int) plot.ConstantTicks {
	step, _ := roundStep(0, float64(max(epochs, 10)), 10)
	ticks := plot.ConstantTicks{{Value: 1, Label: "1"}}
	for e := int(step); e <= epochs; e += int(step) {
		if e > 1 {
			ticks = append(ticks, plot.Tick{Value: float64(e), Label: strconv.Itoa(e)})
		}
	}
	return ticks
}

// roundNumbers are a plot.Ticker: marks at round numbers, where gonum/plot's own would
// have 0.963, 0.973 and so on.
type roundNumbers struct{}

var _ plot.Ticker = roundNumbers{}

// Ticks are the multiples of a round step.
func (roundNumbers) Ticks(low, high float64) []plot.Tick {
	step, decimals := roundStep(low, high, 8)
	var ticks []plot.Tick
	for i := math.Ceil(low / step); i*step <= high; i++ {
		v := i * step
		if i == 0 {
			v = 0 // it may be -0
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', decimals, 64)})
	}
	return ticks
}
