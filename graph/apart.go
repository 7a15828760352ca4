package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Each step of a program is declared on a graph of its own, where no node of its
// can be taken for one of another's, and copied from there; and so is the
// gradient of each of its ops.

// apart declares nodes of a step, or of its gradient, on a graph of their own,
// behind stand-ins for in, and copies what they make into the program's graph.
func (b *build) apart(in G.Nodes, step int, back bool, declare func(in G.Nodes) (G.Nodes, error)) (G.Nodes, error) {
	own := G.NewGraph()
	if !b.raw {
		defer b.unplaced.On(own)()
		defer b.among().On(own)()
	}
	c := newCopier(b.g, b.taken)
	c.wrap = func(op G.Op, _ *G.Node) G.Op {
		if b.raw {
			return righted(op)
		}
		return numbered{Op: op, id: lastID.Add(1), step: step, back: back, build: b}
	}
	stands := make(G.Nodes, len(in))
	for i, n := range in {
		stands[i] = c.standIn(own, n)
	}
	made, err := declare(stands)
	if err != nil {
		return nil, err
	}
	for _, n := range own.AllNodes() {
		if isStatement(n) {
			c.copy(n) // a Read of a user's function
		}
	}
	out := make(G.Nodes, len(made))
	for i, n := range made {
		out[i] = c.copy(n)
	}
	return out, c.err
}

// standIn is what stands for n in another graph: a constant for a constant,
// since ops look at those, and an input for anything else.
func (c *copier) standIn(own *G.ExprGraph, n *G.Node) *G.Node {
	opts := []G.NodeConsOpt{G.In(own), G.WithType(n.Type()), G.WithShape(n.Shape()...), G.WithName(standInName())}
	if n.Op() != nil && len(children(n)) == 0 {
		opts = append(opts, G.WithOp(n.Op()), G.WithValue(n.Value()))
	}
	stand := G.NewUniqueNode(opts...)
	c.done[stand] = n
	return stand
}

// standInName is a name that no user's function gives to a node of its own.
func standInName() string { return fmt.Sprintf("euryale's input #%d", lastID.Add(1)) }
