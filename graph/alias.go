package graph

import (
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// Gorgonia's Reshape and Slice return the memory of their input under another
// shape, and its elementwise ops write over an input that no later op reads. It
// does not know that the two are one: after y = tanh(x), r = Reshape(y), the
// gradient of tanh squares y in place, and whoever reads r later, such as the
// gradient of a matrix product, reads y². So whatever op returns memory of an
// input, its result is copied, but for those below, where no other op reads the
// original, and where the program does, as it does its weights, nobody writes.

// mayAlias reports whether n may be left in the memory of its input. outside
// are the nodes that the program reads.
func mayAlias(n *G.Node, outside map[*G.Node]bool) bool {
	if !aliases(n.Op()) {
		return false
	}
	c := children(n)[0]
	for isTap(c) && readers(c) == 1 { // which is gone in the program
		c = children(c)[0]
	}
	own := len(children(c)) > 0 && !outside[c]
	return readers(c) == 1 && (own || kept(n))
}

func readers(n *G.Node) int { return n.Graph().To(n.ID()).Len() }

func isTap(n *G.Node) bool {
	_, ok := n.Op().(tap)
	return ok
}

// kept reports whether no reader of n writes to it.
func kept(n *G.Node) bool {
	for it := n.Graph().To(n.ID()); it.Next(); {
		r := it.Node().(*G.Node)
		if isTap(r) || aliases(r.Op()) {
			if !kept(r) {
				return false
			}
			continue
		}
		if _, ok := bare(r.Op()).(engine.Keeper); !ok {
			return false
		}
	}
	return true
}

// aliases reports whether op returns the memory of its input and need not be
// copied.
func aliases(op G.Op) bool {
	switch typeOf(op) {
	case "gorgonia.sliceOp", "*gorgonia.sliceOp":
		return true
	}
	return reshapes(op)
}

func reshapes(op G.Op) bool {
	t := typeOf(op)
	return t == "gorgonia.reshapeOp" || t == "*gorgonia.reshapeOp"
}

// view is what a reshape has made, and of what. Inputs and most of our ops are
// the same tensor in every run, and then it is the same again.
type view struct {
	made, of *tensor.Dense
	shape    tensor.Shape // of what was made
}

// viewOf is an empty view if n reshapes what is the same in every run, else nil.
func viewOf(n *G.Node) *view {
	if !reshapes(n.Op()) {
		return nil
	}
	c := children(n)[0]
	for isTap(c) {
		c = children(c)[0]
	}
	if _, ok := bare(c.Op()).(engine.Owner); !ok && c.Op() != nil {
		return nil
	}
	return &view{}
}

// again is what was made of the same tensor before, nil where there is nothing
// or somebody has changed it.
func (w *view) again(in []G.Value) G.Value {
	if w == nil || w.made == nil || in[0] != G.Value(w.of) || w.of.Uintptr() != w.made.Uintptr() || !slices.Equal(w.made.Shape(), w.shape) {
		return nil
	}
	return w.made
}

// keep notes what was made.
func (w *view) keep(v G.Value, in []G.Value) {
	if w == nil {
		return
	}
	of, ok := in[0].(*tensor.Dense)
	made, ok2 := v.(*tensor.Dense)
	if ok && ok2 && of.Uintptr() == made.Uintptr() {
		*w = view{made, of, made.Shape().Clone()}
	}
}

// shares reports whether v lies in the memory of one of the others.
func shares(v G.Value, in []G.Value) bool {
	if v == nil {
		return false
	}
	from, size := v.Uintptr(), v.MemSize()
	for _, x := range in {
		if x != nil && x.Uintptr() < from+size && from < x.Uintptr()+x.MemSize() {
			return true
		}
	}
	return false
}
