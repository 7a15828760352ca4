package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// Pretrained is a network, or its beginning, as a layer. Its parameters start
// with the values that Net's have when the new network is made, which has its
// own from then on. Below a Frozen they stay as they are:
//
//	graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "global_average_1"}}
type Pretrained struct {
	Net   *Network // with one input
	Until string   // the last layer wanted, of Net's outermost; "" means the last there is
}

func (p Pretrained) String() string { return Literal(p) }

// Build declares Net's layers anew behind x, under their names.
func (p Pretrained) Build(s *Scope, x *Value) *Value {
	switch {
	case !s.builds(p):
		return x.Then(p)
	case p.Net == nil:
		return s.Fail(badField("Net", "a network", "nil"))
	}
	if len(p.Net.inputs) != 1 || p.Until == "" && len(p.Net.outputs) != 1 {
		return s.Fail(badField("Net", "with one input and, without Until, one output", p.Net.config.Name))
	}
	last, err := p.last()
	if err != nil {
		return s.Fail(err)
	}
	made := map[*ir.Value]*Value{p.Net.inputs[0]: x}
	for _, c := range p.Net.calls {
		if framingOf(c.Layer).bare || bearer(c.Parent) != nil {
			continue
		}
		if made[c.Out] = again(c, made); c.Out == last {
			break
		}
	}
	if y := made[last]; y.err != nil || !bypasses(y.v, x.v, map[*ir.Value]bool{}) {
		return y
	}
	return s.Fail(errors.New("want layers that read what they are given, got one that reads a value from around it, which is not here"))
}

// bypasses reports whether v hangs on an input of a network by another way than
// through x.
func bypasses(v, x *ir.Value, seen map[*ir.Value]bool) bool {
	if v == x || seen[v] {
		return false
	}
	seen[v] = true
	if _, ok := v.Op.(ir.Input); ok {
		return true
	}
	for _, in := range v.In {
		if bypasses(in, x, seen) {
			return true
		}
	}
	return false
}

// last is the value that the layer ends with.
func (p Pretrained) last() (*ir.Value, error) {
	if p.Until == "" {
		return p.Net.outputs[0], nil
	}
	for _, c := range p.Net.rows() {
		if c.Path == p.Until {
			return c.Out, nil
		}
	}
	return nil, badField("Until", "one of "+strings.Join(p.Net.LayerNames(), ", "), p.Until)
}

// again puts a layer behind what stands for its inputs.
func again(c *ir.Call, made map[*ir.Value]*Value) *Value {
	in := make([]*Value, len(c.In))
	for i, v := range c.In {
		if in[i] = made[v]; in[i] == nil {
			return &Value{err: errors.Errorf("%s reads a value that comes later", c.Path)}
		}
	}
	if c.Joins {
		return Join(c.Layer.(Joiner), in...)
	}
	l := c.Layer.(Layer)
	if framingOf(l).name == "" {
		l = Named{Name: c.Path, Layer: l} // whatever else is declared, and in which order
	}
	if c.Frozen {
		l = Frozen{Layer: l}
	}
	return in[0].Then(l)
}

// pretrained are the first values of a parameter that lies in a Pretrained, nil
// of any other. The outermost one has them: what it takes from another network is
// its own since.
func pretrained(v *ir.Value, name string) ([]float64, error) {
	var at *ir.Call
	for c := v.Call; c != nil; c = c.Parent {
		if isPretrained(c) && !framingOf(c.Layer).bare {
			at = c
		}
	}
	if at == nil {
		return nil, nil
	}
	net := framed(at.Layer)
	if p, ok := net.(*Pretrained); ok {
		net = *p
	}
	p := net.(Pretrained).Net.named(strings.TrimPrefix(name, at.Path+"/"))
	if p == nil {
		return nil, errors.Errorf("network: %s: %v: the network has no weight for %s", at.Path, at.Layer, name)
	}
	if !slices.Equal(p.Value.Shape(), v.Shape) {
		return nil, errors.Errorf("network: weight %s: want shape %v, as in the network that was trained, got %v", name, p.Value.Shape(), v.Shape)
	}
	return floats(p.Value.Data()), nil
}

// isPretrained reports whether a layer, or what its frame holds, is one.
func isPretrained(c *ir.Call) bool {
	switch framed(c.Layer).(type) {
	case Pretrained, *Pretrained:
		return true
	}
	return false
}

// framed is what a layer builds in its own scope: of a Named or a Shared, the
// layer inside.
func framed(l fmt.Stringer) fmt.Stringer {
	if inside := framingOf(l).layer; inside != nil {
		return inside
	}
	return l
}

// named is the parameter of that name, or nil.
func (n *Network) named(name string) *Param {
	for _, p := range n.params {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// floats copies values.
func floats(data any) []float64 {
	switch d := data.(type) {
	case []float64:
		return append([]float64(nil), d...)
	case []float32:
		wide := make([]float64, len(d))
		for i, v := range d {
			wide[i] = float64(v)
		}
		return wide
	}
	return nil
}
