package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

func TestComposeRefuses(t *testing.T) {
	input := func(size int) *graph.Value { return graph.Input(fmt.Sprint("of ", size), size) }
	dense := func(units int) graph.Layer { return graph.Dense{Units: units} }
	shared := func(name string, l graph.Layer) graph.Layer { return graph.Shared{Name: name, Layer: l} }
	x := input(3)
	for _, c := range []struct {
		name    string
		outputs []*graph.Value
		want    string
	}{
		{"none", nil, "want at least one output, got none"},
		{"nil", []*graph.Value{x.Then(dense(1)), nil}, "output 2 is nil"},
		{"an input", []*graph.Value{x}, `output 1 is the input "of 3": want at least one layer behind it`},
		{"two inputs of one name", []*graph.Value{graph.Join(graph.Sum, graph.Input("a", 2), graph.Input("a", 2))}, `two inputs are called "a"`},
		{"an input that nothing reads", []*graph.Value{graph.Join(first{}, input(2), input(4))}, "first_1: first{}: nothing reads its input 2, (N, 4)"},
		{"a weight that nothing reads", []*graph.Value{x.Then(idle{})}, "idle_1: idle{}: weight w is declared and not used"},
		{"one name, two layers", []*graph.Value{x.Then(shared("a", dense(3)), shared("a", graph.Dense{Units: 3, NoBias: true}))}, `"a" is shared: want one layer, got `},
		{"one name, shared and not", []*graph.Value{x.Then(shared("a", dense(3)), graph.Named{Name: "a", Layer: dense(3)})}, `two layers are called "a"`},
		{"one name in two shared layers", []*graph.Value{x.Then(shared("a", graph.Chain{graph.Named{Name: "b", Layer: dense(3)}}), shared("a/b", dense(3)))}, `want a name without a slash, got "a/b"`},
		{"shared by two sizes", []*graph.Value{graph.Join(graph.Sum, input(2).Then(shared("a", dense(3))), input(4).Then(shared("a", dense(3))))}, "weight a/kernel: want shape (2, 3), as where its layer is used first, got (4, 3)"},
		{"frozen in one place", []*graph.Value{x.Then(shared("a", dense(3)), graph.Frozen{Layer: shared("a", dense(3))})}, "weight a/kernel is shared and frozen in one of its places"},
		{"a name with a slash", []*graph.Value{x.Then(graph.Named{Name: "a/b", Layer: dense(1)})}, `want a name without a slash, got "a/b"`},
		{"no name", []*graph.Value{x.Then(graph.Named{Layer: dense(1)})}, `want a name without a slash, got ""`},
		{"an error in a block", []*graph.Value{x.Then(dense(3), graph.Residual{Body: graph.Chain{dense(4), dense(0)}})}, "residual_1/dense_2: Dense{}: want Units of at least 1, got 0; so far of 3 (N, 3) → dense_1 (N, 3) → residual_1/dense_1 (N, 4)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := graph.Compose(graph.Config{}, c.outputs...)
			oneLine(t, err, c.want)
		})
	}
}

// first is its first value, whatever the others are.
type first struct{}

func (first) String() string { return "first{}" }

func (first) Join(s *graph.Scope, x []*graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Square(n[0]) }, x[0])
}

// idle declares a weight that it does not use.
type idle struct{}

func (idle) String() string { return "idle{}" }

func (idle) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	s.Weight("w", graph.Shape{3}, nil)
	return x.Then(graph.Flatten{})
}

// TestRolesBelowFrozen: weights are fixed, and State stays what it is, however
// deep it lies.
func TestRolesBelowFrozen(t *testing.T) {
	block := graph.Residual{Body: graph.Chain{graph.Dense{Units: 3, NoBias: true}, graph.BatchNorm{}}}
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Frozen{Layer: graph.Named{Name: "base", Layer: block}}, graph.Dense{Units: 1, NoBias: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]graph.Role{}
	for _, p := range net.Params() {
		got[p.Name] = p.Role
	}
	want := map[string]graph.Role{
		"base/dense_1/kernel": graph.Fixed, "base/batch_norm_1/scale": graph.Fixed, "base/batch_norm_1/shift": graph.Fixed,
		"base/batch_norm_1/mean": graph.State, "base/batch_norm_1/variance": graph.State, "dense_1/kernel": graph.Trained,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestSharedAcrossBlocks: a shared layer bears its name alone, wherever it is.
func TestSharedAcrossBlocks(t *testing.T) {
	inner := graph.Shared{Name: "inner", Layer: graph.Dense{Units: 3, NoBias: true}}
	outer := graph.Shared{Name: "outer", Layer: graph.Chain{inner, graph.Dense{Units: 3, NoBias: true}}}
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Residual{Body: graph.Chain{outer}}, graph.Named{Name: "again", Layer: graph.Chain{inner, outer}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range net.Params() {
		got = append(got, p.Name)
	}
	if d := cmp.Diff([]string{"inner/kernel", "outer/dense_1/kernel"}, got); d != "" {
		t.Error(d)
	}
}
