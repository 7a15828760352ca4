package f32

import "math"

// tanhGo is the hyperbolic tangent, in float64: with e = exp(2x) - 1,
//
//	tanh(x) = e/(e + 2)
//
// With 2x = k·log(2) + r it is e = 2^k·(exp(r) - 1) + (2^k - 1), so that nothing is
// taken from anything of its size where x is small, and exp(r) - 1 a Taylor series
// that is within 1e-9 of itself for |r| ≤ log(2)/2. Rounded, that is within 0.51 units
// in the last place of the tangent.
func tanhGo(y, x []float32) {
	const (
		beyond = 20           // there it is ±1
		whole  = 3 << 51      // what is added to it is rounded to a whole number
		bias   = 1023         // of the exponent of a float64
		part   = 52           // bits below it
		double = 2 / math.Ln2 // k for x
	)
	y = y[:len(x)]
	for i, v := range x {
		if v == 0 { // what pads channels; and -0 is another
			y[i] = v
			continue
		}
		z := float64(min(max(v, -beyond), beyond))
		shifted := z*double + whole
		power := math.Float64frombits(math.Float64bits(shifted)<<part + bias<<part)
		r := 2*z - (shifted-whole)*math.Ln2
		r2 := r * r
		series := 1 + r/2 + r2*(1./6+r/24) + r2*r2*(1./120+r/720+r2*(1./5040+r/40320))
		e := power*(r*series) + (power - 1)
		y[i] = float32(e / (e + 2))
	}
}
