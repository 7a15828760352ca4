package onnx

import (
	"slices"

	"euryale/internal/onnx/schema"
)

// An If is read as a node that has the outputs of both branches as inputs behind its
// condition, those of then first. The branches' nodes are among the model's, marked.

// ifNode reads the branches of an If. Where they cannot be part of the graph around
// them, the If stays one of an unknown operator.
func (r *reader) ifNode(n *Node, ps []*schema.AttributeProto) error {
	branches := map[string]*schema.GraphProto{}
	for _, p := range ps {
		if p.GetType() == schema.AttributeProto_GRAPH && p.G != nil {
			branches[p.GetName()] = p.G
		}
	}
	inputs := slices.Clone(n.Inputs)
	for _, name := range []string{"then_branch", "else_branch"} {
		g := branches[name]
		if len(n.Inputs) != 1 || len(ps) != 2 || g == nil || len(g.Output) != len(n.Outputs) || len(g.Input)+len(g.SparseInitializer) > 0 || r.clashes(g) {
			r.unsupported("a subgraph (If)", n.Name, "")
			return nil
		}
		if err := r.branch(g); err != nil {
			return err
		}
		for _, out := range g.Output {
			inputs = append(inputs, out.GetName())
		}
	}
	n.Inputs = inputs
	return nil
}

// clashes reports whether a branch has a name that is taken: two branches of an If may
// have the same ones.
func (r *reader) clashes(g *schema.GraphProto) bool {
	for _, t := range g.Initializer {
		if r.defined[t.GetName()] != "" {
			return true
		}
	}
	for _, n := range g.Node {
		for _, out := range n.Output {
			if r.defined[out] != "" {
				return true
			}
		}
	}
	return false
}

func (r *reader) branch(g *schema.GraphProto) error {
	for _, t := range g.Initializer {
		if err := r.initializer(t); err != nil {
			return err
		}
	}
	for _, p := range g.Node {
		from := len(r.m.Nodes)
		if err := r.node(p); err != nil {
			return err
		}
		for _, n := range r.m.Nodes[from:] {
			n.Branch = true
		}
	}
	return nil
}

// foldIf folds the branch that an If takes, and no other.
func (f *folder) foldIf(c *call) error {
	condition := c.in[0].known
	if condition == nil || condition.sym != nil || condition.typ.IsFloat() || condition.len() != 1 {
		return c.run(operator{min: 1, max: 1, fold: func(c *call) error {
			return c.unsupported("its condition is not known when the model is loaded")
		}})
	}
	taken := c.n.Inputs[1:][:len(c.n.Outputs)]
	if condition.tensor().int(0) == 0 {
		taken = c.n.Inputs[1+len(c.n.Outputs):]
	}
	if err := f.foldBranch(taken); err != nil {
		return err
	}
	for i, name := range taken {
		if err := c.set(i, f.values[name]); err != nil {
			return err
		}
	}
	return nil
}

// foldBranch folds the nodes of branches that names need and that are not folded yet.
func (f *folder) foldBranch(names []string) error {
	var order []int
	for wanted := slices.Clone(names); len(wanted) > 0; {
		last := len(wanted) - 1
		i, ok := f.branches[wanted[last]]
		wanted = wanted[:last]
		if !ok {
			continue
		}
		n := f.m.Nodes[i]
		for _, out := range n.Outputs {
			delete(f.branches, out)
		}
		order = append(order, i)
		if n.OpType == "If" && n.Domain == "" && len(n.Inputs) > 0 { // which asks for its branches itself
			wanted = append(wanted, n.Inputs[0])
		} else {
			wanted = append(wanted, n.Inputs...)
		}
	}
	slices.Sort(order) // the model's is one in which they can be folded
	for _, i := range order {
		n := f.m.Nodes[i]
		f.checkOperators([]*Node{n})
		if err := f.node(n); err != nil {
			return err
		}
	}
	return nil
}

// isFlat reports whether an If has its branches among the model's nodes.
func (n *Node) isFlat() bool {
	return n.OpType == "If" && n.Domain == "" && len(n.Inputs) == 1+2*len(n.Outputs)
}
