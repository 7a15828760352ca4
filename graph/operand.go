package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Operand joins each sample with a parameter of the layer's own, the same for all
// samples:
//
//	y = x ∘ operand, or operand ∘ x with Left
//
// where ∘ is Join. The shapes broadcast as those of the joiner. It is what ONNX
// makes of an Add, Sub, Mul, Div, Max, Min or Pow with a constant, and the table
// of positions that a transformer adds.
//
//	graph.Operand{Join: graph.Product, Shape: graph.Shape{64, 1, 1}} // a factor for each channel
//
// Weights: operand (Shape).
type Operand struct {
	Join  Joiner      // Sum, Difference, Product, Quotient, Maximum, Minimum or Power
	Shape Shape       // of the operand
	Init  Initializer // nil means Zeros for Sum and Difference, and Ones for the others
	Fixed bool        // nobody trains it
	Left  bool        // it is the first of the two
}

var _ Explainer = Operand{}

func (o Operand) String() string { return Literal(o) }

// Build wants shapes that broadcast.
func (o Operand) Build(s *Scope, x *Value) *Value {
	j, _ := o.Join.(joiner)
	by, ok := combinations[j]
	if !ok {
		return s.Fail(badField("Join", "Sum, Difference, Product, Quotient, Maximum, Minimum or Power", fmt.Sprint(o.Join)))
	}
	if err := wantShape("Shape", o.Shape); err != nil {
		return s.Fail(err)
	}
	if _, ok := ir.BroadcastShapes(x.Shape(), o.Shape.Clone()); !ok { // before a weight is asked for
		return s.Fail(mismatch(fmt.Sprintf("a shape that broadcasts with %v, each side equal or 1 from the last on", o.Shape), x.Shape()))
	}
	p := ir.Param{Name: "operand", Role: ir.Trained, Init: o.Init}
	if o.Fixed {
		p.Role = ir.Frozen
	}
	if p.Init == nil {
		p.Init = Ones
		if j == Sum || j == Difference {
			p.Init = Zeros
		}
	}
	return s.op(ir.Broadcast{By: by, Reversed: o.Left}, x, s.param(p, o.Shape))
}

// Explain shows the parameters.
func (o Operand) Explain(Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("operand: %s", group(o.Shape.TotalSize()))}}
}

// wantShape reports a shape in the field of that name that no value has.
func wantShape(field string, s Shape) error {
	size := 1
	for _, d := range s {
		if d < 1 || d > mostValues/size {
			return badField(field, "of sides of at least 1 and at most 2³¹ values", s)
		}
		size *= d
	}
	if len(s) == 0 {
		return badField(field, "such as (16, 1, 1)", "()")
	}
	return nil
}
