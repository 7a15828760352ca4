package graph

import (
	"iter"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/lower"
)

// declare turns the inputs and the steps into nodes.
func (b *build) declare() error {
	b.count()
	for _, v := range b.net.inputs {
		n := b.variable("input/"+v.Op.(ir.Input).Name, b.net.config.Dtype, batched(b.config.Batch, v.Shape))
		b.nodes[place{v: v}] = n
		b.inputs = append(b.inputs, n)
	}
	for _, v := range b.targetVals {
		dt := b.net.config.Dtype
		if v.Op.(ir.Target).Labels {
			dt = tensor.Int
		}
		n := b.variable("target/"+v.Op.(ir.Target).Name, dt, batched(b.config.Batch, v.Shape))
		b.nodes[place{v: v}] = n
		b.targets = append(b.targets, n)
	}
	for _, v := range b.weightVals {
		if v == nil {
			continue
		}
		n := b.variable("weights/"+v.Op.(ir.Weights).Name, b.net.config.Dtype, Shape{b.config.Batch})
		b.nodes[place{v: v}] = n
		b.weights = append(b.weights, n)
	}
	if err := b.declareSteps(); err != nil {
		return err
	}
	b.outputs, b.kept, b.losses = b.planar(b.net.outputs), b.planar(b.keptVals), b.planar(b.lossVals)
	if b.total != nil {
		b.cost = b.nodes[place{v: b.now[b.total]}]
	}
	return nil
}

// count is how many steps read each value.
func (b *build) count() {
	for _, s := range b.steps {
		for i, v := range s.In() {
			b.readers[b.reads(s, i, v)]++
		}
	}
}

// planar are the nodes of values in the layout that layers have.
func (b *build) planar(values []*ir.Value) G.Nodes {
	nodes := make(G.Nodes, len(values))
	for i, v := range values {
		nodes[i] = b.nodes[place{v: b.now[v]}]
	}
	return nodes
}

func (b *build) declareSteps() error {
	for i, s := range b.steps {
		n, err := b.declareStep(s, i)
		if err == nil {
			err = b.checkDeclared(s, n)
		}
		if err != nil {
			return errors.WithMessage(err, b.stepName(s))
		}
		b.nodes[place{s.Out(), s.Makes}] = n
	}
	return nil
}

// checkDeclared compares the shape of what a step of planes declared with what
// its op said.
func (b *build) checkDeclared(s *lower.Step, n *G.Node) error {
	want := s.Out().Shape
	if s.Makes != lower.Planar || len(want) == 0 {
		return nil
	}
	if !ir.IsDerived(s.Out()) {
		want = batched(b.config.Batch, want)
	}
	if !slices.Equal(n.Shape(), want) {
		return errors.Errorf("want an output of shape %v, as with a batch of 2, got %v", want, n.Shape())
	}
	return nil
}

// reads is the place of the i-th input of a step.
func (b *build) reads(s *lower.Step, i int, v *ir.Value) place { return place{v, s.ReadsAs(i)} }

// operands are the nodes that a step reads, each through a tap of its own where
// others read them too.
func (b *build) operands(s *lower.Step) (G.Nodes, error) {
	in := s.In()
	nodes := make(G.Nodes, len(in))
	for i, v := range in {
		at := b.reads(s, i, v)
		n, err := b.node(at)
		if err != nil {
			return nil, err
		}
		if b.readers[at] > 1 {
			if b.forks[at] == nil {
				b.forks[at] = &fork{sums: b.sums}
			}
			if n, err = b.forks[at].branch(n); err != nil {
				return nil, err
			}
		}
		nodes[i] = n
	}
	return nodes, nil
}

// node is what holds a value: a parameter is declared when it is first read.
func (b *build) node(at place) (*G.Node, error) {
	if n, ok := b.nodes[at]; ok {
		return n, nil
	}
	p, ok := b.net.param[at.v]
	if !ok {
		return nil, errors.Errorf("nothing makes %v", at.v.Op)
	}
	n := b.variable(p.Name, b.net.config.Dtype, at.v.Shape)
	b.nodes[at] = n
	// A header of the program's own over the shared values: Gorgonia's ops
	// change a tensor's shape and strides while they run.
	return n, G.Let(n, tensor.New(tensor.WithShape(at.v.Shape...), tensor.WithBacking(p.Value.Data())))
}

// variable is an input node of the graph, under a name whose hash no other has:
// Gorgonia takes two ops alike for one if the hashes of their inputs agree.
func (b *build) variable(name string, dt tensor.Dtype, shape Shape) *G.Node {
	make := func(g *G.ExprGraph) *G.Node {
		return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName(name))
	}
	for !b.taken.take(make(G.NewGraph()).Hashcode()) {
		name += "'"
	}
	return make(b.g)
}

