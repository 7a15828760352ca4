package augment

import (
	"math"
	"math/bits"

	"github.com/pkg/errors"

	"euryale/loaders"
)

// measured is how many images are looked at together.
const measured = 64

// Measure is the mean of all pixels of each channel, and their deviation,
// √(Σ(v-mean)²/n), of values from 0, black, to 1, white: what a Config normalises
// by. The sums are of whole numbers, and exact; the results are rounded to float64.
// The deviation of a channel that is the same everywhere is 0, by which nothing can
// be normalised.
func Measure(data *loaders.Dataset) (mean, deviation []float64, err error) {
	if err := data.CheckImages(); err != nil {
		return nil, nil, err
	}
	if data.Len() == 0 {
		return nil, nil, errors.Errorf("%s: want at least one image to measure, got none", data.Name)
	}
	plane := data.Height * data.Width
	sums, squares := make([]uint64, data.Channels), make([]uint64, data.Channels)
	var b loaders.Batch
	index := make([]int, 0, measured)
	for first := 0; first < data.Len(); first += measured {
		index = index[:0]
		for i := first; i < min(first+measured, data.Len()); i++ {
			index = append(index, i)
		}
		b.N = len(index)
		if err := data.Fill(&b, index); err != nil {
			return nil, nil, err
		}
		for k := range len(index) * data.Channels {
			var sum, square uint64
			for _, v := range nth(b.Inputs[0], k, plane) {
				l := uint64(level(v))
				sum += l
				square += l * l
			}
			sums[k%data.Channels] += sum
			squares[k%data.Channels] += square
		}
	}
	n := uint64(data.Len()) * uint64(plane)
	for c := range sums {
		mean = append(mean, float64(sums[c])/float64(n)/255)
		deviation = append(deviation, math.Sqrt(spread(n, sums[c], squares[c]))/float64(n)/255)
	}
	return mean, deviation, nil
}

// spread is n·squares - sum², the square of n times the deviation, which is
// rounded once.
func spread(n, sum, squares uint64) float64 {
	high, low := bits.Mul64(n, squares)
	h, l := bits.Mul64(sum, sum)
	low, borrow := bits.Sub64(low, l, 0)
	high, _ = bits.Sub64(high, h, borrow)
	return math.Ldexp(float64(high), 64) + float64(low)
}
