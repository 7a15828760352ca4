package engine

import (
	"math"

	"euryale/internal/f32"
)

// column is the channels of one pixel.
type column[T float] struct {
	x      []T // from the first on
	stride int
	n      int
}

// pixel is the channels of x of which the first lies at at.
func pixel[T float](s channels, x []T, at int) column[T] {
	return column[T]{x[at:], s.area, s.c}
}

// at is channel k.
func (c column[T]) at(k int) float64 { return float64(c.x[k*c.stride]) }

// logSumExp is the largest of the channels, and the sum of the exponentials of
// their differences from it: log Σ exp x is the first plus the second's
// logarithm.
func (c column[T]) logSumExp() (top, sum float64) {
	if x, ok := any(c.x).([]float32); ok && c.stride == 1 && c.n >= longRow {
		top := f32.Largest(x[:c.n])
		return float64(top), f32.SumExp(x[:c.n], top)
	}
	top = math.Inf(-1)
	for k := range c.n {
		top = max(top, c.at(k))
	}
	for k := range c.n {
		sum += math.Exp(c.at(k) - top)
	}
	return top, sum
}
