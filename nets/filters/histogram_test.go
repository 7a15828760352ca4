package filters

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestHistogram holds counts against a sorted list while values come and go.
func TestHistogram(t *testing.T) {
	for _, levels := range []int{256, 65536} {
		rng := rand.New(rand.NewPCG(5, uint64(levels)))
		h := newHistogram(levels)
		var values []uint16
		for step := range 4000 {
			if step == 2000 {
				h.reset()
				values = nil
			}
			if len(values) < 2 || rng.IntN(2) == 0 {
				v := uint16(rng.IntN(levels))
				switch rng.IntN(4) {
				case 0:
					v = 0
				case 1:
					v = uint16(levels - 1)
				}
				h.add(v, 1)
				values = append(values, v)
			} else {
				i := rng.IntN(len(values))
				h.add(values[i], -1)
				values = slices.Delete(values, i, i+1)
			}
			sorted := slices.Sorted(slices.Values(values))
			for _, place := range []int{0, len(sorted) / 2, len(sorted) - 1} {
				if got := h.at(place); got != int(sorted[place]) {
					t.Fatalf("%d levels, step %d: value %d of %v: got %d", levels, step, place, sorted, got)
				}
			}
		}
	}
}
