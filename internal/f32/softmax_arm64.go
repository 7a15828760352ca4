//go:build !purego

package f32

// Sums and the largest are by lanes of eight floats, as with AVX2: so their bits are the
// same.

func largest(x []float32) float32 {
	n := len(x) / 8
	if current == Generic || n == 0 {
		return largestGo(x)
	}
	var tops [8]float32
	largestNEON(&tops[0], &x[0], n)
	top := largestGo(tops[:])
	for _, v := range x[8*n:] {
		if v > top {
			top = v
		}
	}
	return top
}

// sumLanes is how many lanes sumExpVectors has.
func sumLanes() int { return 8 }

// sumExpVectors is that of the whole vectors.
func sumExpVectors(x []float32, p float32) (sum float64) {
	var sums [8]float64
	sumExpNEON(&sums[0], &x[0], len(x)/8, p)
	for _, s := range sums {
		sum += s
	}
	return sum
}

func expEach(y, x, p []float32) {
	switch n := len(y); current {
	case NEON:
		expEachNEON(&y[0], &x[0], &p[0], n/4, n%4, 0, 0, 0)
	default:
		expEachGo(y, x, p)
	}
}

func larger(y, a, b []float32) {
	switch n := len(y); current {
	case NEON:
		largerNEON(&y[0], &a[0], &b[0], n/4, n%4, 0, 0, 0)
	default:
		largerGo(y, a, b)
	}
}

func multiply(y, a, b []float32) {
	switch n := len(y); current {
	case NEON:
		multiplyNEON(&y[0], &a[0], &b[0], n/4, n%4, 0, 0, 0)
	default:
		multiplyGo(y, a, b)
	}
}

func addDoubles(sum []float64, x []float32) {
	whole := 0
	if current == NEON && len(x) >= 8 {
		whole = len(x) / 8 * 8
		addDoublesNEON(&sum[0], &x[0], len(x)/8)
	}
	addDoublesGo(sum[whole:], x[whole:])
}

func dotBelow(x, g []float32) float64 {
	var sums [8]float64
	whole := 0
	if current == NEON && len(x) >= 8 {
		whole = len(x) / 8 * 8
		dotBelowNEON(&sums[0], &x[0], &g[0], len(x)/8)
	}
	sum := dotBelowGo(x[whole:], g[whole:])
	for _, s := range sums {
		sum += s
	}
	return sum
}
