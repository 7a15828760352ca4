package graph

import (
	"fmt"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/lower"
)

// build is a program in the making. Its passes run in the order of compile.
type build struct {
	net     *Network
	config  ProgramConfig
	whole   int // samples of the batch, of which the config has a share
	options lower.Options

	values     []*ir.Value // the network's and the losses', each behind its inputs
	targetVals []*ir.Value
	weightVals []*ir.Value // how much each sample counts in a loss, or nil where that does not ask
	lossVals   []*ir.Value // one for each output with a loss
	total      *ir.Value
	keptVals   []*ir.Value // as ProgramConfig.Keep names them
	steps      []*lower.Step
	g          *G.ExprGraph
	nodes      map[place]*G.Node
	readers    map[place]int
	forks      map[place]*fork
	taken      hashes                  // of the graph's nodes
	sums       *sums                   // of gradients
	now        map[*ir.Value]*ir.Value // what stands for a value in the steps
	unplaced   *engine.Unplaced        // the ops' memory, until arrange
	draw       *engine.Draw            // of the random ops
	streams    map[string]int          // that a layer has, by its name
	raw        bool                    // the graph is somebody else's
	forward    bool                    // no gradients are wanted, not even in training
	inputs     G.Nodes                 // and what the program hands in and out, in the network's order
	targets    G.Nodes
	weights    G.Nodes // those of weightVals that are there
	outputs    G.Nodes
	kept       G.Nodes
	losses     G.Nodes
	grads      G.Nodes
	cost       *G.Node
	program    *Program
}

// place is a value in a layout.
type place struct {
	v      *ir.Value
	layout lower.Layout
}

func newBuild(n *Network, c ProgramConfig) *build {
	whole := c.Batch
	c.Batch = c.Share.size(whole)
	return &build{
		net: n, config: c, whole: whole, g: G.NewGraph(), values: append([]*ir.Value(nil), n.values...),
		nodes: map[place]*G.Node{}, readers: map[place]int{}, forks: map[place]*fork{},
		taken: hashes{}, sums: &sums{terms: map[*G.Node]G.Nodes{}}, unplaced: &engine.Unplaced{}, draw: &engine.Draw{}, streams: map[string]int{},
	}
}

// compile is the compiler: a list of passes over the build.
func (b *build) compile() (*Program, error) {
	// A loss of one's own is looked at on a graph of its own, under the lock.
	if err := b.plan(); err != nil {
		return nil, err
	}
	defer building.lock()()
	for _, pass := range []func() error{
		b.declare,       // steps → expression graph
		b.differentiate, // + gradients, in training
		b.checkShared,   // ranks add up what there is to add up
		b.guard,         // → a graph whose ops return errors where they would panic
		b.read,          // + what the program hands out
		b.assemble,      // → TapeMachine
		b.arrange,       // + memory
	} {
		if err := pass(); err != nil {
			return nil, err
		}
	}
	return b.program, nil
}

// plan runs the passes that need no nodes.
func (b *build) plan() error {
	if err := b.attachLosses(); err != nil { // + targets, losses and their sum
		return err
	}
	return b.lower() // ops → steps
}

// attachLosses adds the targets, the losses, and their weighted sum.
func (b *build) attachLosses() error {
	losses, err := b.config.losses(b.net)
	if err != nil || losses == nil {
		return err
	}
	var weights []float64
	for i, l := range losses {
		if l.Loss == nil {
			continue
		}
		v, err := b.attachLoss(l.Loss, b.net.outputs[i])
		if err != nil {
			return errors.WithMessagef(err, "%v: output of %s", l.Loss, b.net.nameOf(b.net.outputs[i]))
		}
		b.lossVals = append(b.lossVals, v)
		weights = append(weights, l.weight())
	}
	parts := append([]*ir.Value{}, b.lossVals...)
	if parts, err = b.addPenalties(parts); err != nil {
		return err
	}
	for len(weights) < len(parts) {
		weights = append(weights, 1)
	}
	b.total = parts[0]
	if len(weights) > 1 || weights[0] != 1 {
		b.total, err = ir.New(ir.Total{Weights: weights}, nil, parts...)
		b.values = append(b.values, b.total)
	}
	return err
}

