package engine

import "math"

// Pairing is a function of two numbers.
type Pairing struct {
	Name   string
	At     func(a, b float64) float64
	Slopes func(a, b float64) (da, db float64) // its derivatives
}

// The pairings. Of equal numbers the first is the largest and the smallest, and
// gets the gradient; NaN is both.
var (
	Addition = Pairing{
		Name:   "Add",
		At:     func(a, b float64) float64 { return a + b },
		Slopes: func(_, _ float64) (da, db float64) { return 1, 1 },
	}
	Subtraction = Pairing{
		Name:   "Subtract",
		At:     func(a, b float64) float64 { return a - b },
		Slopes: func(_, _ float64) (da, db float64) { return 1, -1 },
	}
	Multiplication = Pairing{
		Name:   "Multiply",
		At:     func(a, b float64) float64 { return a * b },
		Slopes: func(a, b float64) (da, db float64) { return b, a },
	}
	Division = Pairing{
		Name:   "Divide",
		At:     func(a, b float64) float64 { return a / b },
		Slopes: func(a, b float64) (da, db float64) { return 1 / b, -a / b / b },
	}
	Larger = Pairing{
		Name: "Larger",
		At: func(a, b float64) float64 {
			if secondIsLarger(a, b) {
				return b
			}
			return a
		},
		Slopes: func(a, b float64) (da, db float64) { return either(secondIsLarger(a, b)) },
	}
	Smaller = Pairing{
		Name: "Smaller",
		At: func(a, b float64) float64 {
			if secondIsLarger(-a, -b) {
				return b
			}
			return a
		},
		Slopes: func(a, b float64) (da, db float64) { return either(secondIsLarger(-a, -b)) },
	}
	// Raising is a^b. Where a is 0 its derivative by b is 0.
	Raising = Pairing{
		Name: "Raise",
		At:   math.Pow,
		Slopes: func(a, b float64) (da, db float64) {
			if b != 0 {
				da = b * math.Pow(a, b-1)
			}
			if a != 0 || b < 0 {
				db = math.Pow(a, b) * math.Log(a)
			}
			return da, db
		},
	}
)

// secondIsLarger reports whether b is the larger one. NaN is larger than any
// number.
func secondIsLarger(a, b float64) bool { return b > a || b != b && a == a }

// either is the derivatives of a choice.
func either(second bool) (da, db float64) {
	if second {
		return 0, 1
	}
	return 1, 0
}
