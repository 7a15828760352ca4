package graph

import (
	"fmt"
	"slices"
)

// wantAxis is the axis of a sample of shape in that a field of that name asks for:
// below 0 it is counted from the end.
func wantAxis(field string, axis int, in Shape) (int, error) {
	n := len(in)
	if axis < -n || axis >= n {
		return 0, badField(field, fmt.Sprintf("from %d to %d, for a sample of %d axes", -n, n-1, n), axis)
	}
	if axis < 0 {
		axis += n
	}
	return axis, nil
}

// wantAxes are several axes, in order; none means all.
func wantAxes(field string, axes []int, in Shape) ([]int, error) {
	var all []int
	if len(axes) == 0 {
		for i := range in {
			all = append(all, i)
		}
	}
	for _, a := range axes {
		axis, err := wantAxis(field, a, in)
		if err != nil {
			return nil, err
		}
		if slices.Contains(all, axis) {
			return nil, badField(field, "of one axis each", axes)
		}
		all = append(all, axis)
	}
	slices.Sort(all)
	return all, nil
}

// wantEach reports a list in the field of that name that has not one number for
// each axis.
func wantEach(field string, list []int, in Shape) error {
	if len(list) != len(in) {
		return badField(field, fmt.Sprintf("with a number for each of %d axes", len(in)), list)
	}
	return nil
}
