package filters

import "math/bits"

// histogram counts values, and finds the one at a given place in their order.
// It remembers the last, since that of the next window is near. Counts of
// blocks of values let it leap where it is not.
type histogram struct {
	counts []int32 // of each value
	blocks []int32 // of 2^shift values each
	shift  int
	last   int   // the value found last
	below  int32 // how many values are less than it
}

func newHistogram(levels int) histogram {
	shift := bits.Len(uint(levels-1)) / 2
	return histogram{counts: make([]int32, levels), blocks: make([]int32, levels>>shift), shift: shift}
}

// reset forgets all values.
func (h *histogram) reset() {
	clear(h.counts)
	clear(h.blocks)
	h.last, h.below = 0, 0
}

// add counts a value so many times more, or less if by is below 0.
func (h *histogram) add(value uint16, by int) {
	h.counts[value] += int32(by)
	h.blocks[value>>h.shift] += int32(by)
	h.below += int32(by) & (int32(int(value)-h.last) >> 31) // no branch: one could not be foretold
}

// at is the value at a place in order of size, counted from 0. There must be
// more values than that.
func (h *histogram) at(place int) int {
	want, size := int32(place), 1<<h.shift
	for h.below > want { // down
		if h.last%size == 0 && h.below-h.blocks[h.last>>h.shift-1] > want {
			h.last -= size
			h.below -= h.blocks[h.last>>h.shift]
			continue
		}
		h.last--
		h.below -= h.counts[h.last]
	}
	for h.below+h.counts[h.last] <= want { // up
		if h.last%size == 0 && h.below+h.blocks[h.last>>h.shift] <= want {
			h.below += h.blocks[h.last>>h.shift]
			h.last += size
			continue
		}
		h.below += h.counts[h.last]
		h.last++
	}
	return h.last
}
