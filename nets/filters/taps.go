package filters

import "math"

// tap is a weight of a matrix that is not 0, and where it lies.
type tap struct {
	y, x   int
	weight float64
}

// taps are the weights that are not 0, row by row.
func (m Matrix) taps() []tap {
	var taps []tap
	for y, row := range m {
		for x, v := range row {
			if v != 0 {
				taps = append(taps, tap{y, x, v})
			}
		}
	}
	return taps
}

// doubt is by how much, in levels, the sum of so many products in float32 may
// miss the true one, with levels up to top: 0 where all the sums on the way are
// whole multiples of one power of two, and small enough to be exact.
//
// N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., (3.4).
func doubt(weights []float64, bias, top float64) float64 {
	sum, finest := math.Abs(bias), granularity(bias)
	n := 0
	for _, w := range weights {
		if w != 0 {
			sum += math.Abs(w) * top
			finest = math.Min(finest, granularity(w))
			n++
		}
	}
	const mantissa = 1 << 24
	if sum < mantissa*finest {
		return 0
	}
	return float64(n+4) / mantissa * (sum + top)
}

// granularity is the largest power of two of which v is a multiple.
func granularity(v float64) float64 {
	if v == 0 {
		return math.Inf(1)
	}
	fraction, exponent := math.Frexp(v)
	whole := int64(math.Abs(fraction) * (1 << 53))
	return math.Ldexp(float64(whole&-whole), exponent-53)
}
