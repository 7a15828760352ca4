package graph

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"

	G "gorgonia.org/gorgonia"
)

// A TapeMachine merges nodes whose 32-bit hashes are equal, without comparing
// them, and a graph those whose ops and shapes are equal besides, without
// comparing what they read. So the hash of each node that is copied is foretold
// and, if another node has it, changed.

// hashes are those of the nodes of a graph.
type hashes map[uint32]bool

// hashesOf are the hashes of the nodes that a graph has already.
func hashesOf(g *G.ExprGraph) hashes {
	all := hashes{}
	for _, n := range g.AllNodes() {
		all[n.Hashcode()] = true
	}
	return all
}

// take takes a hash, and reports whether it was free.
func (h hashes) take(hash uint32) bool {
	if h[hash] {
		return false
	}
	h[hash] = true
	return true
}

// foretell is the hash that a copy of n will have, as Gorgonia's Node.WriteHash
// computes it. A node without an op of its own goes by its name.
func foretell(n *G.Node, name string, op G.Op, from G.Nodes) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%v%v", n.Type(), n.Shape())
	if op == nil {
		h.Write([]byte(name))
	} else {
		op.WriteHash(h)
	}
	h.Write([]byte{byte(len(from))})
	for _, c := range from {
		binary.Write(h, binary.LittleEndian, c.Hashcode())
	}
	return h.Sum32()
}

// wrapper is an op of this package around another.
type wrapper interface {
	G.Op
	inner() G.Op
	salt(id uint64) G.Op // the wrapper with another hash
}

// bare is an op without what this package has put around it.
func bare(op G.Op) G.Op {
	for {
		w, ok := op.(wrapper)
		if !ok {
			return op
		}
		op = w.inner()
	}
}

// salt is op with another hash.
func salt(op G.Op) G.Op {
	if w, ok := op.(wrapper); ok {
		return w.salt(lastID.Add(1))
	}
	return numbered{Op: op, id: lastID.Add(1)}
}

// hashcode is the hash of an op alone.
func hashcode(op interface{ WriteHash(hash.Hash) }) uint32 {
	h := fnv.New32a()
	op.WriteHash(h)
	return h.Sum32()
}
