//go:build (!amd64 && !arm64) || purego

package f32

func addColumns(sum, x []float32)           { addColumnsGo(sum, x) }
func columnSums(sum []float64, x []float32) { columnSumsGo(sum, x) }

func columnSpread(sum []float64, x []float32, mean []float64) { columnSpreadGo(sum, x, mean) }

func columnProducts(sum, product []float64, g, x []float32, mean []float64, l Lines) {
	columnProductsGo(sum, product, g, x, mean, l)
}

func affine(y, x, skip []float32, l Lines) { affineGo(y, x, skip, l) }

func affineGrad(dx, g, x []float32, l Lines, level, slope []float32) {
	affineGradGo(dx, g, x, l, level, slope)
}
