package graph

import (
	"math"

	"euryale/internal/ir"
)

// GaussianNoise adds numbers from a normal distribution around 0 to its input,
// drawn anew in each training step and for each sample, as Keras' of that name.
//
//	y = x + Deviation·z
//
// In inference, and below a Frozen, y = x, and no step of the program does it.
// Numbers are drawn as a Dropout draws, and made normal by Box & Muller's rule
// in float64. Where a processor fuses products and sums, or has a logarithm of
// its own, z may differ in its last bits.
//
// Input (N, …); output the same.
type GaussianNoise struct {
	Deviation float64 // of the noise, in the input's unit; 0 is none
}

func (g GaussianNoise) String() string { return Literal(g) }

// Build takes any shape.
func (g GaussianNoise) Build(s *Scope, x *Value) *Value {
	switch {
	case !(g.Deviation >= 0) || math.IsInf(g.Deviation, 0):
		return s.Fail(badField("Deviation", "of at least 0", g.Deviation))
	case g.Deviation == 0:
		return x
	}
	return s.op(ir.Noise{Deviation: g.Deviation}, x)
}
