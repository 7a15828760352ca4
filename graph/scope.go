package graph

import (
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// Scope is where a layer declares its weights and what it computes. It belongs
// to one layer in one place.
type Scope struct {
	call   *ir.Call
	outer  *Scope
	names  map[string]bool // of the weights
	counts *Value          // how much each sample does, in a loss
	failed error           // the first error of a layer inside
	weight error           // of the first weight that cannot be, also where Build then drops it
}

// depth is how many layers are around a value.
func (s *Scope) depth() int {
	n := 0
	for ; s != nil; s = s.outer {
		n++
	}
	return n
}

// within reports whether s is part of other, which may be nil.
func (s *Scope) within(other *Scope) bool {
	for ; s != nil; s = s.outer {
		if s == other {
			return true
		}
	}
	return other == nil
}

// leaks reports that what belongs to s is used when s is finished.
func (s *Scope) leaks() error {
	if s == nil || s.call.Out == nil {
		return nil
	}
	return errors.Errorf("a value of the inside of %v is used outside of it: return it from Build", s.call.Layer)
}

// build calls a layer's Build or Join, and checks what comes out.
func (s *Scope) build(in []*Value, build func(*Scope, []*Value) *Value) (y *Value, err error) {
	defer func() {
		// Behind an error inside, a shape is nil and indexing it
		// panics.
		if err != nil && s.failed != nil {
			err = s.failed
		}
	}()
	defer recovered(&err)
	y = build(s, in)
	switch {
	case y == nil:
		return nil, errors.New("want a value of Build, got nil")
	case y.err != nil:
		return nil, y.err
	case y.scope != s:
		if err := y.scope.leaks(); err != nil {
			return nil, err
		}
		return nil, errors.New("want Build to return a value made of its input, got one of the outside")
	}
	if _, ok := y.v.Op.(ir.Param); ok {
		return nil, errors.New("want a batch of Build, got a weight")
	}
	return y, s.weight
}

// Weight is a trainable weight of the layer, known as "layer/name". Its first
// values are drawn by init, nil meaning GlorotUniform. Within a layer a name
// serves once: to share a weight, share the layer; see Shared.
func (s *Scope) Weight(name string, shape Shape, init Initializer) *Value {
	return s.PenalizedWeight(name, shape, init, nil)
}

// PenalizedWeight is a Weight that adds to the loss what p makes of it; nil
// means nothing.
func (s *Scope) PenalizedWeight(name string, shape Shape, init Initializer, p Penalty) *Value {
	param := ir.Param{Name: name, Role: ir.Trained, Init: init}
	if p != nil {
		l1, l2, err := p.rates()
		if err != nil {
			return s.noWeight(errors.Errorf("weight %s: %v: %v", name, p, err))
		}
		param.Penalty = ir.Penalty{L1: l1, L2: l2}
	}
	return s.param(param, shape)
}

// State is a parameter that the layer keeps from run to run and changes itself
// in training, such as a running mean.
func (s *Scope) State(name string, shape Shape, init Initializer) *Value {
	return s.param(ir.Param{Name: name, Role: ir.State, Init: init}, shape)
}

// mostValues is how many values a parameter, or a batch of one value, may have.
const mostValues = 1 << 31

func (s *Scope) param(p ir.Param, shape Shape) *Value {
	if p.Name == "" || strings.Contains(p.Name, "/") { // which may be that of a layer inside
		return s.noWeight(errors.Errorf("weight %q: want a name without a slash, got %q", p.Name, p.Name))
	}
	if s.names[p.Name] {
		return s.noWeight(errors.Errorf("weight %q: want a name that the layer has not used yet; to share a weight, share the layer that has it", p.Name))
	}
	s.names[p.Name] = true
	if len(shape) == 0 {
		return s.noWeight(errors.Errorf("weight %s: want a shape of at least one dimension, such as (1), got ()", p.Name))
	}
	size := 1
	for _, d := range shape {
		if d < 1 || d > mostValues/size {
			return s.noWeight(errors.Errorf("weight %s: want a shape of 1 to 2³¹ values, got %v", p.Name, shape))
		}
		size *= d
	}
	if p.Init == nil {
		p.Init = GlorotUniform
	}
	if err := checkInit(p.Init); err != nil {
		return s.noWeight(errors.Errorf("weight %s: %v", p.Name, err))
	}
	v := &ir.Value{Op: p, Shape: shape.Clone(), Call: s.call}
	s.call.Params = append(s.call.Params, v)
	return &Value{v: v, scope: s}
}

// noWeight is Fail, of a weight.
func (s *Scope) noWeight(err error) *Value {
	v := s.Fail(err)
	if s.weight == nil {
		s.weight = v.err
	}
	return v
}

// Fail is the value that a layer returns which cannot be built.
func (s *Scope) Fail(err error) *Value {
	if err == nil {
		err = errors.New("want a reason for Fail, got nil")
	}
	return &Value{scope: s, err: &failure{s.call, shapeError(err)}}
}

// values are what lies behind x, or the error of one that cannot be used in s.
func (s *Scope) values(x []*Value) ([]*ir.Value, error) {
	in := make([]*ir.Value, len(x))
	for i, v := range x {
		err := v.check(i)
		if err == nil && !s.within(v.scope) {
			err = errors.Errorf("a value of the inside of %v is used in %v", v.scope.call.Layer, s.call.Layer)
		}
		if err != nil {
			return nil, err
		}
		in[i] = v.v
	}
	return in, nil
}

// op is what an op makes of x.
func (s *Scope) op(o ir.Op, x ...*Value) *Value {
	in, err := s.values(x)
	if err != nil {
		return &Value{scope: s, err: err}
	}
	v, err := ir.New(o, s.call, in...)
	if err != nil {
		return s.Fail(err)
	}
	return &Value{v: v, scope: s}
}

// activate applies a layer within the scope of another, whose part it is; nil
// leaves x as it is.
func activate(s *Scope, a Layer, x *Value) *Value {
	if a == nil || x.err != nil {
		return x
	}
	return a.Build(s, x)
}
