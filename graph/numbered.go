package graph

import (
	"fmt"
	"hash"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// numbered is an op that no other hashes like. In the program's graph it
// declares its gradient apart.
type numbered struct {
	G.Op
	id    uint64
	step  int
	back  bool   // it is of a gradient
	build *build // nil in another's graph
}

var (
	_ wrapper = numbered{}
	_ G.SDOp  = numbered{}
)

func (n numbered) inner() G.Op { return n.Op }

func (n numbered) salt(id uint64) G.Op {
	n.id = id
	return n
}

// WriteHash is the op's own, and the number.
func (n numbered) WriteHash(h hash.Hash) {
	n.Op.WriteHash(h)
	fmt.Fprintf(h, "#%d", n.id)
}

// Hashcode is what a graph compares where the hashes of two nodes are equal.
func (n numbered) Hashcode() uint32 { return hashcode(n) }

// DiffWRT is the op's; an op that says nothing of gradients has none.
func (n numbered) DiffWRT(inputs int) []bool {
	if op, ok := n.Op.(G.SDOp); ok {
		if d := op.DiffWRT(inputs); len(d) == inputs {
			return d
		}
	}
	return make([]bool, inputs)
}

// SymDiff declares the gradients by the inputs.
func (n numbered) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	op, ok := n.Op.(G.SDOp)
	if !ok {
		return nil, errors.Errorf("%v has no gradient", n.Op)
	}
	if n.build == nil {
		return op.SymDiff(in, out, grad)
	}
	n.build.sums.check(out, grad)
	grads, err := n.build.apart(append(append(G.Nodes{}, in...), out, grad), n.step, true, func(s G.Nodes) (g G.Nodes, err error) {
		defer recovered(&err)
		return op.SymDiff(s[:len(in)], s[len(in)], s[len(in)+1])
	})
	if err != nil {
		err = errors.WithMessagef(err, "%s: the gradient of %s", n.build.stepName(n.build.steps[n.step]), title(n.Op))
		n.build.sums.err = err
		return nil, err
	}
	n.build.sums.add(in, n.DiffWRT(len(in)), grads)
	return grads, nil
}
