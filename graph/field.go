package graph

import (
	"fmt"
	"math"
)

// firstError is the first of some that is there.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// aboveZero is a field of a layer for which 0 means its default.
func aboveZero(field string, v, zero float64) (float64, error) {
	switch {
	case v == 0:
		return zero, nil
	case !(v > 0) || math.IsInf(v, 0):
		return 0, badField(field, fmt.Sprintf("above 0, or 0 for %.4g", zero), v)
	}
	return v, nil
}

// wantFinite reports a field that is not.
func wantFinite(field string, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return badField(field, "that is finite", v)
	}
	return nil
}