// addPenalties adds what the weights cost that are trained, to a list of losses.
func (b *build) addPenalties(parts []*ir.Value) ([]*ir.Value, error) {
	for _, v := range b.net.values {
		p, ok := v.Op.(ir.Param)
		if !ok || p.Role != ir.Trained || p.Penalty == (ir.Penalty{}) {
			continue
		}
		cost, err := ir.New(p.Penalty, v.Call, v)
		if err != nil {
			return nil, err
		}
		parts, b.values = append(parts, cost), append(b.values, cost)
	}
	return parts, nil
}

func (b *build) attachLoss(l Loss, output *ir.Value) (_ *ir.Value, err error) {
	defer recovered(&err)
	dt, shape, err := l.Target(output.Shape, b.net.config.Dtype)
	if err != nil {
		return nil, err
	}
	name := b.net.nameOf(output)
	target := &ir.Value{Op: ir.Target{Name: name, Labels: dt == tensor.Int}, Shape: shape}
	s := &Scope{call: &ir.Call{Layer: l, Path: "loss of " + name}, names: map[string]bool{}}
	weights := &ir.Value{Op: ir.Weights{Name: name}, Shape: Shape{}}
	s.counts = &Value{v: weights, scope: s}
	y, err := s.build([]*Value{{v: output, scope: s}, {v: target, scope: s}}, func(s *Scope, x []*Value) *Value { return l.Build(s, x[0], x[1]) })
	if err != nil {
		return nil, errors.Cause(unfailed(err))
	}
	if len(y.v.Shape) != 0 {
		return nil, errors.Errorf("want a scalar of Build, got %s", printShape("N", y.v.Shape))
	}
	if len(s.call.Params) > 0 {
		return nil, errors.New("want a loss without weights")
	}
	b.targetVals = append(b.targetVals, target)
	b.values = append(b.values, target)
	b.add(y.v)
	if !slices.Contains(b.values, weights) { // nothing of the loss reads them
		weights = nil
	}
	b.weightVals = append(b.weightVals, weights)
	return y.v, nil
}

// unfailed is the error that a layer returned, without the layer.
func unfailed(err error) error {
	var f *failure
	if errors.As(err, &f) {
		return f.err
	}
	return err
}

// add adds v and what it is made of, so far as that is new.
func (b *build) add(v *ir.Value) {
	for _, old := range b.values {
		if old == v {
			return
		}
	}
	for _, x := range v.In {
		b.add(x)
	}
	b.values = append(b.values, v)
}

// lower cuts the ops into steps.
func (b *build) lower() error {
	kept := map[*ir.Value]string{}
	for _, name := range b.config.Keep {
		v, err := b.net.made(name)
		if err != nil {
			return err
		}
		kept[v] = name
		b.keptVals = append(b.keptVals, v)
	}
	read := map[*ir.Value]string{}
	for v, name := range kept {
		read[v] = name + " is kept"
	}
	for _, v := range append(append([]*ir.Value{}, b.net.outputs...), b.lossVals...) {
		read[v] = "an output"
	}
	b.options = lower.Options{
		Training: b.config.Mode == Training, Fused: b.net.engine() == Fused,
		Read: func(v *ir.Value) string { return read[v] },
	}
	b.steps, b.now = lower.Lower(b.values, b.options)
	return nil
}

// made is the output of the layer of the given name.
func (n *Network) made(name string) (*ir.Value, error) {
	var v *ir.Value
	for _, c := range n.calls {
		if c.Path != name || framingOf(c.Layer).bare {
			continue
		}
		if v != nil {
			return nil, errors.Errorf("program: want a layer to keep that is used once, got %q, which is shared", name)
		}
		v = c.Out
	}
	if v == nil {
		return nil, errors.Errorf("program: want a layer of the network to keep, one of %v, got %q", n.LayerNames(), name)
	}
	return v, nil
}

