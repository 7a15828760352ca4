package graph

import (
	"slices"
	"sync/atomic"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// The element types of a network.
var (
	Float32 = tensor.Float32
	Float64 = tensor.Float64
)

// Config is what a network needs besides its layers.
type Config struct {
	Name   string       // shown in the report; may be empty
	Input  Shape        // for New: of one sample, (C, H, W) for images
	Seed   uint64       // of the weights
	Dtype  tensor.Dtype // Float32 or Float64; the zero Dtype means Float32
	Engine Engine       // what its programs run on; 0 means the default
}

// Network is a graph of layers, and their weights.
//
// Its programs write nothing but its State and Steps, in training, and only the
// caller writes its weights: a network may be shared by goroutines as long as none
// trains it or changes its weights while another runs a program.
type Network struct {
	config Config

	values  []*ir.Value // each behind what it is made of
	calls   []*ir.Call  // layers, outer ones before those inside
	inputs  []*ir.Value
	outputs []*ir.Value
	params  []*Param
	param   map[*ir.Value]*Param

	// Pointers for copies of the network.
	steps   *atomic.Uint64  // training runs
	version *engine.Version // of the parameters
	details *Details
}

// Role is what becomes of a parameter.
type Role = ir.Role

// The roles.
const (
	Trained = ir.Trained // an optimiser changes it
	Fixed   = ir.Frozen  // nobody changes it: it lies below a Frozen
	State   = ir.State   // its layer changes it in training, such as a running mean
)

// Param is one parameter of a network.
type Param struct {
	Name  string        // the layer's and its own: conv2d_1/kernel
	Value *tensor.Dense // shared by all programs of the network; changed in place, with a word to Changed
	Role  Role

	version *engine.Version
}

// Changed tells the programs of the network that values of its parameters have
// been changed in place, as an optimiser does. Programs for Inference keep what
// they have computed of parameters alone, weights laid out for a kernel, say,
// until the next call, or the next run of a program for Training. It is for
// whoever writes into Value; all of this module does call it.
func (p *Param) Changed() {
	if p.version != nil {
		p.version.Changed()
	}
}

// Port is an input or an output of a network.
type Port struct {
	Name  string // of the input, or of the layer that makes the output
	Shape Shape  // of one sample
}

// New makes a network of layers one behind the other, and draws its weights.
// The error of a layer that does not fit is a *ShapeError.
func New(c Config, layers ...Layer) (*Network, error) {
	if len(c.Input) == 0 {
		return nil, errors.Errorf("network: want an input shape such as (1, 28, 28), got %v", c.Input)
	}
	if len(layers) == 0 {
		return nil, errors.New("network: want at least one layer, got none")
	}
	x := Input("input", c.Input...)
	c.Input = nil
	return Compose(c, x.Then(layers...))
}

// Compose makes the network that ends in the given outputs, names its layers,
// and draws its weights. Its inputs are those that the outputs are made of, in
// the order in which they are met.
//
// A layer is named after its type and counted among those around it: conv2d_2,
// residual_1/conv2d_2; see Named and Shared. It is an error to give one name to
// two layers or inputs, to declare a weight and not use it, or to join an input
// that nothing reads. The error of a layer that does not fit is a *ShapeError.
func Compose(c Config, outputs ...*Value) (*Network, error) {
	return composeFilled(c, draws{}, outputs)
}

// composeFilled is Compose, whose parameters f fills; without one there are none.
func composeFilled(c Config, f filler, outputs []*Value) (*Network, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if len(outputs) == 0 {
		return nil, errors.New("network: want at least one output, got none")
	}
	n := &Network{config: c, param: map[*ir.Value]*Param{}, steps: new(atomic.Uint64), version: &engine.Version{}, details: new(Details)}
	compose := newComposer(n)
	if err := compose.compose(outputs); err != nil {
		return nil, err
	}
	if f, ok := f.(interface {
		composed(now map[*ir.Value]*ir.Value)
	}); ok {
		f.composed(compose.values)
	}
	if f == nil {
		return n, nil
	}
	if err := n.fill(f); err != nil {
		return nil, err
	}
	return n, nil
}

// withDefaults fills in what is zero, and reports what does not fit.
func (c Config) withDefaults() (Config, error) {
	if c.Dtype.Type == nil {
		c.Dtype = Float32
	}
	switch {
	case c.Dtype != Float32 && c.Dtype != Float64:
		return c, errors.Errorf("network: want Dtype Float32 or Float64, got %v", c.Dtype)
	case c.Input != nil:
		return c, errors.Errorf("network: Compose takes its inputs from the outputs: want no Config.Input, got %v", c.Input)
	case c.Engine == Fused && c.Dtype != Float32:
		return c, errors.Errorf("network: want Dtype Float32 for the fused engine, got %v", c.Dtype)
	}
	return c, c.Engine.check()
}

// Config is what the network was made with. Input is the shape of its input, if
// it has one alone.
func (n *Network) Config() Config {
	c := n.config
	if len(n.inputs) == 1 {
		c.Input = n.inputs[0].Shape.Clone()
	}
	return c
}

// Inputs are what a program of the network is given, in this order.
func (n *Network) Inputs() []Port {
	ports := make([]Port, len(n.inputs))
	for i, v := range n.inputs {
		ports[i] = Port{v.Op.(ir.Input).Name, v.Shape.Clone()}
	}
	return ports
}

// Outputs are what a program of the network makes, in the order of Compose,
// each with the name of the layer that makes it.
func (n *Network) Outputs() []Port {
	ports := make([]Port, len(n.outputs))
	for i, v := range n.outputs {
		ports[i] = Port{n.nameOf(v), v.Shape.Clone()}
	}
	return ports
}

// Params are the network's parameters of the given roles, without arguments
// all, in the order in which its layers declare them.
func (n *Network) Params(roles ...Role) []*Param {
	if len(roles) == 0 {
		return slices.Clone(n.params)
	}
	var some []*Param
	for _, p := range n.params {
		if slices.Contains(roles, p.Role) {
			some = append(some, p)
		}
	}
	return some
}

// LayerNames are the names of the outermost layers, in order.
func (n *Network) LayerNames() []string {
	var names []string
	for _, c := range n.rows() {
		names = append(names, c.Path)
	}
	return names
}

// rows are the outermost layers that bear a name, one for each name.
func (n *Network) rows() []*ir.Call {
	var rows []*ir.Call
	seen := map[string]bool{}
	for _, c := range n.calls {
		if !framingOf(c.Layer).bare && bearer(c.Parent) == nil && !seen[c.Path] {
			seen[c.Path] = true
			rows = append(rows, c)
		}
	}
	return rows
}

// bearer is the innermost layer around, c included, that bears a name.
func bearer(c *ir.Call) *ir.Call {
	for c != nil && framingOf(c.Layer).bare {
		c = c.Parent
	}
	return c
}

// nameOf is the name of the outermost layer that makes v, or of the input that
// it is.
func (n *Network) nameOf(v *ir.Value) string {
	if in, ok := v.Op.(ir.Input); ok {
		return in.Name
	}
	if c := n.maker(v); c != nil {
		return c.Path
	}
	return bearer(v.Call).Path
}

// maker is the outermost layer with a name whose output is v.
func (n *Network) maker(v *ir.Value) *ir.Call {
	for _, c := range n.calls {
		if c.Out == v && !framingOf(c.Layer).bare {
			return c
		}
	}
	return nil
}
