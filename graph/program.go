package graph

import (
	"runtime"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
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
	Loss  Loss     // wanted in Training; Losses where the network has several outputs; nil otherwise means none
	Keep  []string // names of layers whose output is to be read; see Program.Activation

	Profile bool // time each op; see Program.Profile

	// Share is what the program computes of the Batch, whose samples are those of
	// all ranks: Inputs, Targets and Outputs are then those of Share.Samples. An
	// error on the engine Gorgonia, and with ops of Gorgonia's that may sum over
	// samples. nil means all.
	Share *Share
}

// Program is a network compiled for one batch size and mode: a TapeMachine over
// the network's weights. Fill Inputs, and Targets where there is a loss, call
// Run, and read the rest, which the next Run overwrites. A program serves one
// goroutine at a time; other programs of the same network may run beside it as
// long as no weight changes.
type Program struct {
	Inputs  []*tensor.Dense // (Batch, …input shape), in the order of Network.Inputs
	Targets []*tensor.Dense // as the losses want them, in the order of the outputs; nil without a loss
	Outputs []*tensor.Dense // (Batch, …output shape), in the order of Network.Outputs
	Loss    float64         // the batch's, all outputs and the layers' penalties together; 0 without a loss
	Losses  []float64       // of each output with a loss, without penalties
	Grads   []*tensor.Dense // of Loss, in the order of Network.Params(Trained); nil but in Training

	// First is the number of the program's first sample in the whole batch,
	// where each of several programs runs a part of one: a Dropout draws for
	// a sample by its number. A Share sets it.
	First int

	net    *Network
	config ProgramConfig
	vm     G.VM
	run    func() error // all instructions of vm, which has been reset
	fault  *fault
	draw   *engine.Draw // of the random ops

	copying copying // of what SetInput is given

	memory int // bytes of the ops' buffers

	profiler *profiler // nil unless ProgramConfig.Profile

	inputs  []*tensor.Dense // what Inputs must be
	labels  []*tensor.Dense // what Targets must be
	targets []string        // the outputs that Targets are of
	weights []*tensor.Dense // of the samples, in each loss; nil where that does not ask
	loss    *G.Value
	parts   []*G.Value // of loss
	kept    map[string]*tensor.Dense
}

// Compile makes a program of the network. It is an error to train without a
// loss for each output, or to keep the output of a layer that is not there.
func (n *Network) Compile(c ProgramConfig) (*Program, error) {
	if n == nil || len(n.outputs) == 0 {
		return nil, errors.New("program: want a network that New or Compose made, got an empty one")
	}
	c, err := c.withDefaults(n)
	if err != nil {
		return nil, err
	}
	var p *Program
	for range 3 { // nodes of other hashes each time; once is enough but for one compilation in millions
		if p, err = newBuild(n, c).compile(); err != errMerged {
			break
		}
	}
	if err == nil && c.Mode == Inference {
		collect(n) // before the first run lays out the weights
	}
	return p, err
}

// withDefaults fills in what is zero, and reports what does not fit.
func (c ProgramConfig) withDefaults(n *Network) (ProgramConfig, error) {
	if c.Batch == 0 {
		c.Batch = 1
	}
	if c.Batch < 0 {
		return c, errors.Errorf("program: want a batch of at least 1, got %d", c.Batch)
	}
	if err := c.checkBatch(n); err != nil {
		return c, err
	}
	if err := c.Share.check(c.Batch); err != nil {
		return c, err
	}
	if c.Share != nil && n.engine() != Fused {
		return c, errors.Errorf("program: want the engine %v for a Share of a batch, got %v", Fused, n.engine())
	}
	if c.Mode > Training {
		return c, errors.Errorf("program: want the Mode Inference or Training, got %d", c.Mode)
	}
	if c.Mode == Training && c.Loss == nil {
		return c, errors.New("program: want a loss to train with, got none")
	}
	for _, name := range c.Keep {
		if _, err := n.made(name); err != nil {
			return c, err
		}
	}
	return c, nil
}

