package graph

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// ShapeError says which layer cannot take the input that it is given.
type ShapeError struct {
	Layer string // the layer's name, such as conv2d_2 or residual_1/conv2d_2
	Op    string // the layer's printed form
	Want  string
	Got   string
	Chain string // the way to it, from the network's inputs, with shapes
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

// mismatch is a ShapeError on an input of shape got. Its layer is filled in by
// Compose.
func mismatch(want string, got Shape) error {
	return &ShapeError{Want: want, Got: printShape("N", got)}
}

// badField is the error of a layer's field that is out of range.
func badField(field, want string, got any) error {
	return &ShapeError{Want: fmt.Sprintf("%s %s", field, want), Got: fmt.Sprint(got)}
}

// shapeError is an op's Mismatch as a ShapeError, and any other error as it is.
func shapeError(err error) error {
	var m *ir.Mismatch
	if errors.As(err, &m) {
		return &ShapeError{Want: m.Want, Got: m.Got}
	}
	return err
}

// recovered turns a panic into the error of the function that defers it.
// Gorgonia panics on much that a caller can get wrong.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = errors.New(oneLine(r))
	}
}

// oneLine is a panic's value as text without line breaks.
func oneLine(r any) string { return strings.Join(strings.Fields(fmt.Sprint(r)), " ") }