// paramsInOrder are the network's parameters with their values in the graph.
func (n *Network) paramsInOrder() iter.Seq2[*ir.Value, *Param] {
	return func(yield func(*ir.Value, *Param) bool) {
		for _, v := range n.values {
			if p, ok := n.param[v]; ok && !yield(v, p) {
				return
			}
		}
	}
}

// declareStep declares a step on the nodes that it reads.
func (b *build) declareStep(s *lower.Step, number int) (n *G.Node, err error) {
	defer recovered(&err)
	in, err := b.operands(s)
	if err != nil {
		return nil, err
	}
	if _, ok := s.Head().Op.(*ir.Opaque); b.raw && !ok {
		return b.declareOps(s, in) // as they are: somebody looks at them
	}
	out, err := b.apart(in, number, false, func(in G.Nodes) (G.Nodes, error) {
		n, err := b.declareOps(s, in)
		return G.Nodes{n}, err
	})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// declareOps declares the ops of a step.
func (b *build) declareOps(s *lower.Step, in G.Nodes) (*G.Node, error) {
	relu := len(s.Values) > 1 && slices.ContainsFunc(s.Values, lower.IsReLU)
	var bias *G.Node
	if lower.Is[ir.Bias](s, 1) {
		bias = in[2]
	}
	switch s.Kernel {
	case lower.ToPlanar:
		return engine.Planar(in[0], s.Out().Shape[0])
	case lower.ToLast:
		return engine.Last(in[0])
	case lower.DirectPool, lower.WinogradPool:
		last := 0
		if s.Reads == lower.ChannelsLast {
			last = s.Head().In[0].Shape[0]
		}
		return engine.Block(in[0], in[1], bias, engine.BlockConfig{Last: last, InputGrad: s.InputGrad, Version: b.version(s)})
	case lower.Taps, lower.Winograd2, lower.Winograd4, lower.Winograd2By5, lower.AlongRows, lower.Rows:
		c, err := b.convLast(s, in)
		if err != nil {
			return nil, err
		}
		return engine.ConvLast(in[0], in[1], bias, c)
	case lower.TapsRows:
		return b.convPair(s, in)
	case lower.Columns:
		return b.byColumns(s, in)
	case lower.Channels:
		return channelsCopied(s.Head(), in)
	case lower.Patches:
		return patches(s.Head().Op.(ir.ConvTranspose), in, bias, relu, s.InputGrad)
	case lower.Planes:
		return planes(s.Head().Op, in, bias, relu, s.InputGrad)
	case lower.Windows:
		return ourMaxPool(s, in[0])
	case lower.Tiles:
		return rows(in[0], func(x *G.Node) (*G.Node, error) {
			return engine.Dense(x, in[1], bias, engine.DenseConfig{ReLU: relu, InputGrad: s.InputGrad, Version: b.version(s)})
		})
	}
	return b.declareOp(s.Head(), in)
}

// byColumns declares a step on an image whose channels lie last.
func (b *build) byColumns(s *lower.Step, in G.Nodes) (*G.Node, error) {
	v := s.Head()
	switch o := v.Op.(type) {
	case ir.Norm:
		if b.options.Infers(v) {
			return affineLast(v, o, in)
		}
		return b.normLast(s, in)
	case ir.MeanImage:
		return engine.MeanImageLast(in[0], v.In[0].Shape[0])
	case ir.AveragePool:
		return engine.AveragePoolLast(in[0], averageConfig(o))
	case ir.Join:
		return scaledProduct(v, in, engine.ScaleLast)
	}
	return nil, errors.Errorf("nothing declares the op %v by columns", v.Op)
}

// keep is the version of the parameters, where what is computed of them alone
// outlasts a run: in training they change with each, and in somebody else's
// graph unseen.
func (b *build) keep() *engine.Version {
	if b.config.Mode == Training || b.raw {
		return nil
	}
	return b.net.version
}

// version is keep, for a step whose weights, and bias if it has one, are made of
// parameters alone.
func (b *build) version(s *lower.Step) *engine.Version {
	if !s.Constant() {
		return nil
	}
	return b.keep()
}

// joined is what a step adds to its values, and how it cuts the sum. Other
// functions it leaves.
func joined(s *lower.Step, in G.Nodes) (skip *G.Node, cut engine.Cut) {
	for _, v := range s.Values[1:] {
		switch _, sum := v.Op.(ir.Join); {
		case sum:
			skip = in[len(in)-1]
		case lower.IsReLU(v):
			cut = engine.AtZero
		case lower.IsCut(v):
			cut = engine.ZeroToSix
		}
	}
	return skip, cut
}

// sides are a window's paddings as Gorgonia's ops take four.
func sides(w ir.Window) []int {
	return []int{w.Before[0], w.After[0], w.Before[1], w.After[1]}
}
