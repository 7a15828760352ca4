package graph

import (
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// Rebuild makes a network of the same layers and Config, each outermost layer as
// change returns it, nil meaning none: another head, a rate of Dropout, a Frozen
// around it.
//
//	net, err = net.Rebuild(func(name string, l graph.Layer) graph.Layer {
//		if name == "dense_2" {
//			return graph.Dense{Units: 5, Activation: graph.Softmax}
//		}
//		return l
//	})
//
// It starts with the weights of this one where name and shape are the same, and with
// drawn ones elsewhere. Details come along besides Figures and Tensors, and Classes
// where there are as many. A Chain is taken apart; the name of a Frozen is that of
// the layer in it, or of those, with commas. A layer keeps its name if a layer that
// is left out or put in does not change the count of its type.
func (n *Network) Rebuild(change func(name string, l Layer) Layer) (*Network, error) {
	if change == nil {
		return nil, errors.New("rebuild: want a function that says what becomes of each layer, got nil")
	}
	made := map[*ir.Value]*Value{}
	for _, v := range n.inputs {
		made[v] = Input(n.nameOf(v), v.Shape...)
	}
	for _, c := range n.unchained() {
		in := make([]*Value, len(c.In))
		for i, v := range c.In {
			in[i] = made[v]
		}
		if c.Joins {
			made[c.Out] = Join(c.Layer.(Joiner), in...)
			continue
		}
		made[c.Out] = in[0]
		if l := change(n.namesIn(c), c.Layer.(Layer)); l != nil {
			made[c.Out] = in[0].Then(l)
		}
	}
	outputs := make([]*Value, len(n.outputs))
	for i, v := range n.outputs {
		outputs[i] = made[v]
	}
	c := n.config
	c.Input = nil
	next, err := composeFilled(c, copies{n}, outputs)
	if err != nil {
		return nil, err
	}
	next.SetSteps(n.Steps())
	d := n.Details()
	d.Figures, d.Tensors = nil, nil
	if len(d.Classes) != next.outputs[0].Shape[0] {
		d.Classes = nil
	}
	return next, next.SetDetails(d)
}

// unchained are the outermost layers, and of a Chain those in it, in order.
func (n *Network) unchained() []*ir.Call {
	in := map[*ir.Call][]*ir.Call{}
	for _, c := range n.calls {
		in[c.Parent] = append(in[c.Parent], c)
	}
	var open func(c *ir.Call) []*ir.Call
	open = func(c *ir.Call) []*ir.Call {
		if !isChain(c.Layer) {
			return []*ir.Call{c}
		}
		var all []*ir.Call
		for _, inner := range in[c] {
			all = append(all, open(inner)...)
		}
		return all
	}
	var all []*ir.Call
	for _, c := range n.top() {
		all = append(all, open(c)...)
	}
	return all
}

func isChain(l any) bool {
	switch l.(type) {
	case Chain, *Chain:
		return true
	}
	return false
}

// namesIn is the name of a layer, or those of the layers in one that bears none.
func (n *Network) namesIn(c *ir.Call) string {
	if !framingOf(c.Layer).bare {
		return c.Path
	}
	var names []string
	for _, inner := range n.calls {
		if inner.Parent == c {
			names = append(names, n.namesIn(inner))
		}
	}
	return strings.Join(names, ", ")
}

// copies is the filler of a network that takes over the weights of another.
type copies struct{ from *Network }

func (copies) check(*Network) error { return nil }

func (c copies) fill(n *Network, v *ir.Value, name string, to any) error {
	p := c.from.named(name)
	if p == nil || !slices.Equal(p.Value.Shape(), v.Shape) {
		return draws{}.fill(n, v, name, to)
	}
	setFloats(to, floats(p.Value.Data()))
	return nil
}

// FreezeUntil makes a network whose layers up to the outermost one of that name are
// Frozen: it, and those that what it reads is made of. For more see Rebuild.
func (n *Network) FreezeUntil(layer string) (*Network, error) {
	below, err := n.below(layer)
	if err != nil {
		return nil, err
	}
	return n.Rebuild(func(name string, l Layer) Layer {
		if _, frozen := unfrozen(l); below[name] && !frozen {
			return Frozen{Layer: l}
		}
		return l
	})
}

// below are the names of a layer and of those that what it reads is made of.
func (n *Network) below(layer string) (map[string]bool, error) {
	all := n.unchained()
	made := map[*ir.Value]*ir.Call{}
	var at *ir.Call
	for _, c := range all {
		made[c.Out] = c
		if n.namesIn(c) == layer {
			at = c
		}
	}
	if at == nil {
		return nil, errors.Errorf("want one of the layers %s, got %q", strings.Join(n.LayerNames(), ", "), layer)
	}
	names := map[string]bool{}
	seen := map[*ir.Call]bool{}
	var walk func(c *ir.Call)
	walk = func(c *ir.Call) {
		if c == nil || seen[c] {
			return
		}
		seen[c] = true
		names[n.namesIn(c)] = true
		for _, x := range c.In {
			walk(made[x])
		}
	}
	walk(at)
	return names, nil
}
