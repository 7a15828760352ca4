package f32

import "math"

// Largest is the largest of x, -Inf where there is nothing in it. Where it holds
// NaN, it may be any of them or NaN.
func Largest(x []float32) float32 {
	if len(x) == 0 {
		return float32(math.Inf(-1))
	}
	return largest(x)
}

func largestGo(x []float32) float32 {
	top := x[0]
	for _, v := range x[1:] {
		if v > top {
			top = v
		}
	}
	return top
}

// SumExp is Σ exp(x[i] - p), each as near as [Exp] says and added in float64.
func SumExp(x []float32, p float32) float64 {
	if len(x) == 0 {
		return 0
	}
	return sumExp(x, p)
}

func sumExpGo(x []float32, p float32) (sum float64) {
	for _, v := range x {
		sum += math.Exp(float64(v) - float64(p))
	}
	return sum
}

// ExpEach is [Exp] with a p for each x: y[i] = exp(x[i] - p[i]). y may be x or p.
// It panics where the lengths differ.
func ExpEach(y, x, p []float32) {
	check(len(x) == len(y) && len(p) == len(y), "ExpEach: lengths differ")
	if len(y) > 0 {
		expEach(y, x, p)
	}
}

func expEachGo(y, x, p []float32) {
	for i, v := range x {
		y[i] = float32(math.Exp(float64(v) - float64(p[i])))
	}
}

// Larger is y[i] = max(a[i], b[i]), and b[i] where either is NaN. y may be a or
// b. It panics where the lengths differ.
func Larger(y, a, b []float32) {
	check(len(a) == len(y) && len(b) == len(y), "Larger: lengths differ")
	if len(y) > 0 {
		larger(y, a, b)
	}
}

func largerGo(y, a, b []float32) {
	for i, v := range a {
		if !(v > b[i]) {
			v = b[i]
		}
		y[i] = v
	}
}

// Multiply is y[i] = a[i]·b[i]. y may be a or b. It panics where the lengths
// differ.
func Multiply(y, a, b []float32) {
	check(len(a) == len(y) && len(b) == len(y), "Multiply: lengths differ")
	if len(y) > 0 {
		multiply(y, a, b)
	}
}

func multiplyGo(y, a, b []float32) {
	for i, v := range a {
		y[i] = v * b[i]
	}
}

// AddDoubles is sum[i] += x[i], exact but for the addition. It panics where the
// lengths differ.
func AddDoubles(sum []float64, x []float32) {
	check(len(x) == len(sum), "AddDoubles: lengths differ")
	if len(x) > 0 {
		addDoubles(sum, x)
	}
}

func addDoublesGo(sum []float64, x []float32) {
	for i, v := range x {
		sum[i] += float64(v)
	}
}
