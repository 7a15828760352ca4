package f32

import "math"

// Curve is a function of one number and its derivative. At and Slope are in
// float64; both are NaN at NaN and have their limits at the infinities. [Apply]
// and [Grad] are their vector forms.
type Curve struct {
	Name  string
	At    func(x float64) float64
	Slope func(x float64) float64

	tied    func(dx, g, y []float32) // the gradient from the value y, or nil
	plain   func(y, x []float32)     // applyGo in a loop of its own, or nil
	many    func(y, x []float32)     // At of each, where that is worth a loop of its own, or nil
	kernels *curveKernels            // nil where there are none
	p, q, r float32                  // what they take besides x
}

// Apply is a curve of each of some floats:
//
//	y[i] = c(x[i])
//
// y may be x. Generic Go computes in float64 and rounds: all but Tanh, which is within
// 0.51, as At says. The other levels are
// within so many units in the last place of that, denormals among them:
//
//	0  ReLU6, and Leaky where x > 0; all of plaincurve.go but Exponential
//	1  Leaky where x < 0, Exponential
//	2  Softsign, ELU and SELU where x > 0
//	3  Sigmoid, Tanh, Softplus, HardSwish, ELU and SELU where x < 0
//	4  SiLU, GELUTanh
//	5  GELU, Mish
//
// but for HardSigmoid, which is within 2^-23 of it. AVX2, AVX-512 and NEON give
// the same bits. It panics where the lengths differ.
func Apply(c Curve, y, x []float32) {
	check(len(x) == len(y), "Apply: lengths differ")
	switch {
	case len(y) == 0:
	case c.many != nil:
		c.many(y, x)
	default:
		apply(c, y, x)
	}
}

// applyGo computes the value at 0 once: where channels lie last, what pads them is
// zero, and that is much of an image of few channels.
func applyGo(c Curve, y, x []float32) {
	if c.plain != nil {
		c.plain(y, x)
		return
	}
	zero := float32(c.At(0))
	for i, v := range x {
		if math.Float32bits(v) == 0 { // -0 is another
			y[i] = zero
			continue
		}
		y[i] = float32(c.At(float64(v)))
	}
}

// Grad is the gradient of x from that of y = c(x):
//
//	dx[i] = c'(x[i])·g[i]
//
// dx may be g or x. The slopes of levels above generic Go are within 3·2^-23 of
// those in float64, or within that times the slope where it is above 1. It
// panics where the lengths differ.
func Grad(c Curve, dx, g, x []float32) {
	check(len(g) == len(dx) && len(x) == len(dx), "Grad: lengths differ")
	if len(dx) > 0 {
		grad(c, dx, g, x)
	}
}

func gradGo(c Curve, dx, g, x []float32) {
	zero := c.Slope(0)
	for i, v := range x {
		slope := zero
		if math.Float32bits(v) != 0 {
			slope = c.Slope(float64(v))
		}
		dx[i] = float32(slope * float64(g[i]))
	}
}

// Tied says whether the slope of the curve is a short function of its value, so
// that TiedGrad takes no exponential.
func (c Curve) Tied() bool { return c.tied != nil }

// TiedGrad is Grad from the value y = c(x) in place of x, for a curve that is Tied:
// within 4·2^-24 of the slopes in float64, and that times the gradient. On every
// level it is generic Go. dx may be g or y. It panics where the lengths differ, or
// the curve is not Tied.
func TiedGrad(c Curve, dx, g, y []float32) {
	check(len(g) == len(dx) && len(y) == len(dx), "TiedGrad: lengths differ")
	check(c.Tied(), "TiedGrad: want a curve whose slope is a function of its value")
	c.tied(dx, g, y)
}

// ReLU6 is min(max(x, 0), 6), with a derivative of 0 at 0 and 6.
var ReLU6 = Curve{
	Name:  "ReLU6",
	At:    func(x float64) float64 { return math.Min(math.Max(x, 0), 6) },
	Slope: func(x float64) float64 { return step(x, x > 0 && x < 6) },

	kernels: lineKernels, p: 1, q: 0, r: 6,
}

// ELU is x where x > 0 and alpha·(exp(x)-1) elsewhere.
func ELU(alpha float64) Curve { return scaledELU("ELU", 1, alpha) }

// SELU is Klambauer's scaled ELU, whose constants keep a mean of 0 and a
// variance of 1 (arXiv:1706.02515).
var SELU = scaledELU("SELU", 1.0507009873554804934193349852946, 1.6732632423543772848170429916717)

func scaledELU(name string, scale, alpha float64) Curve {
	return Curve{
		Name: name,
		At: func(x float64) float64 {
			if x > 0 {
				return scale * x
			}
			return scale * alpha * math.Expm1(x)
		},
		Slope: func(x float64) float64 {
			if x > 0 {
				return scale
			}
			return scale * alpha * math.Exp(x)
		},

		kernels: eluKernels, p: float32(scale), q: float32(scale * alpha),
	}
}

// GELU is x·Φ(x), Φ the distribution of the standard normal.
var GELU = gated("GELU", 40, geluKernels,
	func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) },
	func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) },
)

// GELUTanh is GELU with Φ(x) ≈ (1 + tanh(√(2/π)·(x + 0.044715·x³)))/2, which is
// a logistic function.
var GELUTanh = gated("GELUTanh", 40, geluTanhKernels,
	func(x float64) float64 { return logisticOf(geluTanh(x)) },
	func(x float64) float64 {
		return logisticSlope(geluTanh(x)) * 2 * math.Sqrt(2/math.Pi) * (1 + 3*0.044715*x*x)
	},
)