// checkBatch reports a batch for which one of the network's values is too large.
func (c ProgramConfig) checkBatch(n *Network) error {
	largest, size := "", 1
	for _, v := range n.values {
		if _, ok := v.Op.(ir.Param); !ok && v.Shape.TotalSize() > size {
			largest, size = n.nameOf(v), v.Shape.TotalSize()
		}
	}
	if c.Batch > mostValues/size {
		return errors.Errorf("program: want a batch of at most %s, for 2³¹ values of %s, got %d", group(mostValues/size), largest, c.Batch)
	}
	return nil
}

// read adds what the program hands out of the machine, each copied as soon as
// it is computed: Gorgonia's ops write over values that no later op reads.
func (b *build) read() error {
	p := b.program
	dt := b.net.config.Dtype
	for _, n := range b.outputs {
		p.Outputs = append(p.Outputs, readDense(n, dt))
	}
	p.kept = map[string]*tensor.Dense{}
	for i, n := range b.kept {
		p.kept[b.config.Keep[i]] = readDense(n, dt)
	}
	handed := map[*G.Node]bool{}
	for _, n := range b.grads {
		if o, ok := ownerOf(n); ok && !handed[n] {
			handed[n] = true
			p.Grads = append(p.Grads, o.Owned())
			continue
		}
		p.Grads = append(p.Grads, readDense(n, dt))
	}
	for _, n := range b.losses {
		p.parts = append(p.parts, readScalar(n))
	}
	if b.cost != nil {
		p.loss = readScalar(b.cost)
		p.Losses = make([]float64, len(p.parts))
	}
	return nil
}

// ownerOf is the op of n if its value is a tensor of its own that no other op
// writes over: none of Gorgonia's reads it.
func ownerOf(n *G.Node) (engine.Owner, bool) {
	for it := n.Graph().To(n.ID()); it.Next(); {
		if _, ok := bare(it.Node().(*G.Node).Op()).(engine.Keeper); !ok {
			return nil, false
		}
	}
	o, ok := bare(n.Op()).(engine.Owner)
	return o, ok
}

// readDense is a tensor into which n is copied in each run.
func readDense(n *G.Node, dt tensor.Dtype) *tensor.Dense {
	d := tensor.New(tensor.Of(dt), tensor.WithShape(n.Shape()...))
	var into G.Value = d
	G.Read(n, &into)
	return d
}

// readScalar is where the value of n is put in each run.
func readScalar(n *G.Node) *G.Value {
	into := new(G.Value)
	G.Read(n, into)
	return into
}

