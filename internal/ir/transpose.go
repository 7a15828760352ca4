package ir

import (
	"fmt"
	"strings"
)

// Transpose puts the axes of a sample in another order: the i-th is what was
// axis Axes[i].
type Transpose struct{ Axes []int }

func (t Transpose) String() string {
	return "transpose " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(t.Axes)), ","), "[]")
}

// Infer wants as many axes as there are in Axes.
func (t Transpose) Infer(in []Shape) (Shape, error) {
	if len(in[0]) != len(t.Axes) {
		return nil, mismatch(fmt.Sprintf("samples of %d axes", len(t.Axes)), in[0])
	}
	out := make(Shape, len(t.Axes))
	for i, a := range t.Axes {
		out[i] = in[0][a]
	}
	return out, nil
}
