// Package axis chooses round numbers for the axes of charts.
package axis

import (
	"math"
	"strconv"
)

// Axis has a tick at each multiple of Step from From·Step to To·Step.
type Axis struct {
	From, To int
	Step     float64 // 1, 2 or 5 times a power of ten
}

// New covers the values from lo to hi, which are at most 1e300 in size, in at most n
// steps, n at least 2. A single value is covered from 0.
func New(lo, hi float64, n int) Axis {
	if lo == hi {
		lo, hi = min(lo, 0), max(hi, 0)
	}
	if hi-lo < 1e-300 { // too small to divide
		hi = lo + 1
	}
	exponent := int(math.Floor(math.Log10(hi/float64(n) - lo/float64(n))))
	for ; ; exponent++ {
		for _, digit := range []float64{1, 2, 5} {
			step := digit * math.Pow10(exponent)
			from, to := math.Floor(lo/step+rounding), math.Ceil(hi/step-rounding)
			if to-from <= float64(n) {
				return Axis{From: int(from), To: int(to), Step: step}
			}
		}
	}
}

// rounding is how far, in steps, a value may lie beyond a tick and count as on it.
const rounding = 1e-9

// Ticks are the values of the ticks, from the lowest.
func (a Axis) Ticks() []float64 {
	var ticks []float64
	for i := a.From; i <= a.To; i++ {
		ticks = append(ticks, float64(i)*a.Step)
	}
	return ticks
}

// Label is the value of a tick as text, all with the same number of decimals.
func (a Axis) Label(tick float64) string {
	exponent := int(math.Floor(math.Log10(a.Step) + rounding))
	if exponent < -6 || exponent > 6 {
		return strconv.FormatFloat(tick, 'g', 3, 64)
	}
	return strconv.FormatFloat(tick, 'f', max(0, -exponent), 64)
}

// Fraction is where the value lies: 0 at the first tick, 1 at the last.
func (a Axis) Fraction(value float64) float64 {
	return (value/a.Step - float64(a.From)) / float64(a.To-a.From)
}
