package graph

import (
	"fmt"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// build is a program in the making. Its passes run in the order of compile.
type build struct {
	net    *Network
	config ProgramConfig
	draw   bool // the first declaration, which finds and draws the weights

	stages []stage
	g      *G.ExprGraph
	layer  map[*G.Node]int // the stage that declared a node

	input, target *G.Node
	weights       map[string]*G.Node
	outputs       map[string]*G.Node // by layer name
	cost          *G.Node
	grads         G.Nodes

	program *Program
}

// stage is what declares one node for one or more layers of the network. A
// lowering pass may put one stage in the place of several: it is named after
// the last of them, whose output it is.
type stage struct {
	placed
	lowered lowered // what declares it; nil means the layer itself
}

// String is what the stage declares.
func (s stage) String() string {
	if s.lowered != nil {
		return s.lowered.String()
	}
	return s.Layer.String()
}

func newBuild(n *Network, c ProgramConfig) *build {
	b := &build{
		net: n, config: c, g: G.NewGraph(), layer: map[*G.Node]int{},
		weights: map[string]*G.Node{}, outputs: map[string]*G.Node{},
	}
	for _, p := range n.layers {
		b.stages = append(b.stages, stage{placed: p})
	}
	return b
}

// compile is the compiler: a list of passes over the build.
func (b *build) compile() (*Program, error) {
	passes := []func() error{
		b.lower,         // layers → fused stages, where the engine has them
		b.declare,       // layers → expression graph
		b.attachLoss,    // + target and loss
		b.differentiate, // + gradients, in training
		b.guard,         // → a graph whose ops return errors where they would panic
		b.read,          // + what the program hands out
		b.assemble,      // → TapeMachine
	}
	for _, pass := range passes {
		if err := pass(); err != nil {
			return nil, err
		}
	}
	return b.program, nil
}

// declare lets each stage add itself to the graph.
func (b *build) declare() error {
	b.input = b.variable("input", b.net.Dtype, batched(b.config.Batch, b.net.Input))
	x := flow{node: b.input}
	for i, s := range b.stages {
		before := len(b.g.AllNodes())
		y, err := b.declareStage(s, x)
		if err != nil {
			return b.net.at(s.placed, err)
		}
		if i == len(b.stages)-1 || b.config.keeps(s.name) {
			if b.outputs[s.name], err = b.output(s, y); err != nil {
				return b.net.at(s.placed, err)
			}
		}
		for _, n := range b.g.AllNodes()[before:] {
			b.layer[n] = i
		}
		x = y
	}
	return nil
}

// output is the node of a stage's output in the layout that layers have.
func (b *build) output(s stage, y flow) (*G.Node, error) {
	y, err := y.planar()
	if err != nil {
		return nil, err
	}
	return y.node, checkDeclared(y.node, batched(b.config.Batch, s.out))
}

func (b *build) declareStage(s stage, x flow) (y flow, err error) {
	defer recovered(&err)
	if s.lowered != nil {
		return s.lowered.declare(b, x)
	}
	if x, err = x.planar(); err != nil {
		return flow{}, err
	}
	weights := len(b.weights)
	node, err := s.Declare(&Scope{name: s.name, b: b}, x.node)
	if err != nil {
		return flow{}, err
	}
	y = flow{node: node, trained: x.trained || len(b.weights) > weights}
	return y, checkDeclared(node, batched(b.config.Batch, s.out))
}

// checkDeclared compares what a layer declared with what it said.
func checkDeclared(n *G.Node, want Shape) error {
	if n == nil {
		return errors.New("Declare returned no node")
	}
	if !n.Shape().Eq(want) {
		return errors.Errorf("Declare made shape %v where OutputShape says %v", n.Shape(), want)
	}
	return nil
}

// variable is an input node of the graph. Its name must be unique: Gorgonia
// merges inputs of the same name, type and shape.
func (b *build) variable(name string, dt tensor.Dtype, shape Shape) *G.Node {
	return G.NewTensor(b.g, dt, len(shape), G.WithShape(shape...), G.WithName(name))
}

// weight declares a weight of the network, and draws it the first time.
func (b *build) weight(name string, shape Shape, init Initializer) (*G.Node, error) {
	if n, ok := b.weights[name]; ok {
		return n, nil
	}
	if b.draw {
		if err := b.net.addParam(name, shape, init); err != nil {
			return nil, err
		}
	}
	p, ok := b.net.byName[name]
	if !ok {
		return nil, errors.Errorf("weight %s was not declared when the network was made", name)
	}
	if !p.Value.Shape().Eq(shape) {
		return nil, errors.Errorf("weight %s: want shape %v, got %v", name, p.Value.Shape(), shape)
	}
	n := b.variable(name, b.net.Dtype, shape)
	b.weights[name] = n
	// A header of the program's own over the shared values: Gorgonia's ops
	// change a tensor's shape and strides while they run.
	return n, G.Let(n, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(p.Value.Data())))
}

