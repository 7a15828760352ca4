package engine

import (
	"math"

	"euryale/internal/f32"
)

// Cut is what an op ends with where that costs nothing: the values are in the
// cache.
type Cut uint8

// The cuts.
const (
	Uncut     Cut = iota
	AtZero        // ReLU
	ZeroToSix     // ReLU6
)

// bounds are where values are cut.
func (c Cut) bounds() (low, high float32) {
	switch c {
	case AtZero:
		return 0, float32(math.Inf(1))
	case ZeroToSix:
		return 0, 6
	}
	return 0, 0
}

// apply cuts y.
func (c Cut) apply(y []float32) {
	switch c {
	case AtZero:
		f32.Rectify(y)
	case ZeroToSix:
		f32.Clamp(y, 0, 6)
	}
}

// gradient is that before the cut, of g and what the cut made.
func (c Cut) gradient(dst, g, made []float32) {
	switch c {
	case Uncut:
		copy(dst, g)
	case AtZero:
		f32.Unrectify(dst, g, made)
	case ZeroToSix:
		f32.Unclamp(dst, g, made, 0, 6)
	}
}
