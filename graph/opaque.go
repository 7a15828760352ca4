package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// nodeFunc declares ops of Gorgonia's.
type nodeFunc = func(n ...*G.Node) (*G.Node, error)

// Func is a layer made of a function on Gorgonia's nodes: graph.Func(f). The
// function is given a batch of samples and returns one, using no weights. It is
// called once for each program, and before that to see what shape comes out.
//
// It has a graph of its own. What Gorgonia v0.9.18 computes wrongly there is
// computed right or refused, in so far as it can be seen: not that Norm takes
// no absolute values for other p than 2, that AveragePool1D is a maximum, or
// that two dilations of one convolution's input may be taken for one.
type Func func(x *G.Node) (*G.Node, error)

var _ Layer = Func(nil)

func (f Func) String() string { return Literal(f) }

// Build declares f.
func (f Func) Build(s *Scope, x *Value) *Value {
	if f == nil {
		return s.Fail(badField("a function", "that is not nil", "nil"))
	}
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return f(n[0]) }, x)
}

// Gorgonia is what a function makes of the nodes of x, batches and weights as
// they come: a batch again or, in a Loss, a scalar. It is called once for each
// program, with nodes of a graph that belongs to the call, and before that with
// batches of 2 to see the shape of what comes out.
func (s *Scope) Gorgonia(f func(n ...*G.Node) (*G.Node, error), x ...*Value) *Value {
	if f == nil || len(x) == 0 {
		return s.Fail(errors.New("want a function on nodes and values for it, got nil"))
	}
	in, err := s.values(x)
	if err != nil {
		return &Value{scope: s, err: err}
	}
	o := &ir.Opaque{F: f}
	o.Shape = func([]Shape) (Shape, error) { return opaqueShape(o, in) }
	return s.op(o, x...)
}

// opaqueShape declares a function on a graph of its own to see what comes out.
// It may hold constants of either element type.
func opaqueShape(o *ir.Opaque, in []*ir.Value) (Shape, error) {
	shape, err := scratch(o, in, tensor.Float32)
	if err != nil {
		other, e := scratch(o, in, tensor.Float64)
		if e == nil {
			return other, nil
		}
		var r *refusal // which says more than that types do not agree
		if errors.As(e, &r) {
			return nil, e
		}
	}
	return shape, err
}

func scratch(o *ir.Opaque, in []*ir.Value, dt tensor.Dtype) (_ Shape, err error) {
	defer building.lock()()
	defer recovered(&err)
	const batch = 2
	var leaves G.Nodes
	g := G.NewGraph()
	loss := false
	for _, v := range in {
		_, target := v.Op.(ir.Target)
		loss = loss || target
		leaves = append(leaves, leaf(g, standInName(), v, batch, dt))
	}
	y, err := o.F.(nodeFunc)(leaves...)
	switch {
	case err != nil:
		return nil, err
	case y == nil:
		return nil, errors.New("want a node of the function, got nil")
	}
	if err := refuse(g); err != nil {
		return nil, err
	}
	if err := unread(y, leaves, in); err != nil {
		return nil, err
	}
	o.Probabilities = endsInSoftmax(y)
	s := y.Shape()
	if loss && (y.IsScalar() || s.TotalSize() == 1) {
		return Shape{}, nil
	}
	if len(s) < 2 || s[0] != batch {
		return nil, errors.Errorf("want an output of %d samples like its input, got shape %v", batch, s)
	}
	for _, d := range s {
		if d < 1 {
			return nil, errors.Errorf("want output dimensions of at least 1, got %s", printShape("N", s[1:]))
		}
	}
	return s[1:].Clone(), nil
}

// unread reports the first of what a function was given that its result y does
// not depend on.
func unread(y *G.Node, leaves G.Nodes, in []*ir.Value) error {
	reached := map[*G.Node]bool{}
	var reach func(*G.Node)
	reach = func(n *G.Node) {
		if !reached[n] {
			reached[n] = true
			for _, c := range children(n) {
				reach(c)
			}
		}
	}
	reach(y)
	for i, n := range leaves {
		if reached[n] {
			continue
		}
		if p, ok := in[i].Op.(ir.Param); ok {
			return errors.Errorf("weight %s is declared and the function does not use it", p.Name)
		}
		return errors.Errorf("the function does not use what it is given as number %d, %s", i+1, printShape("N", in[i].Shape))
	}
	return nil
}

// endsInSoftmax reports whether n is a softmax, under whatever shape.
func endsInSoftmax(n *G.Node) bool {
	for n.Op() != nil && aliases(n.Op()) {
		n = children(n)[0]
	}
	return engine.IsSoftMax(n)
}

// leaf is a node without a value for v.
func leaf(g *G.ExprGraph, name string, v *ir.Value, batch int, dt tensor.Dtype) *G.Node {
	shape := batched(batch, v.Shape)
	switch o := v.Op.(type) {
	case ir.Param:
		shape = v.Shape.Clone()
	case ir.Target:
		if o.Labels {
			dt = tensor.Int
		}
	}
	return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName(name))
}

// declareOpaque declares an Opaque, on a graph of its own.
func (b *build) declareOpaque(v *ir.Value, in G.Nodes) (*G.Node, error) {
	y, err := v.Op.(*ir.Opaque).F.(nodeFunc)(in...)
	if err != nil {
		return nil, err
	}
	if y == nil {
		return nil, errors.New("want a node of the function, got nil")
	}
	return y, refuse(y.Graph())
}
