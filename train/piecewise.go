package train

import (
	"slices"

	"euryale/graph"
)

// Piecewise is a rate for each stretch of steps, PyTorch's MultiStepLR with
// factors of one's own: LearningRate before the first of At, and
// LearningRate·Factors[i] from step At[i] on. (Keras' PiecewiseConstantDecay
// has the new rate from the step after its boundary.)
type Piecewise struct {
	At      []int     // steps, rising
	Factors []float64 // one for each
}

var _ Schedule = Piecewise{}

func (s Piecewise) String() string { return graph.Literal(s) }

func (s Piecewise) check() error {
	c := settings{of: "piecewise"}
	c.want(len(s.At) > 0, "at least one step in At", "none")
	c.want(len(s.Factors) == len(s.At), "as many Factors as steps in At", len(s.Factors))
	c.want(slices.IsSorted(s.At), "steps that rise in At", s.At)
	c.want(len(s.At) == 0 || s.At[0] >= 0, "steps of 0 or more in At", s.At)
	for _, f := range s.Factors {
		c.want(f >= 0 && finite(f), "Factors of 0 or more", f)
	}
	return c.err
}

// Factor is that of the last of At that is not after the step.
func (s Piecewise) Factor(step int) float64 {
	factor := 1.0
	for i, at := range s.At {
		if step >= at && i < len(s.Factors) {
			factor = s.Factors[i]
		}
	}
	return factor
}
