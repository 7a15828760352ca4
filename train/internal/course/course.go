// Package course lays what a History holds along its epochs: 1 is the end of the
// first, and what came halfway through it lies at 0.5.
package course

import (
	"cmp"
	"slices"

	"euryale/train"
)

// Point is metrics at their place.
type Point struct {
	At float64 // in epochs
	train.Metrics
}

// Validations are those after steps and those after epochs, as they came.
func Validations(h *train.History) []Point {
	var all []Point
	for i, e := range h.Epochs {
		if e.Validation != nil {
			all = append(all, Point{float64(i + 1), *e.Validation})
		}
	}
	for _, v := range h.Validations {
		all = append(all, Point{v.At, v.Metrics})
	}
	slices.SortStableFunc(all, func(a, b Point) int { return cmp.Compare(a.At, b.At) })
	return all
}

// Span is from where the first point of any curve lies to where the last does: from
// the end of the first epoch to that of the last, and farther where something came
// before or after.
func Span(h *train.History) (from, to float64) {
	from, to = 1, float64(max(len(h.Epochs), 1))
	for _, v := range h.Validations {
		from, to = min(from, v.At), max(to, v.At)
	}
	return from, to
}
