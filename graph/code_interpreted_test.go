package graph_test

import (
	"reflect"
	"strings"
	"testing"

	"euryale/graph"
)

// interpreted is a layer as an interpreter makes it of a type that no compiler
// has seen: an object, and functions made at run time in the place of methods.
type interpreted struct {
	Object  any
	Build_  func(any, *graph.Scope, *graph.Value) *graph.Value
	String_ func(any) string
}

func (i *interpreted) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	return i.Build_(i.Object, s, x)
}

func (i *interpreted) String() string { return i.String_(i.Object) }

// TestInterpretedCode: such a layer stands in the code of its network as it
// prints itself, alone and as a part of another.
func TestInterpretedCode(t *testing.T) {
	layer := &interpreted{Build_: func(_ any, _ *graph.Scope, x *graph.Value) *graph.Value { return x.Then(graph.Tanh) }}
	text := reflect.ValueOf("Mine{Slope: 2}")
	layer.String_ = reflect.MakeFunc(reflect.TypeOf(layer.String_), func([]reflect.Value) []reflect.Value {
		return []reflect.Value{text}
	}).Interface().(func(any) string)

	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, layer, graph.Dense{Units: 2, Activation: layer})
	if err != nil {
		t.Fatal(err)
	}
	got := net.String()
	for _, want := range []string{
		"\tMine{Slope: 2}, // (N, 3)\n",
		"\tgraph.Dense{Units: 2, Activation: Mine{Slope: 2}}, // (N, 2), 8 parameters\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	if got := graph.Literal(graph.Frozen{Layer: layer}); got != "Frozen{Layer: Mine{Slope: 2}}" {
		t.Errorf("got %s", got)
	}
}
