package graph

import (
	"encoding/json"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// declaration is a network's layers and how they hang together, as a model file
// holds them: what Inputs, Thens, Joins and a Compose say. Values are numbered,
// inputs first, then what each call makes.
type declaration struct {
	Name    string          `json:"name,omitempty"`
	Seed    uint64          `json:"seed,omitempty"`
	Dtype   string          `json:"dtype"`
	Engine  string          `json:"engine,omitempty"`
	Inputs  []declaredInput `json:"inputs"`
	Calls   []declaredCall  `json:"layers"`
	Outputs []int           `json:"outputs"`
}

type declaredInput struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// declaredCall is a layer, or a joiner, behind the values that it reads.
type declaredCall struct {
	Layer json.RawMessage `json:"layer"`
	Joins bool            `json:"joins,omitempty"`
	Of    []int           `json:"of"`
	As    string          `json:"as,omitempty"` // what it is called; to read, it follows from the rest
}

// dtypes are the element types as files name them.
var dtypes = map[string]string{"float32": "F32", "float64": "F64"}

// declare is the network's declaration. What no file can hold is an error that
// names the layer.
func (n *Network) declare() (*declaration, error) {
	d := &declaration{Name: n.config.Name, Seed: n.config.Seed, Dtype: dtypes[n.config.Dtype.String()]}
	if n.config.Engine != DefaultEngine {
		d.Engine = n.config.Engine.String()
	}
	number := map[*ir.Value]int{}
	for _, v := range n.inputs {
		number[v] = len(number)
		d.Inputs = append(d.Inputs, declaredInput{n.nameOf(v), v.Shape})
	}
	for _, c := range n.top() {
		call := declaredCall{Joins: c.Joins, As: c.Path}
		for _, x := range c.In {
			call.Of = append(call.Of, number[x])
		}
		var err error
		if call.Layer, err = encodeLayer(c.Layer); err != nil {
			return nil, errors.WithMessage(err, c.Path)
		}
		number[c.Out] = len(d.Inputs) + len(d.Calls)
		d.Calls = append(d.Calls, call)
	}
	for _, v := range n.outputs {
		d.Outputs = append(d.Outputs, number[v])
	}
	return d, nil
}

// built builds the declared values again, and returns the outputs.
func (d *declaration) built(types registry) ([]*Value, error) {
	var values []*Value
	for _, in := range d.Inputs {
		values = append(values, Input(in.Name, in.Shape...))
	}
	at := func(i int) (*Value, error) {
		if i < 0 || i >= len(values) {
			return nil, errors.Errorf("want a value of 0 to %d, got %d", len(values)-1, i)
		}
		return values[i], nil
	}
	for i, c := range d.Calls {
		var of []*Value
		for _, x := range c.Of {
			v, err := at(x)
			if err != nil {
				return nil, errors.WithMessagef(err, "layer %d reads", i+1)
			}
			of = append(of, v)
		}
		v, err := c.build(types, of)
		if err != nil {
			return nil, errors.WithMessagef(err, "layer %d", i+1)
		}
		values = append(values, v)
	}
	var outputs []*Value
	for _, x := range d.Outputs {
		v, err := at(x)
		if err != nil {
			return nil, errors.WithMessage(err, "an output")
		}
		outputs = append(outputs, v)
	}
	return outputs, nil
}

// build puts the layer behind the values.
func (c *declaredCall) build(types registry, of []*Value) (*Value, error) {
	if c.Joins {
		j, err := decodeInto[Joiner](types, c.Layer)
		if err != nil {
			return nil, err
		}
		return Join(j, of...), nil
	}
	l, err := decodeInto[Layer](types, c.Layer)
	switch {
	case err != nil:
		return nil, err
	case len(of) != 1:
		return nil, errors.Errorf("%v reads one value, got %d", l, len(of))
	}
	return of[0].Then(l), nil
}

// config is what the network was made with, besides its layers.
func (d *declaration) config() (Config, error) {
	c := Config{Name: d.Name, Seed: d.Seed}
	switch d.Dtype {
	case "F32":
		c.Dtype = Float32
	case "F64":
		c.Dtype = Float64
	default:
		return c, errors.Errorf("want dtype F32 or F64, got %q", d.Dtype)
	}
	if d.Engine == "" {
		return c, nil
	}
	var err error
	c.Engine, err = ParseEngine(d.Engine)
	return c, err
}

// network composes the declared network, its parameters filled by f.
func (d *declaration) network(types registry, f filler) (*Network, error) {
	c, err := d.config()
	if err != nil {
		return nil, err
	}
	outputs, err := d.built(types)
	if err != nil {
		return nil, err
	}
	return composeFilled(c, f, outputs)
}
