package graph

import (
	"fmt"
	"path"
	"strings"

	"euryale/internal/ir"
)

// Node is an input of a network, a layer that is made of no others, or an op of
// one that is made of others besides.
type Node struct {
	Name   string   // no other has it: conv2d_1, residual_1/conv2d_1
	Type   string   // Input, or the layer's, such as Conv2D, or the op, such as sum
	Output Shape    // of one sample
	Params int      // values in its parameters
	Reads  []string // the nodes that it reads, in the order in which it first does
}

// Nodes are the network's, those inside of blocks in the place of the blocks: what
// a viewer of graphs wants, which folds nodes by the parts of their names. A
// Shared has nodes in each of its places, in the second under tower.2, each with
// the parameters that all share.
func (n *Network) Nodes() []Node {
	d := drawingTo(n, n.deepest())
	names := placeNames{map[*ir.Call]string{}, map[string]bool{}}
	nodes := make([]Node, len(d.boxes))
	for i, b := range d.boxes {
		nodes[i] = Node{Type: b.kind, Output: b.shape.Clone(), Params: b.params}
		switch {
		case b.call != nil:
			nodes[i].Name = names.of(b.call)
		case len(b.within) == 0: // an input
			nodes[i].Name = names.take(b.name)
		default:
			around := b.within[len(b.within)-1]
			nodes[i].Type = b.value.Op.String()
			nodes[i].Name = names.take(names.of(around) + "/" + plainName(nodes[i].Type))
			for _, x := range b.value.In {
				if _, ok := x.Op.(ir.Param); ok {
					nodes[i].Params += x.Shape.TotalSize()
				}
			}
		}
	}
	for _, e := range d.edges {
		nodes[e[1]].Reads = append(nodes[e[1]].Reads, nodes[e[0]].Name)
	}
	return nodes
}

// placeNames are the names of layers in their places, and all that are taken.
type placeNames struct {
	layers map[*ir.Call]string
	taken  map[string]bool
}

// of is the name of a layer in its place: its own, below that of the one around.
func (p placeNames) of(c *ir.Call) string {
	if name, ok := p.layers[c]; ok {
		return name
	}
	name := path.Base(c.Path)
	if around := bearer(c.Parent); around != nil {
		name = p.of(around) + "/" + name
	}
	p.layers[c] = p.take(name)
	return p.layers[c]
}

// take is the name, with a number behind it where it is taken.
func (p placeNames) take(name string) string {
	free := name
	for i := 2; p.taken[free]; i++ {
		free = fmt.Sprintf("%s.%d", name, i)
	}
	p.taken[free] = true
	return free
}

// plainName is an op's name without what parts names or is no letter or digit.
func plainName(op string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, op)
}
