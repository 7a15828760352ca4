package f32

import "math"

// The curves of this file have no kernels of their own: on every level they are
// computed in float64 and rounded, but for the exponential's values.

// Sqrt is √x, and NaN below 0.
var Sqrt = Curve{
	Name:  "Sqrt",
	At:    func(x float64) float64 { return math.Sqrt(x) }, // an instruction, where it is no value
	Slope: func(x float64) float64 { return 0.5 / math.Sqrt(x) },
	many: func(y, x []float32) {
		for i, v := range x {
			y[i] = float32(math.Sqrt(float64(v)))
		}
	},
}

// Exponential is exp(x).
var Exponential = Curve{Name: "Exp", At: math.Exp, Slope: math.Exp, many: func(y, x []float32) { Exp(y, x, 0) }}

// Logarithm is log(x), and NaN below 0.
var Logarithm = Curve{Name: "Log", At: math.Log, Slope: func(x float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return 1 / x
}}

// Abs is |x|, with a derivative of 0 at 0.
var Abs = Curve{
	Name: "Abs",
	At:   func(x float64) float64 { return math.Abs(x) },
	Slope: func(x float64) float64 {
		if x == 0 || x != x {
			return x
		}
		return math.Copysign(1, x)
	},
	many: func(y, x []float32) {
		for i, v := range x {
			y[i] = float32(math.Abs(float64(v)))
		}
	},
}

// Negative is -x.
var Negative = Curve{
	Name:  "Negative",
	At:    func(x float64) float64 { return -x },
	Slope: func(x float64) float64 { return step(x, true) * -1 },
	many: func(y, x []float32) {
		for i, v := range x {
			y[i] = -v
		}
	},
}

// Reciprocal is 1/x.
var Reciprocal = Curve{
	Name:  "Reciprocal",
	At:    func(x float64) float64 { return 1 / x },
	Slope: func(x float64) float64 { return -1 / x / x },
	many: func(y, x []float32) {
		for i, v := range x {
			y[i] = 1 / v
		}
	},
}

// Erf is the error function, 2/√π·∫ exp(-t²) dt from 0 to x.
var Erf = Curve{Name: "Erf", At: math.Erf, Slope: func(x float64) float64 { return 2 / math.SqrtPi * math.Exp(-x*x) }}

// CELU is x where x > 0 and alpha·(exp(x/alpha)-1) elsewhere.
func CELU(alpha float64) Curve {
	return Curve{
		Name: "CELU",
		At: func(x float64) float64 {
			if x > 0 {
				return x
			}
			return alpha * math.Expm1(x/alpha)
		},
		Slope: func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return math.Exp(x / alpha)
		},
	}
}

// Threshold is x where x > alpha and 0 elsewhere.
func Threshold(alpha float64) Curve {
	return Curve{
		Name: "Threshold",
		At: func(x float64) float64 {
			if x <= alpha {
				return 0
			}
			return x
		},
		Slope: func(x float64) float64 { return step(x, x > alpha) },
	}
}

// Swish is x/(1 + exp(-beta·x)).
func Swish(beta float64) Curve {
	c := Curve{
		Name:  "Swish",
		At:    func(x float64) float64 { return SiLU.At(beta*x) / beta },
		Slope: func(x float64) float64 { return SiLU.Slope(beta * x) },
	}
	if beta == 0 {
		c.At, c.Slope = func(x float64) float64 { return x / 2 }, func(x float64) float64 { return step(x, true) / 2 }
	}
	return c
}

// Power is x^e.
func Power(e float64) Curve {
	return Curve{
		Name: "Power",
		At:   func(x float64) float64 { return math.Pow(x, e) },
		Slope: func(x float64) float64 {
			if e == 0 {
				return 0
			}
			return e * math.Pow(x, e-1)
		},
	}
}

// Line is slope·x + offset.
func Line(slope, offset float64) Curve {
	return Curve{
		Name:  "Line",
		At:    func(x float64) float64 { return slope*x + offset },
		Slope: func(x float64) float64 { return slope * step(x, true) },
		many: func(y, x []float32) {
			for i, v := range x {
				y[i] = float32(slope*float64(v) + offset)
			}
		},
	}
}

// Clip is x, cut at low and high, where the derivative is 0.
func Clip(low, high float64) Curve {
	return Curve{
		Name:  "Clip",
		At:    func(x float64) float64 { return math.Min(math.Max(x, low), high) },
		Slope: func(x float64) float64 { return step(x, x > low && x < high) },
		many: func(y, x []float32) {
			l, h := float32(low), float32(high)
			for i, v := range x {
				y[i] = min(max(v, l), h)
			}
		},
	}
}
