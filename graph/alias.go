package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"
)

// Gorgonia's Reshape and Slice return the memory of their input under another
// shape, and its elementwise ops write over an input that no later op reads.
// It does not know that the two are one: after y = tanh(x), r = Reshape(y), the gradient of tanh
// squares y in place, and whoever reads r later, such as the gradient of a matrix product, reads y².
// So an alias is copied where anybody else reads its original.

// unalias is the op of n, or one that copies its result if it would share the
// memory of an input that other ops read as well.
func unalias(n *G.Node) G.Op {
	op := n.Op()
	if !aliases(op) {
		return op
	}
	for _, c := range children(n) {
		if n.Graph().To(c.ID()).Len() > 1 {
			return copied{op}
		}
	}
	return op
}

// aliases reports whether op returns the memory of its input.
func aliases(op G.Op) bool {
	switch fmt.Sprintf("%T", op) {
	case "gorgonia.reshapeOp", "*gorgonia.reshapeOp", "gorgonia.sliceOp", "*gorgonia.sliceOp":
		return true
	}
	return false
}

// copied is an op whose result is copied into memory of its own.
type copied struct{ G.Op }

// Do runs the op and copies what it returns.
func (c copied) Do(in ...G.Value) (G.Value, error) {
	v, err := c.Op.Do(in...)
	if err != nil {
		return nil, err
	}
	return G.CloneValue(v)
}

// OverwritesInput is none, since the result is elsewhere.
func (copied) OverwritesInput() int { return -1 }
