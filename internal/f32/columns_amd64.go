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

func columnProducts(sum, product []float64, g, x []float32, mean []float64, l Lines) {
	switch c, cuts := len(sum), l.cuts(); {
	case current == AVX512 && cuts:
		columnProductsCutAVX512(&sum[0], &product[0], &g[0], &x[0], &mean[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == AVX512:
		columnProductsAVX512(&sum[0], &product[0], &g[0], &x[0], &mean[0], len(x)/c, c)
	case current == AVX2 && cuts:
		columnProductsCutAVX2(&sum[0], &product[0], &g[0], &x[0], &mean[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == AVX2:
		columnProductsAVX2(&sum[0], &product[0], &g[0], &x[0], &mean[0], len(x)/c, c)
	default:
		columnProductsGo(sum, product, g, x, mean, l)
	}
}

func affine(y, x, skip []float32, l Lines) {
	low, high := boundsOf(l.Low, l.High)
	switch c := len(l.Mean); {
	case current == AVX512 && skip != nil:
		affineSumAVX512(&y[0], &x[0], &skip[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	case current == AVX512:
		affineAVX512(&y[0], &x[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	case current == AVX2 && skip != nil:
		affineSumAVX2(&y[0], &x[0], &skip[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	case current == AVX2:
		affineAVX2(&y[0], &x[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	default:
		affineGo(y, x, skip, l)
	}
}

func affineGrad(dx, g, x []float32, l Lines, level, slope []float32) {
	switch c, cuts := len(l.Mean), l.cuts(); {
	case current == AVX512 && cuts:
		affineGradCutAVX512(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == AVX512:
		affineGradAVX512(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], len(x)/c, c)
	case current == AVX2 && cuts:
		affineGradCutAVX2(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == AVX2:
		affineGradAVX2(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], len(x)/c, c)
	default:
		affineGradGo(dx, g, x, l, level, slope)
	}
}
