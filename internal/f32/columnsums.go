package f32

// The sums of batch normalisation. They run over rows of len(sum) columns, in
// order, and in double precision: a batch has many pixels, and the mean may be
// far from zero.

// ColumnSums adds the sums of the columns of x to sum:
//
//	sum[j] += Σ_r x[r·len(sum)+j]
//
// It panics where x is not whole rows, or their length not a multiple of Lanes.
func ColumnSums(sum []float64, x []float32) {
	if wholeRows("ColumnSums", len(sum), x) {
		columnSums(sum, x)
	}
}

func columnSumsGo(sum []float64, x []float32) {
	for ; len(x) > 0; x = x[len(sum):] {
		for j, v := range x[:len(sum)] {
			sum[j] += float64(v)
		}
	}
}

// ColumnSpread adds the sums of squares of the columns of x, as they lie around
// their means, to sum:
//
//	sum[j] += Σ_r (x[r·len(sum)+j] - mean[j])²
//
// It panics as ColumnSums does and where the lengths of sum and mean differ.
func ColumnSpread(sum []float64, x []float32, mean []float64) {
	check(len(mean) == len(sum), "ColumnSpread: lengths differ")
	if wholeRows("ColumnSpread", len(sum), x) {
		columnSpread(sum, x, mean)
	}
}

func columnSpreadGo(sum []float64, x []float32, mean []float64) {
	for ; len(x) > 0; x = x[len(sum):] {
		for j, v := range x[:len(sum)] {
			d := float64(v) - mean[j]
			sum[j] += d * d
		}
	}
}

// ColumnProducts adds, for the gradients of batch normalisation, the sums of the
// columns of g, which counts as 0 where the lines cut x, to sum, and to product
// those of g times x around its mean:
//
//	sum[j] += Σ_r g[r·len(sum)+j]
//	product[j] += Σ_r g[r·len(sum)+j]·(x[r·len(sum)+j] - mean[j])
//
// It panics as Affine does. sum must not be product.
func ColumnProducts(sum, product []float64, g, x []float32, mean []float64, l Lines) {
	check(len(mean) == len(sum) && len(product) == len(sum) && len(l.Mean) == len(sum), "ColumnProducts: lengths differ")
	check(len(g) == len(x), "ColumnProducts: lengths differ")
	if l.check("ColumnProducts", x) {
		columnProducts(sum, product, g, x, mean, l)
	}
}

func columnProductsGo(sum, product []float64, g, x []float32, mean []float64, l Lines) {
	for ; len(x) > 0; g, x = g[len(sum):], x[len(sum):] {
		for j, v := range x[:len(sum)] {
			g := float64(l.passed(j, v, g[j]))
			sum[j] += g
			product[j] += g * (float64(v) - mean[j])
		}
	}
}
