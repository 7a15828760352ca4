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

// New covers the values from lo to hi in at most n steps, n at least 2. A
// single value is covered from 0. It takes no value for more than 1e305 in
// size, and one that is not a number for 0.
func New(lo, hi float64, n int) Axis {
	lo, hi = bounded(lo), bounded(hi)
	if lo == hi {
		lo, hi = min(lo, 0), max(hi, 0)
	}
	if hi-lo < 1e-300 { // too small to divide
		hi = lo + 1
	}
	for step := floorStep(hi/float64(n) - lo/float64(n)); ; step = step.next() {
		from, to := math.Floor(lo/step.size()+rounding), math.Ceil(hi/step.size()-rounding)
		if to-from <= float64(n) {
			return Axis{From: int(from), To: int(to), Step: step.size()}
		}
	}
}

// Within has the ticks that lie between lo and hi, at most n steps apart. A
// range without width has one of some size.
func Within(lo, hi float64, n int) Axis {
	lo, hi = bounded(lo), bounded(hi)
	if hi-lo < 1e-300 {
		hi = lo + 1
	}
	step := floorStep(hi/float64(n) - lo/float64(n))
	for step.size() < (hi/float64(n)-lo/float64(n))*(1-rounding) {
		step = step.next()
	}
	from, to := math.Ceil(lo/step.size()-rounding), math.Floor(hi/step.size()+rounding)
	return Axis{From: int(from), To: int(to), Step: step.size()}
}

// Epochs are those to be labelled of so many, counted from 1: the first, and
// round ones, ten at most.
func Epochs(n int) []int {
	if n < 1 {
		return nil
	}
	epochs := []int{1}
	step := int(max(New(0, float64(n), 10).Step, 1))
	for epoch := step; epoch <= n; epoch += step {
		if epoch > 1 {
			epochs = append(epochs, epoch)
		}
	}
	return epochs
}

// rounding is how far, in steps, a value may lie beyond a tick and count as on
// it.
const rounding = 1e-9

// bounded is v as far as an axis can show it.
func bounded(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, -1e305), 1e305)
}

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
