package f32

// DotBelow is Σ x[i]·g[i] over those i where x[i] is not above 0: the gradient of
// the slope that a curve has there. Products and sums are in float64. It panics
// where the lengths differ.
func DotBelow(x, g []float32) float64 {
	check(len(g) == len(x), "DotBelow: lengths differ")
	if len(x) == 0 {
		return 0
	}
	return dotBelow(x, g)
}

func dotBelowGo(x, g []float32) (sum float64) {
	for i, v := range x {
		if !(v > 0) {
			sum += float64(v) * float64(g[i])
		}
	}
	return sum
}