// assemble binds the inputs and builds the machine.
func (b *build) assemble() (err error) {
	defer recovered(&err)
	p := b.program
	if p.inputs, err = bind(b.inputs); err != nil {
		return err
	}
	if p.labels, err = bind(b.targets); err != nil {
		return err
	}
	p.Inputs, p.Targets = slices.Clone(p.inputs), slices.Clone(p.labels)
	for _, v := range b.targetVals {
		p.targets = append(p.targets, v.Op.(ir.Target).Name)
	}
	if err := b.bindWeights(); err != nil {
		return err
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

// bindWeights lets each sample count 1.
func (b *build) bindWeights() error {
	p := b.program
	bound, err := bind(b.weights)
	if err != nil {
		return err
	}
	for i, v := range b.weightVals {
		p.weights = append(p.weights, nil)
		if v != nil {
			p.weights[i], bound = bound[0], bound[1:]
		}
		if err := p.SetWeights(i, nil); err != nil {
			return err
		}
	}
	return nil
}

// bind gives input nodes zeroed values to be filled before each run. Each node
// gets a header of its own over its value.
func bind(nodes G.Nodes) ([]*tensor.Dense, error) {
	var all []*tensor.Dense
	for _, n := range nodes {
		d := tensor.New(tensor.Of(n.Dtype()), tensor.WithShape(n.Shape()...))
		if err := G.Let(n, tensor.New(tensor.WithShape(n.Shape()...), tensor.WithBacking(d.Data()))); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Run runs the program once. In Training it is the network's next step, and is
// counted; see Network.Steps. An error names the layer in which an op failed,
// and what is not finite where that is the cause.
func (p *Program) Run() error {
	if err := p.made(); err != nil {
		return err
	}
	err := p.RunAt(p.net.Steps())
	if err == nil && p.config.Mode == Training {
		p.net.steps.Add(1)
	}
	return err
}

// RunAt is Run as the network's step of the given number, counted from 0, which
// what a Dropout draws hangs on. It does not count: to run again at the same
// step draws the same again.
func (p *Program) RunAt(step uint64) error {
	if err := p.made(); err != nil {
		return err
	}
	if p.vm == nil {
		return errors.New("program: want one that is not closed")
	}
	if err := p.checkBound(); err != nil {
		return err
	}
	if p.First < 0 || p.First >= mostValues {
		return errors.Errorf("program: want First from 0 to below 2³¹, got %d", p.First)
	}
	if p.config.Mode == Training {
		p.net.version.Changed() // its State, and soon its weights
	}
	p.draw.Step, p.draw.First = step, p.First
	err := p.runOps()
	if err != nil {
		if why := p.NotFinite(); why != nil {
			return errors.WithMessage(err, why.Error())
		}
		return err
	}
	return p.readLosses()
}

// made reports a program that no Compile made.
func (p *Program) made() error {
	if p == nil || p.net == nil {
		return errors.New("program: want one that Compile made, got an empty one")
	}
	return nil
}

// runOps runs the machine.
func (p *Program) runOps() (err error) {
	defer recovered(&err)
	p.fault.err = nil
	if p.profiler != nil {
		p.profiler.begin()
		defer func() { p.profiler.end(err) }()
	}
	p.vm.Reset()
	err = p.run()
	if p.fault.err != nil {
		return p.fault.err
	}
	return errors.Wrap(err, "running the program")
}

// checkBound reports a tensor that was put in the place of the program's, whose
// values it would not see.
func (p *Program) checkBound() error {
	for _, c := range []struct {
		name      string
		list, own []*tensor.Dense
	}{{"Inputs", p.Inputs, p.inputs}, {"Targets", p.Targets, p.labels}} {
		for i, d := range c.own {
			if i >= len(c.list) || c.list[i] != d {
				return errors.Errorf("program: %s[%d] is another tensor than the program's: copy values into it, or use SetInput, SetLabels and SetTarget", c.name, i)
			}
		}
	}
	return nil
}

func (p *Program) readLosses() (err error) {
	if p.loss == nil {
		return nil
	}
	for i, v := range p.parts {
		if p.Losses[i], err = numberOf(*v); err != nil {
			return err
		}
	}
	p.Loss, err = numberOf(*p.loss)
	return err
}

// numberOf is the value of a scalar.
func numberOf(v G.Value) (float64, error) {
	switch x := v.(type) { // Data would allocate
	case *G.F32:
		return float64(*x), nil
	case *G.F64:
		return float64(*x), nil
	}
	switch x := v.Data().(type) {
	case float32:
		return float64(x), nil
	case float64:
		return x, nil
	case []float32:
		return float64(x[0]), nil
	case []float64:
		return x[0], nil
	}
	return 0, errors.Errorf("loss: want a float, got %T", v.Data())
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

// Memory is in how many bytes our ops work: what they make, and what they keep
// for the gradients, where what is never in use at once lies in the same place.
// Inputs, parameters, what Outputs and Activation are copied to, and what ops of
// Gorgonia's make come on top.
func (p *Program) Memory() int { return p.memory }

// Close releases the machine. What the program handed out stays as it is.
func (p *Program) Close() error {
	if p == nil || p.vm == nil {
		return nil
	}
	err := p.vm.Close()
	runtime.SetFinalizer(p.vm, nil) // it would only close it again
	p.vm, p.run = nil, nil
	return err
}
