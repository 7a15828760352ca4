package graph

import (
	"fmt"
	"reflect"
)

// frame is a layer around another that says something of it: its name, or what
// is to become of its weights.
type frame interface{ frame() framing }

type framing struct {
	layer  Layer
	name   string // of one's own; "" where bare
	bare   bool   // it bears no name: what is inside is named as if it were not there
	shared bool   // all of this name are one
	frozen bool
}

// framingOf is what a layer says of what is inside it.
func framingOf(l fmt.Stringer) framing {
	if f, ok := l.(frame); ok {
		return f.frame()
	}
	return framing{}
}

// Chain is layers one behind the other. It bears no name: its layers are named
// as if they stood alone.
type Chain []Layer

func (c Chain) frame() framing { return framing{bare: true} }

func (c Chain) String() string { return Literal(c) }

// Build puts each layer behind the one before it.
func (c Chain) Build(_ *Scope, x *Value) *Value { return x.Then(c...) }

// Named is a layer with a name of one's own, which its weights bear.
type Named struct {
	Name  string // without a slash
	Layer Layer
}

func (n Named) frame() framing {
	l, frozen := unfrozen(n.Layer)
	return framing{layer: l, name: n.Name, frozen: frozen}
}

func (n Named) String() string { return Literal(n) }

// Build builds the layer.
func (n Named) Build(s *Scope, x *Value) *Value { return buildInside(s, n, x) }

// Shared is a layer whose weights are those of every Shared of its name in the
// network: the gradients of all its uses are summed.
type Shared struct {
	Name  string // without a slash
	Layer Layer  // the same wherever the name is used
}

func (h Shared) frame() framing {
	l, frozen := unfrozen(h.Layer)
	return framing{layer: l, name: h.Name, shared: true, frozen: frozen}
}

func (h Shared) String() string { return Literal(h) }

// Build builds the layer.
func (h Shared) Build(s *Scope, x *Value) *Value { return buildInside(s, h, x) }

// Frozen is a layer whose weights are not trained, run as in inference: a
// BatchNorm in it uses its running mean and variance, and keeps them. It bears
// no name, so that a network without it takes the same weights.
type Frozen struct{ Layer Layer }

func (f Frozen) frame() framing { return framing{layer: f.Layer, bare: true, frozen: true} }

func (f Frozen) String() string { return Literal(f) }

// Build puts the layer behind x.
func (f Frozen) Build(s *Scope, x *Value) *Value {
	if !s.builds(f) {
		return x.Then(f)
	}
	return x.Then(f.Layer)
}

// unfrozen is what is inside of any Frozen around a layer, and whether there is
// one.
func unfrozen(l Layer) (inside Layer, frozen bool) {
	for {
		switch f := l.(type) {
		case Frozen:
			l, frozen = f.Layer, true
			continue
		case *Frozen:
			if f != nil {
				l, frozen = f.Layer, true
				continue
			}
		}
		return l, frozen
	}
}

// buildInside builds the layer of a Named or a Shared in its scope.
func buildInside(s *Scope, around Layer, x *Value) *Value {
	l := framingOf(around).layer
	switch {
	case isNil(l):
		return s.Fail(badField("Layer", "that is not nil", "nil"))
	case !s.builds(around):
		return x.Then(around)
	case framingOf(l).layer != nil: // with a name of its own
		return x.Then(l)
	}
	return l.Build(s, x)
}

// builds reports whether s is that of a layer of l's type, or of what is around
// one. It is not where a layer is built by hand within another, such as an
// Activation: then nobody has seen what a frame says.
func (s *Scope) builds(l Layer) bool {
	for at := s.call.Layer; at != nil; at = framingOf(at).layer {
		t := reflect.TypeOf(at)
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t == reflect.TypeOf(l) {
			return true
		}
	}
	return false
}