func geluTanh(x float64) float64 { return 2 * math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x) }

// SiLU is x/(1 + exp(-x)).
var SiLU = gated("SiLU", 800, siluKernels, logisticOf, logisticSlope)

// Mish is x·tanh(log(1 + exp(x))). With n = exp(2x) + 2·exp(x) the tanh is
// n/(n+2): nothing is taken from anything of its size.
var Mish = gated("Mish", 800, mishKernels,
	func(x float64) float64 {
		if x > 40 { // exp(2x) might overflow
			return 1
		}
		n := math.Exp(x) * (math.Exp(x) + 2)
		return n / (n + 2)
	},
	func(x float64) float64 {
		if x > 40 {
			return 4 * math.Exp(-2*x)
		}
		n := math.Exp(x) * (math.Exp(x) + 2)
		return 4 * (n + 1) / (n + 2) / (n + 2) * logisticOf(x)
	},
)

// gated is x·g(x), where g grows from 0 to 1, all of it in float64 within
// ±beyond: there the products with an infinite x, or with one that overflows,
// have their limits.
func gated(name string, beyond float64, kernels *curveKernels, g, slope func(float64) float64) Curve {
	return Curve{
		Name: name,
		At: func(x float64) float64 {
			switch {
			case x > beyond:
				return x
			case x < -beyond:
				return 0
			}
			return x * g(x)
		},
		Slope: func(x float64) float64 {
			switch {
			case x > beyond:
				return 1
			case x < -beyond:
				return 0
			}
			return g(x) + x*slope(x)
		},

		kernels: kernels,
	}
}

// HardSigmoid is slope·x + 0.5, cut at 0 and 1, where the derivative is 0.
func HardSigmoid(slope float64) Curve {
	line := func(x float64) float64 { return slope*x + 0.5 }
	return Curve{
		Name:  "HardSigmoid",
		At:    func(x float64) float64 { return math.Min(math.Max(line(x), 0), 1) },
		Slope: func(x float64) float64 { y := line(x); return slope * step(x, y > 0 && y < 1) },

		kernels: lineKernels, p: float32(slope), q: 0.5, r: 1,
	}
}

// HardSwish is x·min(max(x+3, 0), 6)/6, with a derivative of 0 at -3 and of 1
// at 3.
var HardSwish = Curve{
	Name: "HardSwish",
	At: func(x float64) float64 {
		switch {
		case x <= -3:
			return 0
		case x >= 3:
			return x
		}
		return x * (x + 3) / 6
	},
	Slope: func(x float64) float64 {
		switch {
		case x <= -3:
			return 0
		case x >= 3:
			return 1
		}
		return (2*x + 3) / 6
	},

	kernels: hardSwishKernels,
}

// Sigmoid is the logistic function 1/(1 + exp(-x)).
var Sigmoid = Curve{
	Name:    "Sigmoid",
	At:      logisticOf,
	Slope:   logisticSlope,
	kernels: sigmoidKernels,
	tied: func(dx, g, y []float32) {
		g, y = g[:len(dx)], y[:len(dx)]
		for i, v := range y {
			dx[i] = v * (1 - v) * g[i]
		}
	},
}

// Tanh is the hyperbolic tangent, whose derivative is four times that of Sigmoid
// at 2x.
var Tanh = Curve{
	Name:    "Tanh",
	At:      math.Tanh,
	Slope:   func(x float64) float64 { return 4 * logisticSlope(2*x) },
	kernels: tanhKernels,
	plain:   tanhGo,
	tied: func(dx, g, y []float32) {
		g, y = g[:len(dx)], y[:len(dx)]
		for i, v := range y {
			dx[i] = (1 - v) * (1 + v) * g[i]
		}
	},
}

// Leaky is x where x > 0 and slope·x elsewhere, with a derivative of slope at 0.
func Leaky(slope float64) Curve {
	return Curve{
		Name: "Leaky",
		At: func(x float64) float64 {
			if x > 0 {
				return x
			}
			return slope * x
		},
		Slope: func(x float64) float64 {
			if x > 0 {
				return 1
			}
			return slope
		},

		kernels: leakyKernels, p: float32(slope),
	}
}

// Softplus is log(1 + exp(x)).
var Softplus = Curve{Name: "Softplus", At: softplusOf, Slope: logisticOf, kernels: softplusKernels}

// Softsign is x/(1 + |x|).
var Softsign = Curve{
	Name: "Softsign",
	At: func(x float64) float64 {
		if math.IsInf(x, 0) {
			return math.Copysign(1, x)
		}
		return x / (1 + math.Abs(x))
	},
	Slope: func(x float64) float64 { d := 1 + math.Abs(x); return 1 / d / d },

	kernels: softsignKernels,
}

func softplusOf(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
func logisticOf(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// logisticSlope is logisticOf(x)·logisticOf(-x), with one exponential, of what is
// never above 0.
func logisticSlope(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	return e / ((1 + e) * (1 + e))
}

// step is 1 where on, else 0, and NaN of NaN.
func step(x float64, on bool) float64 {
	switch {
	case x != x:
		return x
	case on:
		return 1
	}
	return 0
}
