package drawn

import "math"

// gaussian is the right half of a normalised kernel, its middle first, cut off
// at two deviations.
func gaussian(sigma float64) []float64 {
	kernel := make([]float64, int(math.Ceil(2*sigma))+1)
	var sum float64
	for i := range kernel {
		kernel[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
		sum += kernel[i]
		if i > 0 {
			sum += kernel[i]
		}
	}
	for i := range kernel {
		kernel[i] /= sum
	}
	return kernel
}

// smooth convolves a field with a symmetric kernel along both axes; beyond the
// border there is nothing.
func smooth(field, work *[Side * Side]float64, kernel []float64) {
	// Each pass writes its result transposed, so two passes do both axes.
	smoothRows(work, field, kernel)
	smoothRows(field, work, kernel)
}

func smoothRows(dst, src *[Side * Side]float64, kernel []float64) {
	margin := len(kernel) - 1
	row := make([]float64, Side+2*margin)
	for y := range Side {
		copy(row[margin:], src[y*Side:(y+1)*Side])
		for x := range Side {
			v := kernel[0] * row[margin+x]
			for k := 1; k < len(kernel); k++ {
				v += kernel[k] * (row[margin+x-k] + row[margin+x+k])
			}
			dst[x*Side+y] = v
		}
	}
}

// smoothGain is one over the deviation that uniform noise in [-1, 1) has once
// it is smoothed along both axes.
func smoothGain(kernel []float64) float64 {
	var sum float64
	for i, k := range kernel {
		sum += k * k
		if i > 0 {
			sum += k * k
		}
	}
	return math.Sqrt(3) / sum
}
