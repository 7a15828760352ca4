package graph

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// The joiners.
const (
	// Sum adds values, number by number. Their shapes are one, or NumPy's rules
	// make them one, over the axes of a sample: sides are compared from the
	// last on, and one of 1, or one that is not there, goes with any other. To
	// an image (N, C, H, W) may be added (N, C, 1, 1), (N, W), or both.
	Sum = joiner("Sum")
	// Difference is the first of two values less the second, with shapes as of
	// Sum.
	Difference = joiner("Difference")
	// Product multiplies values, with shapes as of Sum, such as an image and one
	// number for each of its channels, (N, C, 1, 1), as squeeze-and-excitation
	// makes them.
	Product = joiner("Product")
	// Quotient is the first of two values by the second, with shapes as of Sum.
	Quotient = joiner("Quotient")
	// Maximum is the largest of values, with shapes as of Sum. The first of
	// equal ones gets the gradient. NaN is larger than any number.
	Maximum = joiner("Maximum")
	// Minimum is the smallest of values, with shapes as of Sum. The first of
	// equal ones gets the gradient. NaN is smaller than any number.
	Minimum = joiner("Minimum")
	// Power is the first of two values to the power of the second, with shapes
	// as of Sum. It is NaN where the first is below 0 and the second no whole
	// number, and has no gradient by the second where the first is 0.
	Power = joiner("Power")
	// MatMul is the product of the matrices along the last two axes of two
	// values, (N, …, M, K) and (N, …, K, P) → (N, …, M, P). The axes before
	// them broadcast as those of Sum.
	MatMul = joiner("MatMul")
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
	_, ok := combinations[j]
	return ok || j == Concat || j == MatMul
}

// combinations are the joiners that work number by number, as ops.
var combinations = map[joiner]ir.Combination{
	Sum: ir.Sum, Difference: ir.Minus, Product: ir.Product, Quotient: ir.Over, Maximum: ir.Maximum, Minimum: ir.Minimum, Power: ir.Raised,
}

// ofTwo are the joiners of two values in their order.
var ofTwo = []joiner{Difference, Quotient, Power, MatMul}

// Join wants at least one value.
func (j joiner) Join(s *Scope, x []*Value) *Value {
	if slices.Contains(ofTwo, j) && len(x) != 2 {
		return s.Fail(&ShapeError{Want: "two values", Got: fmt.Sprint(len(x))})
	}
	switch j {
	case Concat:
		return s.op(ir.Concat{}, x...)
	case MatMul:
		return s.op(ir.MatMuls{}, x...)
	}
	by, ok := combinations[j]
	if !ok {
		return s.Fail(errors.Errorf("want a joiner Sum, Difference, Product, Quotient, Maximum, Minimum, Power, MatMul or Concat, got %q", string(j)))
	}
	return combine(s, by, x)
}

// combine joins values by one op where that takes their shapes, and else two by
// two.
func combine(s *Scope, by ir.Combination, x []*Value) *Value {
	shapes := make([]Shape, len(x))
	for i, v := range x {
		shapes[i] = v.Shape()
	}
	if together := (ir.Join{By: by}); together.Takes(shapes) {
		return s.op(together, x...)
	}
	y := x[0]
	for _, v := range x[1:] {
		y = s.op(ir.Broadcast{By: by}, y, v)
	}
	return y
}
