package tensorboard

import "math"

// buckets is how many a histogram has, as in Keras' callback.
const buckets = 30

// histogram counts finite numbers in buckets of one width, from the least number
// to the largest. Where all are equal it has one bucket, of no width.
type histogram struct {
	min, max, num, sum, sumSquares float64

	limits []float64 // the upper ones
	counts []float64
}

// newHistogram leaves out what is not finite; where nothing is left num is 0.
func newHistogram(values []float64) histogram {
	h := histogram{min: math.Inf(1), max: math.Inf(-1)}
	for _, v := range values {
		if finite(v) {
			h.min, h.max = min(h.min, v), max(h.max, v)
			h.num++
			h.sum += v
			h.sumSquares += v * v
		}
	}
	if h.num == 0 {
		return histogram{}
	}
	if h.min == h.max {
		h.limits, h.counts = []float64{h.max}, []float64{h.num}
		return h
	}
	h.count(values)
	return h
}

// count fills the buckets.
func (h *histogram) count(values []float64) {
	h.limits, h.counts = make([]float64, buckets), make([]float64, buckets)
	for i := range h.limits {
		part := float64(i+1) / buckets
		h.limits[i] = h.min*(1-part) + h.max*part
	}
	half := h.max/2 - h.min/2 // the whole may be too large for a float64
	for _, v := range values {
		if finite(v) {
			part := (v/2 - h.min/2) / half
			h.counts[min(int(part*buckets), buckets-1)]++
		}
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
