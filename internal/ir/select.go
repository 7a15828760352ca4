package ir

import (
	"fmt"
	"slices"
)

// Select picks, along each axis of a sample, what its list says: element
// (i, j, …) is that of x at Axes[0][i], Axes[1][j], …, and Fill where one of these
// is -1. A list that is nil picks all. What it is for stands in its name.
type Select struct {
	Name string
	Axes [][]int
	Fill float64
}

func (s Select) String() string { return s.Name }

// Infer wants a list for each axis, of places that it has.
func (s Select) Infer(in []Shape) (Shape, error) {
	if len(s.Axes) != len(in[0]) {
		return nil, mismatch(fmt.Sprintf("samples of %d axes", len(s.Axes)), in[0])
	}
	out := in[0].Clone()
	for i, places := range s.Axes {
		if places == nil {
			continue
		}
		if len(places) == 0 {
			return nil, mismatch(fmt.Sprintf("something to be left of axis %d", i), in[0])
		}
		if last := slices.Max(places); last >= in[0][i] {
			return nil, mismatch(fmt.Sprintf("more than %d along axis %d", last, i), in[0])
		}
		out[i] = len(places)
	}
	return bounded(in[0], out)
}
