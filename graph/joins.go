package graph

import (
	"fmt"
	"hash"
	"sync/atomic"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// A value that several steps read gets its gradient from all of them. Gorgonia
// adds these up two by two, in the order of a sort's tie-break, on one core.
// Here each reader reads through a tap of its own, which marks the gradient
// that comes back through it; in the program's graph the taps are gone, and the
// additions of marked gradients are one sum, in the order in which the readers
// were declared.
//
// A tap also keeps Gorgonia from taking two readers for one: it tells them
// apart by hashes that leave out some of what they do.

// tap is its input, for one of several readers; or, on the way back, the
// gradient from that reader.
type tap struct {
	fork  uint64 // of the value
	index int    // of the reader
	id    uint64
	back  bool
	sums  *sums // of gradients
}

var (
	_      G.SDOp = tap{}
	lastID atomic.Uint64
)

func (t tap) Arity() int { return 1 }
func (t tap) Type() hm.Type {
	a := hm.TypeVariable('a')
	return hm.NewFnType(a, a)
}

func (t tap) InferShape(d ...G.DimSizer) (tensor.Shape, error) {
	s, ok := d[0].(tensor.Shape)
	if !ok {
		return nil, fmt.Errorf("tap: want a shape, got %T", d[0])
	}
	return s.Clone(), nil
}

// Do copies, for a graph that keeps its taps: Gorgonia would write over what
// others still read.
func (t tap) Do(in ...G.Value) (G.Value, error) { return G.CloneValue(in[0]) }

func (t tap) ReturnsPtr() bool     { return false }
func (t tap) CallsExtern() bool    { return false }
func (t tap) OverwritesInput() int { return -1 }
func (t tap) DiffWRT(int) []bool   { return []bool{true} }

func (t tap) String() string        { return fmt.Sprintf("tap#%d", t.id) }
func (t tap) WriteHash(h hash.Hash) { fmt.Fprint(h, t.String()) }

func (t tap) Hashcode() uint32 { return hashcode(t) }

// SymDiff marks the gradient.
func (t tap) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	t.sums.check(out, grad)
	t.back, t.id = true, lastID.Add(1)
	g, err := G.ApplyOp(t, grad)
	t.sums.add(in, []bool{true}, G.Nodes{g})
	return G.Nodes{g}, err
}

// fork is a node with several readers, and how many have read it.
type fork struct {
	id   uint64
	read int
	sums *sums // of gradients
}

// branch is the node for the next reader.
func (f *fork) branch(n *G.Node) (*G.Node, error) {
	if f.id == 0 {
		f.id = lastID.Add(1)
	}
	f.read++
	return G.ApplyOp(tap{fork: f.id, index: f.read - 1, id: lastID.Add(1), sums: f.sums}, n)
}

// marked are the gradients that n is the sum of, if it is a sum of gradients of
// one value: by reader.
func marked(n *G.Node) map[int]*G.Node {
	all := map[int]*G.Node{}
	var id uint64
	var collect func(*G.Node) bool
	collect = func(n *G.Node) bool {
		if t, ok := n.Op().(tap); ok && t.back {
			if id != 0 && id != t.fork || all[t.index] != nil {
				return false
			}
			id = t.fork
			all[t.index] = children(n)[0]
			return true
		}
		from := children(n)
		if len(from) != 2 || fmt.Sprintf("%T", n.Op()) != "gorgonia.elemBinOp" {
			return false
		}
		return collect(from[0]) && collect(from[1])
	}
	if _, ok := n.Op().(tap); ok || !collect(n) {
		return nil
	}
	return all
}

// joined is the copy of a node that is a tap or a sum of marked gradients, and
// nil of any other.
func (c *copier) joined(n *G.Node) *G.Node {
	if _, ok := n.Op().(tap); ok {
		return c.copy(children(n)[0])
	}
	var terms G.Nodes
	all := marked(n)
	for i := 0; len(terms) < len(all); i++ {
		if g, ok := all[i]; ok {
			terms = append(terms, c.copy(g))
		}
	}
	switch len(terms) {
	case 0:
		return nil
	case 1:
		return terms[0]
	}
	return c.sum(n, terms)
}

// sum adds up terms in their order.
func (c *copier) sum(n *G.Node, terms G.Nodes) *G.Node {
	scratch := newCopier(G.NewGraph(), hashes{})
	stands := make(G.Nodes, len(terms))
	for i, t := range terms {
		stands[i] = scratch.standIn(scratch.to, t)
	}
	sum, err := engine.Sum(stands...)
	if err != nil {
		c.fail(err)
		return terms[0]
	}
	op := sum.Op()
	if c.wrap != nil {
		op = c.wrap(op, n)
	}
	return c.apply(op, n, terms)
}
