//go:build !amd64 || purego

package f32

func addColumns(sum, x []float32)           { addColumnsGo(sum, x) }
func columnSums(sum []float64, x []float32) { columnSumsGo(sum, x) }

func columnSpread(sum []float64, x []float32, mean []float64) { columnSpreadGo(sum, x, mean) }

func columnProducts(sum, product []float64, g, x []float32, mean []float64) {
	columnProductsGo(sum, product, g, x, mean)
}

func affine(y, x, mean, factor, offset []float32) { affineGo(y, x, mean, factor, offset) }

func affineGrad(dx, g, x, mean, factor, level, slope []float32) {
	affineGradGo(dx, g, x, mean, factor, level, slope)
}
