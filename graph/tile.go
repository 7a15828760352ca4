package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Tile puts copies of each sample behind one another along each axis, as NumPy's
// and ONNX' tile do: a b → a b a b.
//
// Input (N, d0, d1, …); output (N, d0·Repeats[0], d1·Repeats[1], …).
type Tile struct {
	Repeats []int // a number for each axis, without the batch, at least 1
}

var _ Layer = Tile{}

func (l Tile) String() string { return Literal(l) }

// Build wants a number for each axis.
func (l Tile) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	if err := wantEach("Repeats", l.Repeats, in); err != nil {
		return s.Fail(err)
	}
	for i, r := range l.Repeats {
		if r < 1 || r > mostValues/in[i] {
			return s.Fail(badField("Repeats", "of at least 1 and at most 2³¹ values", l.Repeats))
		}
	}
	if err := wantRoom("Repeats", in, l.Repeats); err != nil {
		return s.Fail(err)
	}
	axes := make([][]int, len(in))
	for i, r := range l.Repeats {
		if r > 1 {
			axes[i] = repeated(in[i], r)
		}
	}
	return s.op(ir.Select{Name: "tile", Axes: axes}, x)
}

// repeated are n places, so many times.
func repeated(n, times int) []int {
	places := make([]int, n*times)
	for i := range places {
		places[i] = i % n
	}
	return places
}

// wantRoom reports repeats in the field of that name that make too many values.
func wantRoom(field string, in Shape, repeats []int) error {
	size := in.TotalSize()
	for _, r := range repeats {
		if r > mostValues/size {
			return badField(field, fmt.Sprintf("that make at most 2³¹ values of %v", in), repeats)
		}
		size *= r
	}
	return nil
}
