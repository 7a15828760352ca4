package graph

import (
	"fmt"
	"math"
)

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
