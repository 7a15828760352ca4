//go:build !purego

package f32

func addColumns(sum, x []float32) {
	switch rows := len(x) / len(sum); current {
	case AVX512:
		addColumnsAVX512(&sum[0], &x[0], rows, len(sum))
	case AVX2:
		addColumnsAVX2(&sum[0], &x[0], rows, len(sum))
	default:
		addColumnsGo(sum, x)
	}
}

func columnSums(sum []float64, x []float32) {
	switch c := len(sum); current {
	case AVX512:
		columnSumsAVX512(&sum[0], &x[0], len(x)/c, c)
	case AVX2:
		columnSumsAVX2(&sum[0], &x[0], len(x)/c, c)
	default:
		columnSumsGo(sum, x)
	}
}

func columnSpread(sum []float64, x []float32, mean []float64) {
	switch c := len(sum); current {
	case AVX512:
		columnSpreadAVX512(&sum[0], &x[0], &mean[0], len(x)/c, c)
	case AVX2:
		columnSpreadAVX2(&sum[0], &x[0], &mean[0], len(x)/c, c)
	default:
		columnSpreadGo(sum, x, mean)
	}
}

func columnProducts(sum, product []float64, g, x []float32, mean []float64) {
	switch c := len(sum); current {
	case AVX512:
		columnProductsAVX512(&sum[0], &product[0], &g[0], &x[0], &mean[0], len(x)/c, c)
	case AVX2:
		columnProductsAVX2(&sum[0], &product[0], &g[0], &x[0], &mean[0], len(x)/c, c)
	default:
		columnProductsGo(sum, product, g, x, mean)
	}
}

func affine(y, x, mean, factor, offset []float32) {
	switch c := len(mean); current {
	case AVX512:
		affineAVX512(&y[0], &x[0], &mean[0], &factor[0], &offset[0], len(x)/c, c)
	case AVX2:
		affineAVX2(&y[0], &x[0], &mean[0], &factor[0], &offset[0], len(x)/c, c)
	default:
		affineGo(y, x, mean, factor, offset)
	}
}

func affineGrad(dx, g, x, mean, factor, level, slope []float32) {
	switch c := len(mean); current {
	case AVX512:
		affineGradAVX512(&dx[0], &g[0], &x[0], &mean[0], &factor[0], &level[0], &slope[0], len(x)/c, c)
	case AVX2:
		affineGradAVX2(&dx[0], &g[0], &x[0], &mean[0], &factor[0], &level[0], &slope[0], len(x)/c, c)
	default:
		affineGradGo(dx, g, x, mean, factor, level, slope)
	}
}
