package f32

// Rectify cuts y at zero, which is ReLU in place:
//
//	y[i] = 0 where y[i] < 0
//
// NaN and -0 stay what they are.
func Rectify(y []float32) {
	if len(y) > 0 {
		rectify(y)
	}
}

func rectifyGo(y []float32) {
	for i, v := range y {
		y[i] = where(1^above(0, v), v)
	}
}

// Unrectify is the gradient of what Rectify was given, from the gradient g of
// its result y:
//
//	dst[i] = g[i] where y[i] > 0, else 0
//
// dst may be g or y. It panics where their lengths differ.
func Unrectify(dst, g, y []float32) {
	check(len(g) == len(dst) && len(y) == len(dst), "Unrectify: lengths differ")
	if len(dst) > 0 {
		unrectify(dst, g, y)
	}
}

func unrectifyGo(dst, g, y []float32) {
	g, dst = g[:len(y)], dst[:len(y)]
	for i, v := range y {
		dst[i] = where(above(v, 0), g[i])
	}
}
