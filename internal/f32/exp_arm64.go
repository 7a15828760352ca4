//go:build !purego

package f32

func exp(y, x []float32, p float32) {
	switch n := len(y); current {
	case NEON:
		expNEON(&y[0], &x[0], n/4, n%4, p, 0, 0)
	default:
		expGo(y, x, p)
	}
}

func scale(y, x []float32, p float32) {
	switch n := len(y); current {
	case NEON:
		scaleNEON(&y[0], &x[0], n/4, n%4, p, 0, 0)
	default:
		scaleGo(y, x, p)
	}
}
