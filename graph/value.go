package graph

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// Value is a batch on its way through a network: an input, or what a layer
// makes of others. It is never changed: any number of layers may read it, and
// any number of networks be composed of it.
//
// A value that could not be made carries the first error, as a bufio.Scanner
// does; whatever is built on it carries it too, and Compose returns it.
type Value struct {
	v     *ir.Value
	scope *Scope // the layer whose part it is; nil outside of layers
	err   error
}

// Input is an input of a network under construction, of the given name and
// shape of one sample:
//
//	image := graph.Input("image", 3, 32, 32)
func Input(name string, shape ...int) *Value {
	v := &Value{v: &ir.Value{Op: ir.Input{Name: name}, Shape: Shape(shape).Clone()}}
	switch {
	case name == "":
		v.err = errors.New("want a name for each input, got an empty one")
	case len(shape) == 0:
		v.err = errors.Errorf("input %q: want a shape such as (1, 28, 28), got none", name)
	}
	size := 1
	for _, d := range shape {
		switch {
		case d < 1:
			v.err = errors.Errorf("input %q: want dimensions of at least 1, got %v", name, Shape(shape))
			return v
		case d > mostValues/size:
			v.err = errors.Errorf("input %q: want a shape of at most 2³¹ values, got %v", name, Shape(shape))
			return v
		}
		size *= d
	}
	return v
}

// Shape is the shape of one sample; nil where the value carries an error.
func (v *Value) Shape() Shape {
	if v.v == nil || v.err != nil {
		return nil
	}
	return v.v.Shape.Clone()
}

// Err is why the value could not be made, or nil.
func (v *Value) Err() error { return v.err }

// Then puts layers behind v, one after the other.
func (v *Value) Then(layers ...Layer) *Value {
	for i, l := range layers {
		if isNil(l) {
			return v.failed(errors.Errorf("layer %d is nil", i+1))
		}
		v = apply(&ir.Call{Layer: l}, []*Value{v}, func(s *Scope, x []*Value) *Value { return l.Build(s, x[0]) })
	}
	return v
}

// Join makes one value of several.
func Join(j Joiner, x ...*Value) *Value {
	var first *Value
	if len(x) > 0 {
		first = x[0]
	}
	switch {
	case isNil(j):
		return first.failed(errors.New("the Joiner is nil"))
	case first == nil && len(x) == 0:
		return first.failed(errors.Errorf("%v: want at least one value to join, got none", j))
	}
	return apply(&ir.Call{Layer: j, Joins: true}, x, j.Join)
}

// isNil reports whether a layer or a joiner is nil, or a pointer that is.
func isNil(l fmt.Stringer) bool {
	v := reflect.ValueOf(l)
	return l == nil || v.Kind() == reflect.Pointer && v.IsNil()
}

// failed is v with an error; the first one stays.
func (v *Value) failed(err error) *Value {
	switch {
	case v == nil:
		return &Value{err: err}
	case v.err != nil:
		return v
	}
	return &Value{v: v.v, scope: v.scope, err: err}
}

// failure is an error in a layer, which Compose can name.
type failure struct {
	call *ir.Call
	err  error
}

func (f *failure) Error() string { return fmt.Sprintf("%v: %v", f.call.Layer, f.err) }
func (f *failure) Unwrap() error { return f.err }

// apply lets a layer build on x.
func apply(call *ir.Call, x []*Value, build func(*Scope, []*Value) *Value) *Value {
	outer, err := around(x)
	if err != nil {
		return &Value{scope: outer, err: err}
	}
	s := &Scope{call: call, outer: outer, names: map[string]bool{}}
	if outer != nil {
		s.call.Parent = outer.call
	}
	in := make([]*Value, len(x))
	for i, v := range x {
		s.call.In = append(s.call.In, v.v)
		in[i] = &Value{v: v.v, scope: s}
	}
	y, err := s.build(in, build)
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			err = &failure{s.call, err}
		}
		if outer != nil && outer.failed == nil {
			outer.failed = err
		}
		return &Value{scope: outer, err: err}
	}
	if slices.Contains(s.call.In, y.v) && !framingOf(call.Layer).bare {
		y = s.op(ir.Reshape{To: y.v.Shape}, y) // so that the layer has an output of its own
	}
	s.call.Out = y.v
	return &Value{v: y.v, scope: outer}
}

// check reports what keeps v from being used, as the i-th value of several.
func (v *Value) check(i int) error {
	switch {
	case v == nil || v.v == nil && v.err == nil:
		return errors.Errorf("value %d is nil", i+1)
	case v.err != nil:
		return v.err
	}
	return v.scope.leaks()
}

// around is the innermost layer that values belong to, or the error that one of
// them carries.
func around(x []*Value) (*Scope, error) {
	var inner *Scope
	for i, v := range x {
		if err := v.check(i); err != nil {
			return inner, err
		}
		if v.scope.depth() > inner.depth() {
			inner = v.scope
		}
	}
	_, err := inner.values(x)
	return inner, err
}
