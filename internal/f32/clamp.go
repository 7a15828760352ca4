package f32

// Clamp cuts y at low and high, in place; between 0 and 6 that is ReLU6:
//
//	y[i] = low where y[i] < low, high where y[i] > high
//
// NaN stays NaN. It panics where low is not at most high.
func Clamp(y []float32, low, high float32) {
	check(low <= high, "Clamp: want low at most high")
	if len(y) > 0 {
		clamp(y, low, high)
	}
}

func clampGo(y []float32, low, high float32) {
	for i, v := range y {
		v = either(above(low, v), low, v)
		y[i] = either(above(v, high), high, v)
	}
}

// Unclamp is the gradient of what Clamp was given, from the gradient g of its
// result y:
//
//	dst[i] = g[i] where low < y[i] < high, else 0
//
// dst may be g or y. It panics where their lengths differ.
func Unclamp(dst, g, y []float32, low, high float32) {
	check(len(g) == len(dst) && len(y) == len(dst), "Unclamp: lengths differ")
	if len(dst) > 0 {
		unclamp(dst, g, y, low, high)
	}
}

func unclampGo(dst, g, y []float32, low, high float32) {
	g, dst = g[:len(y)], dst[:len(y)]
	for i, v := range y {
		dst[i] = where(above(v, low)&above(high, v), g[i])
	}
}
