//go:build !purego

package f32

func addColumns(sum, x []float32) {
	switch rows := len(x) / len(sum); current {
	case NEON:
		addColumnsNEON(&sum[0], &x[0], rows, len(sum))
	default:
		addColumnsGo(sum, x)
	}
}

func columnSums(sum []float64, x []float32) {
	switch c := len(sum); current {
	case NEON:
		columnSumsNEON(&sum[0], &x[0], len(x)/c, c)
	default:
		columnSumsGo(sum, x)
	}
}

func columnSpread(sum []float64, x []float32, mean []float64) {
	switch c := len(sum); current {
	case NEON:
		columnSpreadNEON(&sum[0], &x[0], &mean[0], len(x)/c, c)
	default:
		columnSpreadGo(sum, x, mean)
	}
}

func columnProducts(sum, product []float64, g, x []float32, mean []float64, l Lines) {
	switch c, cuts := len(sum), l.cuts(); {
	case current == NEON && cuts:
		columnProductsCutNEON(&sum[0], &product[0], &g[0], &x[0], &mean[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == NEON:
		columnProductsNEON(&sum[0], &product[0], &g[0], &x[0], &mean[0], len(x)/c, c)
	default:
		columnProductsGo(sum, product, g, x, mean, l)
	}
}

func affine(y, x, skip []float32, l Lines) {
	low, high := boundsOf(l.Low, l.High)
	switch c := len(l.Mean); {
	case current == NEON && skip != nil:
		affineSumNEON(&y[0], &x[0], &skip[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	case current == NEON:
		affineNEON(&y[0], &x[0], &l.Mean[0], &l.Factor[0], &l.Offset[0], len(x)/c, c, low, high)
	default:
		affineGo(y, x, skip, l)
	}
}

func affineGrad(dx, g, x []float32, l Lines, level, slope []float32) {
	switch c, cuts := len(l.Mean), l.cuts(); {
	case current == NEON && cuts:
		affineGradCutNEON(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], &l.Offset[0], len(x)/c, c, l.Low, l.High)
	case current == NEON:
		affineGradNEON(&dx[0], &g[0], &x[0], &l.Mean[0], &l.Factor[0], &level[0], &slope[0], len(x)/c, c)
	default:
		affineGradGo(dx, g, x, l, level, slope)
	}
}
