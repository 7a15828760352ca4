package graph

import (
	"reflect"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// A graph takes two inputs of one name, type and shape for one, and two slices
// whose bounds agree modulo 256: what was declared second is then computed of
// the first. Such a node stands twice where a graph notes its edges.

// declaredTwice reports the first node of a function's graph that stands for
// two, and of which the second may have been another.
func declaredTwice(g *G.ExprGraph) error {
	v := reflect.ValueOf(g)
	leaves, ok := field(v, "leaves")
	if !ok {
		return nil
	}
	seen := map[*G.Node]bool{}
	for _, n := range leaves.Interface().(G.Nodes) {
		if seen[n] && n.Op() == nil {
			return errors.Errorf("two nodes are called %q, and Gorgonia takes them for one: want a name each", n.Name())
		}
		seen[n] = true
	}
	to, ok := field(v, "to")
	if !ok {
		return nil
	}
	for c, readers := range to.Interface().(map[*G.Node]G.Nodes) {
		edges := map[*G.Node]int{}
		for _, r := range readers {
			edges[r]++
		}
		for r, n := range edges {
			if t := typeOf(r.Op()); n > 1 && (t == "gorgonia.sliceOp" || t == "*gorgonia.sliceOp") && long(c) {
				return errors.Errorf("a Slice of %v is declared twice, or two whose bounds agree modulo 256, which Gorgonia takes for one: reshape to axes of at most 256 first", c.Shape())
			}
		}
	}
	return nil
}

// long reports whether an axis of n has more positions than a byte has values.
func long(n *G.Node) bool {
	for _, d := range n.Shape() {
		if d > 256 {
			return true
		}
	}
	return false
}
