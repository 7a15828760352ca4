package graph

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// Mode is what a program is for.
type Mode uint8

const (
	// Inference runs the network forward, and the loss if there is one.
	Inference Mode = iota
	// Training computes the gradients of the loss by the weights too.
	Training
)

// ProgramConfig says what to compile a network into.
type ProgramConfig struct {
	Batch int      // samples a run; 0 means 1
	Mode  Mode     // Inference (0) or Training
	Loss  Loss     // wanted in Training; nil otherwise means none
	Keep  []string // names of layers whose output is to be read; see Program.Activation
}

func (c ProgramConfig) keeps(layer string) bool { return slices.Contains(c.Keep, layer) }

// Program is a network compiled for one batch size and mode: a TapeMachine
// over the network's weights. Fill Input, and Target where there is a loss,
// call Run, and read the rest, which the next Run overwrites. A program serves
// one goroutine at a time; other programs of the same network may run beside
// it as long as no weight changes.
type Program struct {
	Input  *tensor.Dense   // (Batch, …input shape)
	Target *tensor.Dense   // as the loss wants it; nil without a loss
	Output *tensor.Dense   // (Batch, …output shape): what the last layer makes
	Loss   float64         // the batch's; 0 without a loss
	Grads  []*tensor.Dense // of the loss, in the order of Network.Params; nil but in Training

	config ProgramConfig
	vm     G.VM
	run    func() error // all instructions of vm, which has been reset
	loss   G.Value
	kept   map[string]*tensor.Dense
	failed error // the first error of an op in this run
}

// Compile makes a program of the network. It is an error to train without a
// loss, or to keep the output of a layer that is not there.
func (n *Network) Compile(c ProgramConfig) (*Program, error) {
	if c.Batch == 0 {
		c.Batch = 1
	}
	if c.Batch < 0 {
		return nil, errors.Errorf("program: want a batch of at least 1, got %d", c.Batch)
	}
	if c.Mode == Training && c.Loss == nil {
		return nil, errors.New("program: want a loss to train with, got none")
	}
	for _, name := range c.Keep {
		if !slices.Contains(n.LayerNames(), name) {
			return nil, errors.Errorf("program: want a layer of the network to keep, one of %v, got %q", n.LayerNames(), name)
		}
	}
	return newBuild(n, c).compile()
}

// read adds what the program hands out of the machine, each copied as soon as it is
// computed: Gorgonia's ops write over values that no later op reads.
func (b *build) read() error {
	p := b.program
	dt := b.net.Dtype
	p.Output = readDense(b.outputs[b.stages[len(b.stages)-1].name], dt)
	p.kept = map[string]*tensor.Dense{}
	for _, name := range b.config.Keep {
		p.kept[name] = readDense(b.outputs[name], dt)
	}
	for _, n := range b.grads {
		if o, ok := ownerOf(n); ok {
			p.Grads = append(p.Grads, o.Owned())
			continue
		}
		p.Grads = append(p.Grads, readDense(n, dt))
	}
	if b.cost != nil {
		G.Read(b.cost, &p.loss)
	}
	return nil
}

// ownerOf is the op of n if its value is a tensor of its own, which no other op
// writes over since none reads a gradient.
func ownerOf(n *G.Node) (engine.Owner, bool) {
	op := n.Op()
	if g, ok := op.(*guarded); ok {
		op = g.Op
	}
	o, ok := op.(engine.Owner)
	return o, ok
}

// readDense is a tensor into which n is copied in each run.
func readDense(n *G.Node, dt tensor.Dtype) *tensor.Dense {
	d := tensor.New(tensor.Of(dt), tensor.WithShape(n.Shape()...))
	var into G.Value = d
	G.Read(n, &into)
	return d
}

// assemble binds the inputs and builds the machine.
func (b *build) assemble() (err error) {
	defer recovered(&err)
	p := b.program
	if p.Input, err = bind(b.input); err != nil {
		return err
	}
	if b.target != nil {
		if p.Target, err = bind(b.target); err != nil {
			return err
		}
	}
	var opts []G.VMOpt
	if b.config.Mode == Inference {
		opts = append(opts, G.EvalMode())
	}
	p.vm = G.NewTapeMachine(b.g, opts...)
	if p.run = onCaller(p.vm); p.run == nil {
		p.run = p.vm.RunAll
	}
	return nil
}

// bind gives an input node a zeroed value to be filled before each run. The
// node gets a header of its own over it.
func bind(n *G.Node) (*tensor.Dense, error) {
	d := tensor.New(tensor.Of(n.Dtype()), tensor.WithShape(n.Shape()...))
	return d, G.Let(n, tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(d.Data())))
}

// Run runs the program once. An error names the layer in which an op failed.
func (p *Program) Run() error {
	p.failed = nil
	p.vm.Reset()
	if err := p.run(); err != nil {
		if p.failed != nil {
			return p.failed
		}
		return errors.Wrap(err, "running the program")
	}
	return p.readLoss()
}

func (p *Program) readLoss() error {
	if p.loss == nil {
		return nil
	}
	switch v := p.loss.Data().(type) {
	case float32:
		p.Loss = float64(v)
	case float64:
		p.Loss = v
	default:
		return errors.Errorf("loss: want a float, got %T", v)
	}
	return nil
}

// Activation is the output of a layer named in ProgramConfig.Keep, as of the
// last Run: (Batch, …the layer's output shape).
func (p *Program) Activation(layer string) (*tensor.Dense, error) {
	d, ok := p.kept[layer]
	if !ok {
		return nil, errors.Errorf("activation: want a layer that the program keeps, one of %v, got %q", p.config.Keep, layer)
	}
	return d, nil
}

// Close releases the machine.
func (p *Program) Close() error { return p.vm.Close() }
