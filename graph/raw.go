package graph

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// Declare adds the network to a Gorgonia graph of one's own, behind x, a batch
// for each of its inputs, in the order of Inputs. It is made of Gorgonia's ops,
// as on the engine Gorgonia, and runs as in inference: a BatchNorm uses its
// running mean and variance. outputs are in the order of Outputs, weights in
// that of Params, on the network's own memory: who trains them trains the
// network. What their penalties cost is left to him.
func (n *Network) Declare(x ...*G.Node) (outputs, weights G.Nodes, err error) {
	defer building.lock()()
	defer recovered(&err)
	batch, err := n.checkRaw(x)
	if err != nil {
		return nil, nil, err
	}
	net := *n
	net.config.Engine = Gorgonia
	b := newBuild(&net, ProgramConfig{Batch: batch})
	b.g, b.raw = x[0].Graph(), true
	b.taken = hashesOf(b.g)
	if err := b.lower(); err != nil {
		return nil, nil, err
	}
	b.count()
	for i, v := range n.inputs {
		b.nodes[place{v: v}] = x[i]
	}
	if err := b.declareSteps(); err != nil {
		return nil, nil, err
	}
	for v := range n.paramsInOrder() {
		w, err := b.node(place{v: v})
		if err != nil {
			return nil, nil, err
		}
		weights = append(weights, w)
	}
	return b.planar(n.outputs), weights, nil
}

// checkRaw reports nodes that the network cannot be put behind, and is their
// batch.
func (n *Network) checkRaw(x []*G.Node) (batch int, err error) {
	if len(x) != len(n.inputs) {
		return 0, errors.Errorf("declare: want a node for each of %d inputs, got %d", len(n.inputs), len(x))
	}
	for i, p := range n.Inputs() {
		if x[i] == nil {
			return 0, errors.Errorf("declare: input %s: want a node, got nil", p.Name)
		}
		s := x[i].Shape()
		if len(s) == 0 || !slices.Equal(Shape(s[1:]), p.Shape) || x[i].Dtype() != n.config.Dtype {
			return 0, errors.Errorf("declare: input %s: want a batch %s of %v, got %v of %v", p.Name, printShape("N", p.Shape), n.config.Dtype, s, x[i].Dtype())
		}
		if batch = s[0]; batch != x[0].Shape()[0] {
			return 0, errors.Errorf("declare: input %s: want a batch of %d, as the first, got %d", p.Name, x[0].Shape()[0], batch)
		}
		if x[i].Graph() != x[0].Graph() {
			return 0, errors.Errorf("declare: input %s: want a node of the first input's graph", p.Name)
		}
	}
	return batch, nil
}
