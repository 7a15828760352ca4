package graph

import (
	"fmt"
	"slices"

	"euryale/internal/ir"
)

// Reduction is how a Reduce makes one number of several.
type Reduction uint8

const (
	// ReduceMean is their mean.
	ReduceMean Reduction = iota
	// ReduceSum is their sum.
	ReduceSum
	// ReduceMax is the largest one. The first of equal ones gets the gradient;
	// NaN is larger than any number.
	ReduceMax
	// ReduceMin is the smallest one. The first of equal ones gets the gradient;
	// NaN is smaller than any number.
	ReduceMin
)

func (r Reduction) String() string {
	if r > ReduceMin {
		return fmt.Sprintf("Reduction(%d)", uint8(r))
	}
	return [...]string{"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"}[r]
}

// Reduce makes one number of all along some axes of each sample.
//
//	graph.Reduce{Axes: []int{1, 2}}                      // as GlobalAverage
//	graph.Reduce{By: graph.ReduceMax, Axes: []int{-1}, Keep: true} // (N, C, H, W) → (N, C, H, 1)
//
// Input (N, …); output without these axes or, with Keep, with sides of 1.
type Reduce struct {
	By   Reduction // ReduceMean (0), ReduceSum, ReduceMax or ReduceMin
	Axes []int     // counted from 0 without the batch, below 0 from the end; none means all
	Keep bool      // the axes stay, with one element each; without it one axis must be left
}

var _ Explainer = Reduce{}

func (r Reduce) String() string { return Literal(r) }

// Build wants the axes, and one that stays.
func (r Reduce) Build(s *Scope, x *Value) *Value {
	if r.By > ReduceMin {
		return s.Fail(badField("By", "ReduceMean, ReduceSum, ReduceMax or ReduceMin", uint8(r.By)))
	}
	in := x.Shape()
	axes, err := wantAxes("Axes", r.Axes, in)
	if err != nil {
		return s.Fail(err)
	}
	if len(axes) == len(in) && !r.Keep {
		return s.Fail(badField("Axes", "without one that stays, or Keep", r.Axes))
	}
	if slices.Equal(axes, []int{1, 2}) && len(in) == 3 && (r.By == ReduceMean || r.By == ReduceMax) {
		return r.overPixels(s, x)
	}
	by := [...]ir.Reduction{ir.MeanOf, ir.SumOf, ir.MaxOf, ir.MinOf}[r.By]
	return s.op(ir.Reduce{By: by, Axes: axes, Keep: r.Keep}, x)
}

// overPixels is of all pixels of an image, for which there are ops.
func (r Reduce) overPixels(s *Scope, x *Value) *Value {
	var op ir.Op = ir.MeanImage{}
	if r.By == ReduceMax {
		op = ir.MaxImage{}
	}
	y := s.op(op, x)
	if r.Keep {
		y = s.op(ir.Reshape{To: Shape{x.Shape()[0], 1, 1}}, y)
	}
	return y
}

// Explain shows how many numbers become one.
func (r Reduce) Explain(in Shape) Arithmetic {
	axes, _ := wantAxes("Axes", r.Axes, in)
	n := 1
	for _, a := range axes {
		n *= in[a]
	}
	return Arithmetic{Lines: []string{fmt.Sprintf("one of each %s numbers", group(n))}}
}
