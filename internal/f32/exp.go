package f32

import "math"

// Exp is the exponential of each of some floats less p:
//
//	y[i] = exp(x[i] - p)
//
// y may be x. It is within 1.1 units in the last place of that in float64, and
// within one where p is 0, denormals among them: what the difference is rounded
// by counts. AVX2, AVX-512 and NEON give the same bits. It panics where the lengths
// differ.
func Exp(y, x []float32, p float32) {
	check(len(x) == len(y), "Exp: lengths differ")
	if len(y) > 0 {
		exp(y, x, p)
	}
}

func expGo(y, x []float32, p float32) {
	for i, v := range x {
		y[i] = float32(math.Exp(float64(v) - float64(p)))
	}
}

// Scale multiplies by p:
//
//	y[i] = p·x[i]
//
// y may be x. It panics where the lengths differ.
func Scale(y, x []float32, p float32) {
	check(len(x) == len(y), "Scale: lengths differ")
	if len(y) > 0 {
		scale(y, x, p)
	}
}

func scaleGo(y, x []float32, p float32) {
	for i, v := range x {
		y[i] = p * v
	}
}
