package graph

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// Gorgonia's broadcasts repeat their operands in memory, take as many axes on
// both sides and four at most, and have a wrong gradient along some of them.

// pairings are how combinations are computed.
var pairings = map[ir.Combination]engine.Pairing{
	ir.Sum: engine.Addition, ir.Minus: engine.Subtraction, ir.Product: engine.Multiplication, ir.Over: engine.Division,
	ir.Maximum: engine.Larger, ir.Minimum: engine.Smaller, ir.Raised: engine.Raising,
}

// broadcast combines two values, with as many axes of both.
func (b *build) broadcast(v *ir.Value, o ir.Broadcast, in G.Nodes) (*G.Node, error) {
	p, ok := pairings[o.By]
	if !ok {
		return nil, errors.Errorf("nothing declares the combination %q", o.By)
	}
	operands := make(G.Nodes, 2)
	for i, x := range in {
		batch, sample := 1, v.In[i].Shape
		if !wholeShape(v.In[i]) {
			batch = b.config.Batch
		}
		var err error
		if operands[i], err = reshaped(x, batched(batch, widened(sample, len(v.Shape)))); err != nil {
			return nil, err
		}
	}
	if o.Reversed {
		slices.Reverse(operands)
	}
	return engine.Pairwise(operands[0], operands[1], p)
}

// wholeShape reports whether a value's shape has no batch to it.
func wholeShape(v *ir.Value) bool {
	_, param := v.Op.(ir.Param)
	return param || ir.IsDerived(v)
}

// widened is shape with sides of 1 before it, so that it has so many.
func widened(shape Shape, axes int) Shape {
	return append(Shape(slices.Repeat([]int{1}, axes-len(shape))), shape...)
}

// reshaped is x in another shape, and x itself where it has that.
func reshaped(x *G.Node, shape Shape) (*G.Node, error) {
	if slices.Equal(x.Shape(), shape) { // Eq takes (1, K) for (K)
		return x, nil
	}
	return G.Reshape(x, shape)
}

// rows has f compute on the last axis of x, with all axes before it as one.
func rows(x *G.Node, f func(x *G.Node) (*G.Node, error)) (*G.Node, error) {
	shape, last := x.Shape().Clone(), x.Dims()-1
	x, err := reshaped(x, Shape{shape.TotalSize() / shape[last], shape[last]})
	if err != nil {
		return nil, err
	}
	y, err := f(x)
	if err != nil {
		return nil, err
	}
	shape[last] = y.Shape()[1]
	return reshaped(y, shape)
}

// matMuls are the products of the matrices of two values, whose axes before
// these are repeated where they are 1.
func matMuls(a, b *G.Node) (*G.Node, error) {
	as, bs := a.Shape(), b.Shape()
	m, p := as[len(as)-2], bs[len(bs)-1]
	outer, ok := ir.BroadcastShapes(as[1:len(as)-2].Clone(), bs[1:len(bs)-2].Clone())
	if !ok {
		return nil, errors.Errorf("want axes that broadcast, got %v and %v", as, bs)
	}
	for _, x := range []**G.Node{&a, &b} {
		s := (*x).Shape()
		matrix := s[len(s)-2:].Clone()
		y, err := expand(*x, append(outer.Clone(), matrix...))
		if err == nil {
			*x, err = reshaped(y, append(Shape{s[0] * outer.TotalSize()}, matrix...))
		}
		if err != nil {
			return nil, err
		}
	}
	y, err := engine.MatMuls(a, b)
	if err != nil {
		return nil, err
	}
	return reshaped(y, batched(as[0], append(outer, m, p)))
}

// expand repeats the samples of x so that they have a shape.
func expand(x *G.Node, to Shape) (*G.Node, error) {
	from := widened(x.Shape()[1:].Clone(), len(to))
	if slices.Equal(from, to) {
		return reshaped(x, batched(x.Shape()[0], to))
	}
	steps := strides(from)
	for i, n := range from {
		if n == 1 {
			steps[i] = 0
		}
	}
	return strided(x, to, steps, 0)
}
