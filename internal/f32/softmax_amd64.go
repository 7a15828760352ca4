//go:build !purego

package f32

func largest(x []float32) float32 {
	var tops [16]float32
	lanes, n := 16, len(x)
	switch {
	case current == AVX512 && n >= 16:
		largestAVX512(&tops[0], &x[0], n/16)
	case current >= AVX2 && n >= 8:
		lanes = 8
		largestAVX2(&tops[0], &x[0], n/8)
	default:
		return largestGo(x)
	}
	top := largestGo(tops[:lanes])
	for _, v := range x[n/lanes*lanes:] {
		if v > top {
			top = v
		}
	}
	return top
}

// sumLanes is how many lanes sumExpVectors has.
func sumLanes() int {
	if current == AVX512 {
		return 16
	}
	return 8
}

// sumExpVectors is that of the whole vectors.
func sumExpVectors(x []float32, p float32) (sum float64) {
	var sums [16]float64
	if current == AVX512 {
		sumExpAVX512(&sums[0], &x[0], len(x)/16, p)
	} else {
		sumExpAVX2(&sums[0], &x[0], len(x)/8, p)
	}
	for _, s := range sums {
		sum += s
	}
	return sum
}

func expEach(y, x, p []float32) {
	switch n := len(y); current {
	case AVX512:
		expEachAVX512(&y[0], &x[0], &p[0], n/16, n%16, 0, 0, 0)
	case AVX2:
		expEachAVX2(&y[0], &x[0], &p[0], n/8, n%8, 0, 0, 0)
	default:
		expEachGo(y, x, p)
	}
}

func larger(y, a, b []float32) {
	switch n := len(y); current {
	case AVX512:
		largerAVX512(&y[0], &a[0], &b[0], n/16, n%16, 0, 0, 0)
	case AVX2:
		largerAVX2(&y[0], &a[0], &b[0], n/8, n%8, 0, 0, 0)
	default:
		largerGo(y, a, b)
	}
}

func multiply(y, a, b []float32) {
	switch n := len(y); current {
	case AVX512:
		multiplyAVX512(&y[0], &a[0], &b[0], n/16, n%16, 0, 0, 0)
	case AVX2:
		multiplyAVX2(&y[0], &a[0], &b[0], n/8, n%8, 0, 0, 0)
	default:
		multiplyGo(y, a, b)
	}
}

func addDoubles(sum []float64, x []float32) {
	whole := 0
	switch {
	case current == AVX512 && len(x) >= 16:
		whole = len(x) / 16 * 16
		addDoublesAVX512(&sum[0], &x[0], len(x)/16)
	case current >= AVX2 && len(x) >= 8:
		whole = len(x) / 8 * 8
		addDoublesAVX2(&sum[0], &x[0], len(x)/8)
	}
	addDoublesGo(sum[whole:], x[whole:])
}

func dotBelow(x, g []float32) float64 {
	var sums [16]float64
	whole := 0
	switch {
	case current == AVX512 && len(x) >= 16:
		whole = len(x) / 16 * 16
		dotBelowAVX512(&sums[0], &x[0], &g[0], len(x)/16)
	case current >= AVX2 && len(x) >= 8:
		whole = len(x) / 8 * 8
		dotBelowAVX2(&sums[0], &x[0], &g[0], len(x)/8)
	}
	sum := dotBelowGo(x[whole:], g[whole:])
	for _, s := range sums {
		sum += s
	}
	return sum
}