// differentiate adds the gradient of the loss by each trained parameter.
func (b *build) differentiate() (err error) {
	defer recovered(&err)
	if b.config.Mode != Training || b.forward {
		return nil
	}
	var weights G.Nodes
	for v, p := range b.net.paramsInOrder() {
		if p.Role == Trained {
			n, ok := b.nodes[place{v: v}]
			if !ok {
				return errors.Errorf("program: weight %s does not reach the loss", p.Name)
			}
			weights = append(weights, n)
		}
	}
	if len(weights) == 0 {
		return nil
	}
	if b.grads, err = G.Grad(b.cost, weights...); err != nil {
		if b.sums.err != nil {
			return b.sums.err // Gorgonia's says it among all nodes of the graph
		}
		if why := b.noGradient(weights); why != nil {
			return why
		}
		return errors.Wrap(err, "program: differentiating the loss by the weights")
	}
	for i, w := range weights {
		b.sums.check(w, b.grads[i])
	}
	if b.sums.merged {
		return errMerged
	}
	return nil
}

// errMerged says that Gorgonia has taken two nodes for one. Declared again, all
// have other hashes.
var errMerged = errors.New("program: Gorgonia took two sums of gradients for one")

// noGradient names the first op that a weight reaches, and that reaches the
// loss, through which no gradient comes back.
func (b *build) noGradient(weights G.Nodes) error {
	counts, reached := map[*G.Node]bool{b.cost: true}, map[*G.Node]bool{}
	for _, w := range weights {
		reached[w] = true
	}
	all := b.g.AllNodes() // each behind its inputs
	for i := len(all) - 1; i >= 0; i-- {
		for j, c := range children(all[i]) {
			counts[c] = counts[c] || counts[all[i]] && differentiable(all[i], j)
		}
	}
	for _, n := range all {
		for j, c := range children(n) {
			if reached[c] && counts[n] && !differentiable(n, j) {
				return errors.Errorf("%s: Gorgonia's %s has no gradient by its input %d: below it no weight can be trained", b.layerOf(n), title(bare(n.Op())), j+1)
			}
			reached[n] = reached[n] || reached[c] && differentiable(n, j)
		}
	}
	return nil
}

// differentiable reports whether n's op has a gradient by its input i.
func differentiable(n *G.Node, i int) bool {
	op, ok := n.Op().(G.SDOp)
	if !ok {
		return false
	}
	by := op.DiffWRT(len(children(n)))
	return i < len(by) && by[i]
}

// layerOf names the layer that a node belongs to.
func (b *build) layerOf(n *G.Node) string {
	at, _ := stepOf(n)
	if at < 0 {
		return "loss"
	}
	return b.stepName(b.steps[at])
}

// stepOf is the step that a node belongs to, and whether it is of its gradient:
// the one that declared it or, for what is added to the graph, the last one
// whose nodes it reads; -1 where there is none.
func stepOf(n *G.Node) (at int, back bool) {
	if op, ok := n.Op().(numbered); ok {
		return op.step, op.back
	}
	at = -1
	for _, c := range children(n) {
		if op, ok := c.Op().(numbered); ok {
			at, back = max(at, op.step), back || op.back
		}
	}
	return at, back
}

// stepName is the layers of a step and, if it is one, its printed form.
func (b *build) stepName(s *lower.Step) string {
	calls := stepCalls(s)
	if len(calls) == 0 {
		return "loss"
	}
	if len(calls) == 1 {
		return fmt.Sprintf("%s: %v", calls[0].Path, calls[0].Layer)
	}
	name := ""
	for i, c := range calls {
		if i > 0 {
			name += " + "
		}
		name += c.Path
	}
	return name
}

// stepCalls are the layers that a step stands for, in order.
func stepCalls(s *lower.Step) []*ir.Call {
	var calls []*ir.Call
	for _, v := range s.Values {
		if c := bearer(v.Call); c != nil && (len(calls) == 0 || calls[len(calls)-1] != c) {
			calls = append(calls, c)
		}
	}
	return calls
}
