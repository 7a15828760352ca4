package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// TestFramesInFrames has frames around one another, in every order: each says
// what it says alone.
func TestFramesInFrames(t *testing.T) {
	dense, norm := graph.Dense{Units: 4, NoBias: true}, graph.BatchNorm{}
	named := func(name string, l graph.Layer) graph.Layer { return graph.Named{Name: name, Layer: l} }
	shared := func(name string, l graph.Layer) graph.Layer { return graph.Shared{Name: name, Layer: l} }
	frozen := func(l graph.Layer) graph.Layer { return graph.Frozen{Layer: l} }
	for _, c := range []struct {
		layer graph.Layer
		want  []string
	}{
		{dense, []string{"dense_1/kernel trained"}},
		{frozen(dense), []string{"dense_1/kernel fixed"}},
		{frozen(frozen(dense)), []string{"dense_1/kernel fixed"}},
		{&graph.Frozen{Layer: &dense}, []string{"dense_1/kernel fixed"}},
		{named("a", dense), []string{"a/kernel trained"}},
		{named("a", frozen(dense)), []string{"a/kernel fixed"}},
		{named("a", &graph.Frozen{Layer: frozen(dense)}), []string{"a/kernel fixed"}},
		{frozen(named("a", dense)), []string{"a/kernel fixed"}},
		{shared("a", frozen(dense)), []string{"a/kernel fixed"}},
		{frozen(shared("a", dense)), []string{"a/kernel fixed"}},
		{named("a", named("b", dense)), []string{"a/b/kernel trained"}},
		{named("a", shared("b", dense)), []string{"b/kernel trained"}},
		{named("a", frozen(shared("b", dense))), []string{"b/kernel fixed"}},
		{shared("a", named("b", frozen(dense))), []string{"a/b/kernel fixed"}},
		{shared("a", shared("b", dense)), []string{"b/kernel trained"}},
		{named("a", graph.Chain{dense, frozen(graph.Chain{dense, norm})}), []string{
			"a/dense_1/kernel trained", "a/dense_2/kernel fixed",
			"a/batch_norm_1/scale fixed", "a/batch_norm_1/shift fixed", "a/batch_norm_1/mean state", "a/batch_norm_1/variance state",
		}},
		{graph.Dense{Units: 4, NoBias: true, Activation: frozen(dense)}, []string{"dense_1/kernel trained", "dense_1/dense_1/kernel fixed"}},
		{graph.Dense{Units: 4, NoBias: true, Activation: named("a", dense)}, []string{"dense_1/kernel trained", "dense_1/a/kernel trained"}},
		{graph.Dense{Units: 4, NoBias: true, Activation: shared("a", dense)}, []string{"dense_1/kernel trained", "a/kernel trained"}},
	} {
		net, err := graph.New(graph.Config{Input: graph.Shape{4}}, c.layer)
		if err != nil {
			t.Errorf("%v: %v", c.layer, err)
			continue
		}
		var got []string
		for _, p := range net.Params() {
			got = append(got, fmt.Sprint(p.Name, " ", p.Role))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v: parameters (-want +got):\n%s", c.layer, diff)
		}
	}
}

// TestSharedInNamed is one layer in two places, whatever is around it.
func TestSharedInNamed(t *testing.T) {
	tower := graph.Shared{Name: "tower", Layer: graph.Dense{Units: 2}}
	a, b := graph.Input("a", 3), graph.Input("b", 3)
	net, err := graph.Compose(graph.Config{}, graph.Join(graph.Sum,
		a.Then(graph.Named{Name: "left", Layer: tower}), b.Then(graph.Named{Name: "right", Layer: graph.Chain{tower, graph.ReLU}})))
	if err != nil {
		t.Fatal(err)
	}
	if len(net.Params()) != 2 {
		t.Errorf("%d parameters, want a kernel and a bias", len(net.Params()))
	}
}
