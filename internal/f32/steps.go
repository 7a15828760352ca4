package f32

import "math"

// Steps are rounded after each operation, on each level: products are converted, since
// Go may fuse others with an addition, and does on arm64.

// AddScaled is y[i] += p·x[i], rounded twice: plain gradient descent, where p is
// less than 0. y may be x. It panics where the lengths differ.
func AddScaled(y, x []float32, p float32) {
	check(len(x) == len(y), "AddScaled: lengths differ")
	if len(y) > 0 {
		addScaled(y, x, p)
	}
}

func addScaledGo(y, x []float32, p float32) {
	for i, v := range x {
		y[i] += float32(p * v)
	}
}

// Mix is y[i] = keep·y[i] + take·x[i]. It panics where the lengths differ.
func Mix(y, x []float32, keep, take float32) {
	check(len(x) == len(y), "Mix: lengths differ")
	if len(y) > 0 {
		mix(y, x, keep, take)
	}
}

func mixGo(y, x []float32, keep, take float32) {
	for i, v := range x {
		y[i] = float32(keep*y[i]) + float32(take*v)
	}
}

// Momentum takes one step of gradient descent with momentum m:
//
//	m[i] = beta·m[i] - rate·g[i]
//	w[i] += m[i]
//
// It panics where the lengths differ.
func Momentum(w, g, m []float32, rate, beta float32) {
	check(len(g) == len(w) && len(m) == len(w), "Momentum: lengths differ")
	if len(w) > 0 {
		momentum(w, g, m, rate, beta)
	}
}

func momentumGo(w, g, m []float32, rate, beta float32) {
	for i, g := range g {
		v := float32(beta*m[i]) - float32(rate*g)
		m[i] = v
		w[i] += v
	}
}

// Nesterov is [Momentum] with Nesterov's look ahead:
//
//	m[i] = beta·m[i] - rate·g[i]
//	w[i] += beta·m[i] - rate·g[i]
//
// It panics where the lengths differ.
func Nesterov(w, g, m []float32, rate, beta float32) {
	check(len(g) == len(w) && len(m) == len(w), "Nesterov: lengths differ")
	if len(w) > 0 {
		nesterov(w, g, m, rate, beta)
	}
}

func nesterovGo(w, g, m []float32, rate, beta float32) {
	for i, g := range g {
		step := float32(rate * g)
		v := float32(beta*m[i]) - step
		m[i] = v
		w[i] += float32(beta*v) - step
	}
}

// LionStep is what one step of Lion depends on besides weights, gradient and
// mean.
type LionStep struct {
	Rate         float32
	Beta1, Beta2 float32 // the mean's share in the step, and in itself
	C1, C2       float32 // 1-Beta1 and 1-Beta2, rounded by the caller
}

// Lion takes one step of Lion (arXiv:2302.06675) for weights w with gradient g
// and mean m. For each i
//
//	w[i] -= Rate·sign(Beta1·m[i] + C1·g[i])
//	m[i] = Beta2·m[i] + C2·g[i]
//
// The sign of 0 is 0, that of NaN NaN. It panics where the lengths differ.
func Lion(w, g, m []float32, s LionStep) {
	check(len(g) == len(w) && len(m) == len(w), "Lion: lengths differ")
	if len(w) > 0 {
		lion(w, g, m, s)
	}
}

func lionGo(w, g, m []float32, s LionStep) {
	for i, g := range g {
		sign := float32(s.Beta1*m[i]) + float32(s.C1*g)
		switch {
		case sign > 0:
			sign = 1
		case sign < 0:
			sign = -1
		}
		w[i] -= float32(s.Rate * sign)
		m[i] = float32(s.Beta2*m[i]) + float32(s.C2*g)
	}
}

// RMSpropStep is what one step of RMSprop depends on besides weights, gradient
// and what it keeps of them.
type RMSpropStep struct {
	Rate      float32
	Rho, Rest float32 // how much of each mean is kept, and 1-Rho, rounded by the caller
	Epsilon   float32 // added to the variance
	Beta      float32 // of the momentum
}

// RMSprop takes one step of RMSprop for weights w with gradient g, mean square v
// and, unless they are nil, momentum m and mean. For each i
//
//	v[i] = Rho·v[i] + Rest·g[i]²
//	mean[i] = Rho·mean[i] + Rest·g[i]
//	m[i] = Beta·m[i] + Rate·g[i] / √(max(v[i] - mean[i]², 0) + Epsilon)
//	w[i] -= m[i]
//
// It panics where the lengths differ.
func RMSprop(w, g, v, m, mean []float32, s RMSpropStep) {
	n := len(w)
	check(len(g) == n && len(v) == n && (m == nil || len(m) == n) && (mean == nil || len(mean) == n), "RMSprop: lengths differ")
	if n > 0 {
		rmsprop(w, g, v, m, mean, s)
	}
}

func rmspropGo(w, g, v, m, mean []float32, s RMSpropStep) {
	for i, g := range g {
		v[i] = float32(s.Rho*v[i]) + float32(s.Rest*(g*g))
		variance := v[i]
		if mean != nil {
			mean[i] = float32(s.Rho*mean[i]) + float32(s.Rest*g)
			if variance -= float32(mean[i] * mean[i]); variance < 0 { // by rounding
				variance = 0
			}
		}
		d := s.Rate * g / float32(math.Sqrt(float64(variance+s.Epsilon)))
		if m != nil {
			d = float32(s.Beta*m[i]) + d
			m[i] = d
		}
		w[i] -= d
	}
}

// SumSquares is Σ x[i]², in float64.
func SumSquares(x []float32) float64 {
	if len(x) == 0 {
		return 0
	}
	return sumSquares(x)
}

func sumSquaresGo(x []float32) (sum float64) {
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}
