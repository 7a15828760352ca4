package axis

import (
	"math"
	"strconv"
)

// Tick is a mark on an axis.
type Tick struct {
	At    float64
	Label string
}

// EpochTicks are Epochs, at their numbers.
func EpochTicks(n int) []Tick {
	var ticks []Tick
	for _, e := range Epochs(n) {
		ticks = append(ticks, Tick{float64(e), strconv.Itoa(e)})
	}
	return ticks
}

// Decades are the powers of ten from lo to hi, both above 0, ten at most, where n
// numbers from lo to hi, each the same multiple of the one before, have the places
// 1 to n. Where there are fewer than two, the ticks are lo and hi.
func Decades(lo, hi float64, n int) []Tick {
	from, to := math.Log10(lo), math.Log10(hi)
	place := func(exponent float64) float64 {
		if n < 2 || from == to {
			return 1
		}
		return 1 + float64(n-1)*(exponent-from)/(to-from)
	}
	first, last := int(math.Ceil(from-rounding)), int(math.Floor(to+rounding))
	if last <= first {
		ends := []Tick{{1, strconv.FormatFloat(lo, 'g', 2, 64)}, {float64(n), strconv.FormatFloat(hi, 'g', 2, 64)}}
		return ends[:min(max(n, 1), 2)]
	}
	every := (last-first)/10 + 1
	var ticks []Tick
	for e := first; e <= last; e += every {
		ticks = append(ticks, Tick{place(float64(e)), "1e" + strconv.Itoa(e)})
	}
	return ticks
}