// addParam draws a new weight and counts it to its layer.
func (n *Network) addParam(name string, shape Shape, init Initializer) error {
	const most = 1 << 31
	size := 1
	for _, d := range shape {
		if d < 1 || d > most/size {
			return errors.Errorf("weight %s: want a shape of 1 to 2³¹ values, got %v", name, shape)
		}
		size *= d
	}
	if init == nil {
		init = GlorotUniform
	}
	values := make([]float64, size)
	init.Draw(generator(n.Seed, name), shape, values)
	p := &Param{Name: name, Value: tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing(n.Dtype, values)))}
	n.params = append(n.params, p)
	n.byName[name] = p
	for i := range n.layers {
		if l := &n.layers[i]; len(name) > len(l.name) && name[:len(l.name)+1] == l.name+"/" {
			l.params += size
		}
	}
	return nil
}

// backing is values in the given element type.
func backing(dt tensor.Dtype, values []float64) any {
	if dt == Float64 {
		return values
	}
	narrow := make([]float32, len(values))
	for i, v := range values {
		narrow[i] = float32(v)
	}
	return narrow
}

// attachLoss adds the target and the loss, if the program has one.
func (b *build) attachLoss() (err error) {
	defer recovered(&err)
	loss := b.config.Loss
	if loss == nil {
		return nil
	}
	last := b.stages[len(b.stages)-1]
	out := b.outputs[last.name]
	dt, shape, err := loss.Target(b.config.Batch, last.out, b.net.Dtype)
	if err != nil {
		return errors.WithMessagef(err, "%v: output of %s", loss, last.name)
	}
	b.target = b.variable("target", dt, shape)
	if b.cost, err = loss.Declare(out, b.target); err != nil {
		return errors.WithMessagef(err, "%v: output of %s", loss, last.name)
	}
	if !b.cost.IsScalar() {
		return errors.Errorf("%v: want a scalar, got shape %v", loss, b.cost.Shape())
	}
	return nil
}

// differentiate adds the gradient of the loss by each weight.
func (b *build) differentiate() (err error) {
	defer recovered(&err)
	if b.config.Mode != Training || len(b.net.params) == 0 {
		return nil
	}
	var weights G.Nodes
	for _, p := range b.net.params {
		weights = append(weights, b.weights[p.Name])
	}
	if b.grads, err = G.Grad(b.cost, weights...); err != nil {
		return errors.Wrap(err, "differentiating the loss by the weights (is each weight used?)")
	}
	return nil
}

// layerOf names the layer that a node belongs to: the one that declared it or, for a
// node of the backward pass, the last one whose nodes it reads.
func (b *build) layerOf(n *G.Node) string {
	at, ok := b.layer[n]
	if !ok {
		at = -1
		for _, c := range children(n) {
			if i, ok := b.layer[c]; ok {
				at = max(at, i)
			}
		}
	}
	if at < 0 {
		return "loss"
	}
	return fmt.Sprintf("%s: %s", b.stages[at].name, b.stages[at].String())
}

// children are the inputs of a node's op, in order.
func children(n *G.Node) G.Nodes {
	var all G.Nodes
	for it := n.Graph().From(n.ID()); it.Next(); {
		all = append(all, it.Node().(*G.Node))
	}
	return all
}
