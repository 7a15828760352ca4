package axis

import "math"

// Range is from the smallest to the largest of the values that are finite; 0 to
// 0 if none is.
func Range(values ...float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if Finite(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return 0, 0
	}
	return lo, hi
}

// Band is Range with a tenth more at either end.
func Band(values ...float64) (lo, hi float64) {
	lo, hi = Range(values...)
	room := (hi - lo) / 10
	return lo - room, hi + room
}

// Finite reports whether v has a place on an axis: a loss that has diverged has
// none.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
