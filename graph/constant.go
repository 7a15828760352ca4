package graph

import "math/rand/v2"

// Constant is one value everywhere.
type Constant struct {
	Value float64
}

var _ Initializer = Constant{}

func (c Constant) String() string { return Literal(c) }

// Draw fills w.
func (c Constant) Draw(_ *rand.Rand, _ Shape, w []float64) {
	for i := range w {
		w[i] = c.Value
	}
}

func (c Constant) check() error { return wantFinite("Value", c.Value) }
