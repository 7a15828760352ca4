//go:build !purego

package f32

func exp(y, x []float32, p float32) {
	switch n := len(y); current {
	case AVX512:
		expAVX512(&y[0], &x[0], n/16, n%16, p, 0, 0)
	case AVX2:
		expAVX2(&y[0], &x[0], n/8, n%8, p, 0, 0)
	default:
		expGo(y, x, p)
	}
}

func scale(y, x []float32, p float32) {
	switch n := len(y); current {
	case AVX512:
		scaleAVX512(&y[0], &x[0], n/16, n%16, p, 0, 0)
	case AVX2:
		scaleAVX2(&y[0], &x[0], n/8, n%8, p, 0, 0)
	default:
		scaleGo(y, x, p)
	}
}
