package graph

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// The element types of a network.
var (
	Float32 = tensor.Float32
	Float64 = tensor.Float64
)

// Config is what a network needs besides its layers.
type Config struct {
	Name   string       // shown in the report; may be empty
	Input  Shape        // of one sample: (C, H, W) for images
	Seed   uint64       // of the weights
	Dtype  tensor.Dtype // Float32 or Float64; the zero Dtype means Float32
	Engine Engine       // what its programs run on; 0 means the default
}

// Network is a stack of layers and their weights.
//
// Its programs write nothing but the values of Params, and only the caller
// does that: a network may be shared by goroutines as long as none changes its
// weights while another runs a program.
type Network struct {
	Config

	layers []placed
	params []*Param
	byName map[string]*Param
}

// Param is one trainable weight of a network.
type Param struct {
	Name  string        // the layer's and its own: conv2d_1/kernel
	Value *tensor.Dense // shared by all programs of the network; changed in place
}

// placed is a layer in its place in a network.
type placed struct {
	Layer
	name    string
	in, out Shape
	params  int // number of values in its weights
}

// New checks the shapes of a network from input to output and draws its
// weights. The error of a layer that does not fit is a *ShapeError.
func New(c Config, layers ...Layer) (*Network, error) {
	if c.Dtype.Type == nil {
		c.Dtype = Float32
	}
	if err := c.check(layers); err != nil {
		return nil, err
	}
	n := &Network{Config: c, byName: map[string]*Param{}}
	if err := n.place(layers); err != nil {
		return nil, err
	}
	return n, n.draw()
}

func (c Config) check(layers []Layer) error {
	if c.Dtype != Float32 && c.Dtype != Float64 {
		return errors.Errorf("network: want Dtype Float32 or Float64, got %v", c.Dtype)
	}
	if len(c.Input) == 0 || c.Input.TotalSize() < 1 {
		return errors.Errorf("network: want an input shape such as (1, 28, 28), got %v", c.Input)
	}
	for _, d := range c.Input {
		if d < 1 {
			return errors.Errorf("network: want input dimensions of at least 1, got %v", c.Input)
		}
	}
	if len(layers) == 0 {
		return errors.New("network: want at least one layer, got none")
	}
	if c.Engine == Fused && c.Dtype != Float32 {
		return errors.Errorf("network: want Dtype Float32 for the fused engine, got %v", c.Dtype)
	}
	return c.Engine.check()
}

// place names the layers and follows the shape through them.
func (n *Network) place(layers []Layer) error {
	seen := map[string]int{}
	shape := n.Input
	for i, l := range layers {
		if l == nil {
			return errors.Errorf("network: layer %d is nil", i+1)
		}
		base := snakeCase(typeName(l))
		seen[base]++
		p := placed{Layer: l, name: fmt.Sprintf("%s_%d", base, seen[base]), in: shape}
		out, err := outputShape(l, shape)
		if err != nil {
			return n.at(p, err)
		}
		p.out, shape = out, out
		n.layers = append(n.layers, p)
	}
	return nil
}

// outputShape asks a layer for its output's shape, and checks what it says.
func outputShape(l Layer, in Shape) (out Shape, err error) {
	defer recovered(&err)
	if out, err = l.OutputShape(in.Clone()); err != nil {
		return nil, err
	}
	for _, d := range out {
		if d < 1 {
			return nil, errors.Errorf("want output dimensions of at least 1, got %s", printShape("N", out))
		}
	}
	if len(out) == 0 {
		return nil, errors.New("want an output of at least one dimension besides the batch")
	}
	return out, nil
}

// draw declares the network once, which is how it learns which weights there
// are, and checks that each layer declares what it said.
func (n *Network) draw() error {
	b := newBuild(n, ProgramConfig{Batch: 1})
	b.draw = true
	return b.declare()
}

// at says where in the network an error arose.
func (n *Network) at(p placed, err error) error {
	var shape *ShapeError
	if errors.As(err, &shape) {
		e := *shape
		e.Layer, e.Op, e.Chain = p.name, p.String(), n.chain(p.name)
		return &e
	}
	return errors.WithMessagef(err, "%s: %s: input %s", p.name, p, printShape("N", p.in))
}

// chain is the layers before the one of the given name, with their shapes.
func (n *Network) chain(before string) string {
	var b strings.Builder
	b.WriteString("input " + printShape("N", n.Input))
	for _, p := range n.layers {
		if p.name == before {
			break
		}
		fmt.Fprintf(&b, " → %s %s", p.name, printShape("N", p.out))
	}
	return b.String()
}

// Params are the network's weights, in the order in which its layers declare them.
func (n *Network) Params() []*Param { return n.params }

// Output is the shape of one sample of the network's output.
func (n *Network) Output() Shape { return n.layers[len(n.layers)-1].out.Clone() }

// LayerNames are the names of the layers, from input to output.
func (n *Network) LayerNames() []string {
	names := make([]string, len(n.layers))
	for i, p := range n.layers {
		names[i] = p.name
	}
	return names
}

// String is the network as the code of its layers, one a line, with their
// parameter counts.
func (n *Network) String() string {
	var b strings.Builder
	for _, p := range n.layers {
		fmt.Fprintf(&b, "%s,", p)
		if p.params > 0 {
			fmt.Fprintf(&b, " // %s parameters", thousands(p.params))
		}
		b.WriteString("\n")
	}
	return b.String()
}
