package onnx

import (
	"fmt"
	"slices"
	"strings"
)

// Dim is a size that may depend on the batch N: A·N + B. N is at least 1 and the same
// everywhere in a Graph.
type Dim struct{ A, B int }

// Fixed returns the size n, whatever the batch.
func Fixed(n int) Dim { return Dim{B: n} }

// Batch is the size N.
var Batch = Dim{A: 1}

// IsFixed reports whether d does not depend on the batch.
func (d Dim) IsFixed() bool { return d.A == 0 }

// At returns the size for a batch of n.
func (d Dim) At(n int) int { return d.A*n + d.B }

// String is as in "N", "2N", "N+1", "3".
func (d Dim) String() string {
	switch {
	case d.A == 0:
		return fmt.Sprint(d.B)
	case d.B == 0 && d.A == 1:
		return "N"
	case d.B == 0:
		return fmt.Sprintf("%dN", d.A)
	}
	return fmt.Sprintf("%v%+d", Dim{A: d.A}, d.B)
}

// Shape is the size of each dimension. A scalar has none.
type Shape []Dim

// FixedShape returns a shape that does not depend on the batch.
func FixedShape(sizes ...int) Shape {
	s := make(Shape, len(sizes))
	for i, n := range sizes {
		s[i] = Fixed(n)
	}
	return s
}

// IsFixed reports whether no size depends on the batch.
func (s Shape) IsFixed() bool {
	for _, d := range s {
		if !d.IsFixed() {
			return false
		}
	}
	return true
}

// At returns the sizes for a batch of n.
func (s Shape) At(n int) []int {
	sizes := make([]int, len(s))
	for i, d := range s {
		sizes[i] = d.At(n)
	}
	return sizes
}

// Equal reports whether the sizes are the same for each batch.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// String is as in "(N, 3, 224, 224)"; of one dimension "(3,)", as NumPy writes it.
func (s Shape) String() string {
	names := make([]string, len(s))
	for i, d := range s {
		names[i] = d.String()
	}
	if len(s) == 1 {
		return "(" + names[0] + ",)"
	}
	return "(" + strings.Join(names, ", ") + ")"
}
