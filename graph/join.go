package graph

import (
	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// The joiners.
const (
	// Sum adds values of one shape.
	Sum = joiner("Sum")
	// Product multiplies values of one shape, number by number. Beside images
	// (N, C, H, W) it takes one number for each of their channels,
	// (N, C, 1, 1), as squeeze-and-excitation makes them.
	Product = joiner("Product")
	// Maximum is the largest of values of one shape, number by number. The
	// first of equal ones gets the gradient.
	Maximum = joiner("Maximum")
	// Concat puts values behind one another: the channels of images of one
	// size, (N, C1, H, W), (N, C2, H, W), … → (N, C1+C2+…, H, W), or
	// vectors.
	Concat = joiner("Concat")
)

// joiner is a Joiner known by its name.
type joiner string

var _ Joiner = joiner("")

func (j joiner) String() string { return string(j) }

func (j joiner) known() bool {
	switch j {
	case Sum, Product, Maximum, Concat:
		return true
	}
	return false
}

// Join wants at least one value.
func (j joiner) Join(s *Scope, x []*Value) *Value {
	switch j {
	case Concat:
		return s.op(ir.Concat{}, x...)
	case Product:
		return s.op(ir.Join{By: ir.Product}, x...)
	case Maximum:
		return s.op(ir.Join{By: ir.Maximum}, x...)
	case Sum:
		return s.op(ir.Join{By: ir.Sum}, x...)
	}
	return s.Fail(errors.Errorf("want a joiner Sum, Product, Maximum or Concat, got %q", string(j)))
}
