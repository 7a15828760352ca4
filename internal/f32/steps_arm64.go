//go:build !purego

package f32

func addScaled(y, x []float32, p float32) {
	switch n := len(y); current {
	case NEON:
		addScaledNEON(&y[0], &x[0], n/4, n%4, p)
	default:
		addScaledGo(y, x, p)
	}
}

func mix(y, x []float32, keep, take float32) {
	switch n := len(y); current {
	case NEON:
		mixNEON(&y[0], &x[0], n/4, n%4, keep, take)
	default:
		mixGo(y, x, keep, take)
	}
}

func momentum(w, g, m []float32, rate, beta float32) {
	switch n := len(w); current {
	case NEON:
		momentumNEON(&w[0], &m[0], &g[0], n/4, n%4, rate, beta)
	default:
		momentumGo(w, g, m, rate, beta)
	}
}

func nesterov(w, g, m []float32, rate, beta float32) {
	switch n := len(w); current {
	case NEON:
		nesterovNEON(&w[0], &m[0], &g[0], n/4, n%4, rate, beta)
	default:
		nesterovGo(w, g, m, rate, beta)
	}
}

func lion(w, g, m []float32, s LionStep) {
	switch n := len(w); current {
	case NEON:
		lionNEON(&w[0], &m[0], &g[0], n/4, n%4, s.Rate, s.Beta1, s.C1, s.Beta2, s.C2)
	default:
		lionGo(w, g, m, s)
	}
}

var rmspropByNEON = rmspropKernels{4, rmspropNEON, rmspropCentredNEON, rmspropMomentumNEON, rmspropMomentumCentredNEON}

func rmsprop(w, g, v, m, mean []float32, s RMSpropStep) {
	switch current {
	case NEON:
		rmspropByNEON.step(w, g, v, m, mean, s)
	default:
		rmspropGo(w, g, v, m, mean, s)
	}
}

func sumSquares(x []float32) float64 {
	var sums [8]float64
	whole := 0
	if current == NEON && len(x) >= 8 {
		whole = len(x) / 8 * 8
		sumSquaresNEON(&sums[0], &x[0], len(x)/8)
	}
	sum := sumSquaresGo(x[whole:])
	for _, s := range sums {
		sum += s
	}
	return sum
}
