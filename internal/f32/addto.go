package f32

// AddTo adds x to y:
//
//	y[i] += x[i]
//
// x may be y. It panics where their lengths differ.
func AddTo(y, x []float32) {
	check(len(x) == len(y), "AddTo: lengths differ")
	if len(y) > 0 {
		addTo(y, x)
	}
}

func addToGo(y, x []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += v
	}
}
