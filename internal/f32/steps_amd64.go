//go:build !purego

package f32

func addScaled(y, x []float32, p float32) {
	switch n := len(y); current {
	case AVX512:
		addScaledAVX512(&y[0], &x[0], n/16, n%16, p)
	case AVX2:
		addScaledAVX2(&y[0], &x[0], n/8, n%8, p)
	default:
		addScaledGo(y, x, p)
	}
}

func mix(y, x []float32, keep, take float32) {
	switch n := len(y); current {
	case AVX512:
		mixAVX512(&y[0], &x[0], n/16, n%16, keep, take)
	case AVX2:
		mixAVX2(&y[0], &x[0], n/8, n%8, keep, take)
	default:
		mixGo(y, x, keep, take)
	}
}

func momentum(w, g, m []float32, rate, beta float32) {
	switch n := len(w); current {
	case AVX512:
		momentumAVX512(&w[0], &m[0], &g[0], n/16, n%16, rate, beta)
	case AVX2:
		momentumAVX2(&w[0], &m[0], &g[0], n/8, n%8, rate, beta)
	default:
		momentumGo(w, g, m, rate, beta)
	}
}

func nesterov(w, g, m []float32, rate, beta float32) {
	switch n := len(w); current {
	case AVX512:
		nesterovAVX512(&w[0], &m[0], &g[0], n/16, n%16, rate, beta)
	case AVX2:
		nesterovAVX2(&w[0], &m[0], &g[0], n/8, n%8, rate, beta)
	default:
		nesterovGo(w, g, m, rate, beta)
	}
}

func lion(w, g, m []float32, s LionStep) {
	switch n := len(w); current {
	case AVX512:
		lionAVX512(&w[0], &m[0], &g[0], n/16, n%16, s.Rate, s.Beta1, s.C1, s.Beta2, s.C2)
	case AVX2:
		lionAVX2(&w[0], &m[0], &g[0], n/8, n%8, s.Rate, s.Beta1, s.C1, s.Beta2, s.C2)
	default:
		lionGo(w, g, m, s)
	}
}

var (
	rmspropByAVX512 = rmspropKernels{16, rmspropAVX512, rmspropCentredAVX512, rmspropMomentumAVX512, rmspropMomentumCentredAVX512}
	rmspropByAVX2   = rmspropKernels{8, rmspropAVX2, rmspropCentredAVX2, rmspropMomentumAVX2, rmspropMomentumCentredAVX2}
)

func rmsprop(w, g, v, m, mean []float32, s RMSpropStep) {
	switch current {
	case AVX512:
		rmspropByAVX512.step(w, g, v, m, mean, s)
	case AVX2:
		rmspropByAVX2.step(w, g, v, m, mean, s)
	default:
		rmspropGo(w, g, v, m, mean, s)
	}
}

func sumSquares(x []float32) float64 {
	var sums [16]float64
	whole := 0
	switch {
	case current == AVX512 && len(x) >= 16:
		whole = len(x) / 16 * 16
		sumSquaresAVX512(&sums[0], &x[0], len(x)/16)
	case current >= AVX2 && len(x) >= 8:
		whole = len(x) / 8 * 8
		sumSquaresAVX2(&sums[0], &x[0], len(x)/8)
	}
	sum := sumSquaresGo(x[whole:])
	for _, s := range sums {
		sum += s
	}
	return sum
}
