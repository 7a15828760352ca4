package graph

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// copier copies nodes and all that they depend on into another graph, in which
// no node of its can be taken for another.
type copier struct {
	to    *G.ExprGraph
	done  map[*G.Node]*G.Node
	taken hashes // of the nodes in to
	err   error  // the first

	wrap func(op G.Op, n *G.Node) G.Op // what becomes of n's op; nil means itself
	free map[*G.Node]bool              // inputs that get their values later
	join bool                          // taps vanish
}

func newCopier(to *G.ExprGraph, taken hashes) *copier {
	return &copier{to: to, done: map[*G.Node]*G.Node{}, taken: taken}
}

func (c *copier) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *copier) copy(n *G.Node) *G.Node {
	if n == nil {
		return nil
	}
	if m, ok := c.done[n]; ok {
		return m
	}
	if c.join && n.Op() != nil && !isStatement(n) {
		if m := c.joined(n); m != nil {
			c.done[n] = m
			return m
		}
	}
	var from G.Nodes
	for _, child := range children(n) {
		from = append(from, c.copy(child))
	}
	m := c.node(n, from)
	c.done[n] = m
	return m
}

// node copies n alone, onto the copies of its children.
func (c *copier) node(n *G.Node, from G.Nodes) *G.Node {
	switch {
	case isStatement(n):
		return G.NewUniqueNode(G.In(c.to), G.WithOp(n.Op()), G.WithChildren(from), G.WithName(n.Name()))
	case n.Op() == nil:
		return c.input(n)
	case len(from) == 0:
		return c.named(n, n.Name(), nil, n.Op()) // a constant, or a source of random numbers
	}
	op := n.Op()
	if c.wrap != nil {
		op = c.wrap(op, n)
	}
	return c.apply(op, n, from)
}

// input copies an input, under a name of its own.
func (c *copier) input(n *G.Node) *G.Node {
	v := n.Value()
	if v == nil && !c.free[n] {
		c.fail(errors.Errorf("input %q has no value: ask the Scope for a Weight, or bind one", n.Name()))
	}
	return c.named(n, n.Name(), v, nil)
}

// named is a node without inputs that is told from others by its name.
func (c *copier) named(n *G.Node, name string, v G.Value, op G.Op) *G.Node {
	unique := name
	for !c.taken.take(foretell(n, unique, nil, nil)) {
		unique = fmt.Sprintf("%s #%d", name, lastID.Add(1))
	}
	opts := append(c.like(n), G.WithName(unique))
	if op != nil {
		opts = append(opts, G.WithOp(op))
	}
	if v != nil {
		opts = append(opts, G.WithValue(v))
	}
	return G.NewUniqueNode(opts...)
}

// apply is the node of an op whose hash no other node of the graph has.
func (c *copier) apply(op G.Op, n *G.Node, from G.Nodes) *G.Node {
	for !c.taken.take(foretell(n, "", op, from)) {
		op = salt(op)
	}
	return G.NewUniqueNode(append(c.like(n), G.WithOp(op), G.WithChildren(from))...)
}

// like says that a node is of n's type and shape.
func (c *copier) like(n *G.Node) []G.NodeConsOpt {
	return []G.NodeConsOpt{G.In(c.to), G.WithType(n.Type()), G.WithShape(n.Shape()...)}
}

// children are the inputs of a node's op, in order. They are asked of the node:
// its graph numbers nodes anew when Gorgonia takes one out, as it does where it
// makes log1p of log(1+x), and then answers for another.
func children(n *G.Node) G.Nodes {
	if f, ok := field(reflect.ValueOf(n), "children"); ok {
		return slices.Clone(f.Interface().(G.Nodes))
	}
	var all G.Nodes
	for it := n.Graph().From(n.ID()); it.Next(); {
		all = append(all, it.Node().(*G.Node))
	}
	return all
}

// isStatement reports whether n is a statement, which yields no value.
func isStatement(n *G.Node) bool { return n.Op() != nil && n.Op().Type() == nil }

// typeOf is the name of an op's type: Gorgonia exports few of them.
func typeOf(op G.Op) string { return fmt.Sprintf("%T", bare(op)) }
