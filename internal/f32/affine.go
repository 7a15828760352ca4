package f32

// Affine maps each column of x, whose rows are as long as mean, on a line:
//
//	y[r·c+j] = (x[r·c+j] - mean[j])·factor[j] + offset[j]    with c = len(mean)
//
// The difference is rounded; with AVX2 and AVX-512 the product is not. So batch
// normalisation ends. y may be x. It panics where lengths differ, x is not whole
// rows, or their length not a multiple of Lanes.
func Affine(y, x, mean, factor, offset []float32) {
	check(len(y) == len(x) && len(factor) == len(mean) && len(offset) == len(mean), "Affine: lengths differ")
	if wholeRows("Affine", len(mean), x) {
		affine(y, x, mean, factor, offset)
	}
}

func affineGo(y, x, mean, factor, offset []float32) {
	for c := len(mean); len(x) > 0; y, x = y[c:], x[c:] {
		for j, v := range x[:c] {
			y[j] = (v-mean[j])*factor[j] + offset[j]
		}
	}
}

// AffineGrad is the gradient of batch normalisation by its input x, from that of
// its result, g:
//
//	dx[r·c+j] = factor[j]·(g[r·c+j] - level[j] - (x[r·c+j] - mean[j])·slope[j])
//
// where level is the mean of g and slope that of g·(x-mean), times 1/variance.
// Both differences are rounded; with AVX2 and AVX-512 the product with slope is
// not. dx may be g or x. It panics as Affine does.
func AffineGrad(dx, g, x, mean, factor, level, slope []float32) {
	check(len(dx) == len(x) && len(g) == len(x), "AffineGrad: lengths differ")
	check(len(factor) == len(mean) && len(level) == len(mean) && len(slope) == len(mean), "AffineGrad: lengths differ")
	if wholeRows("AffineGrad", len(mean), x) {
		affineGrad(dx, g, x, mean, factor, level, slope)
	}
}

func affineGradGo(dx, g, x, mean, factor, level, slope []float32) {
	for c := len(mean); len(x) > 0; dx, g, x = dx[c:], g[c:], x[c:] {
		for j, v := range x[:c] {
			dx[j] = factor[j] * (g[j] - level[j] - (v-mean[j])*slope[j])
		}
	}
}
