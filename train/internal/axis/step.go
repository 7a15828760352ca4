package axis

import "math"

// step is 1, 2 or 5 times a power of ten.
type step struct{ digit, exponent int }

// floorStep is the power of ten that is at most x, which is above 0.
func floorStep(x float64) step {
	return step{1, int(math.Floor(math.Log10(x)))}
}

// next is the smallest that is larger.
func (s step) next() step {
	switch s.digit {
	case 1:
		return step{2, s.exponent}
	case 2:
		return step{5, s.exponent}
	}
	return step{1, s.exponent + 1}
}

func (s step) size() float64 { return float64(s.digit) * math.Pow10(s.exponent) }
