//go:build (!amd64 && !arm64) || purego

package f32

func largest(x []float32) float32           { return largestGo(x) }
func sumExp(x []float32, p float32) float64 { return sumExpGo(x, p) }
func expEach(y, x, p []float32)             { expEachGo(y, x, p) }
func larger(y, a, b []float32)              { largerGo(y, a, b) }
func multiply(y, a, b []float32)            { multiplyGo(y, a, b) }
func addDoubles(sum []float64, x []float32) { addDoublesGo(sum, x) }
func dotBelow(x, g []float32) float64       { return dotBelowGo(x, g) }
