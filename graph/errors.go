package graph

import (
	"fmt"

	"github.com/pkg/errors"
)

// ShapeError says which layer cannot take the input that it is given.
type ShapeError struct {
	Layer string // the layer's name, such as conv2d_2
	Op    string // the layer's printed form
	Want  string
	Got   string
	Chain string // the layers before it, with their shapes
}

func (e *ShapeError) Error() string {
	s := fmt.Sprintf("want %s, got %s", e.Want, e.Got)
	if e.Layer != "" {
		s = fmt.Sprintf("%s: %s: %s", e.Layer, e.Op, s)
	}
	if e.Chain != "" {
		s += "; so far " + e.Chain
	}
	return s
}

// mismatch is a ShapeError on an input of shape got. Its layer is filled in by New.
func mismatch(want string, got Shape) error {
	return &ShapeError{Want: want, Got: printShape("N", got)}
}

// badField is the error of a layer's field that is out of range.
func badField(field, want string, got any) error {
	return &ShapeError{Want: fmt.Sprintf("%s %s", field, want), Got: fmt.Sprint(got)}
}

// recovered turns a panic into the error of the function that defers it.
// Gorgonia panics on much that a caller can get wrong.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = errors.Errorf("%v", r)
	}
}
