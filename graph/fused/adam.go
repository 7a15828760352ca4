package fused

import (
	"euryale/graph/internal/f32"
	"euryale/graph/internal/parallel"
)

// AdamStep holds the numbers of one step of Adam.
type AdamStep struct {
	Rate         float64 // learning rate, bias corrections included
	Beta1, Beta2 float64 // decay of the means of g and g²
	Epsilon      float64
}

// Adam takes one step of Adam on the weights w, in place, on all cores:
//
//	m ← Beta1·m + (1-Beta1)·g    v ← Beta2·v + (1-Beta2)·g²    w ← w - Rate·m/(√v + Epsilon)
//
// All four have one length.
func Adam(w, g, m, v []float32, s AdamStep) {
	step := f32.AdamStep{
		Rate: float32(s.Rate), Beta1: float32(s.Beta1), Beta2: float32(s.Beta2),
		C1: float32(1 - s.Beta1), C2: float32(1 - s.Beta2), Epsilon: float32(s.Epsilon),
	}
	const piece = 1 << 14
	parallel.For((len(w)+piece-1)/piece, func(i int) {
		from, to := i*piece, min((i+1)*piece, len(w))
		f32.Adam(w[from:to], g[from:to], m[from:to], v[from:to], step)
	})
}
