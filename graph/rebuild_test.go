package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// valuesOf are a network's parameters by name, as they are now.
func valuesOf(net *graph.Network) map[string]any {
	all := map[string]any{}
	for _, p := range net.Params() {
		all[p.Name] = p.Value.Clone().(interface{ Data() any }).Data()
	}
	return all
}

// Rebuilt without a change a network is what it was.
func TestRebuild(t *testing.T) {
	for name, net := range printed(t) {
		if strings.Contains(net.String(), "Chain{") { // which is taken apart
			continue
		}
		t.Run(name, func(t *testing.T) {
			nudged(net)
			again, err := net.Rebuild(func(_ string, l graph.Layer) graph.Layer { return l })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(description(net), description(again)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A new head has weights of its own, and the rest those that were there.
func TestRebuildHead(t *testing.T) {
	net := nudged(smallNet(t))
	if err := net.SetDetails(details()); err != nil {
		t.Fatal(err)
	}
	var names []string
	next, err := net.Rebuild(func(name string, l graph.Layer) graph.Layer {
		names = append(names, name)
		switch name {
		case "dense_1":
			return graph.Dense{Units: 5}
		case "batch_norm_1":
			return nil
		}
		return l
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(net.LayerNames(), names); diff != "" {
		t.Error(diff)
	}
	was, is := valuesOf(net), valuesOf(next)
	if diff := cmp.Diff(was["conv2d_1/kernel"], is["conv2d_1/kernel"]); diff != "" {
		t.Error(diff)
	}
	if n := len(is["dense_1/bias"].([]float32)); n != 5 || len(is) != 4 {
		t.Errorf("want 5 units and 4 parameters, got %d and %d", n, len(is))
	}
	if d := next.Details(); d.Classes != nil || d.Figures != nil || d.Metadata["author"] != "Ada" {
		t.Errorf("want details without classes and figures, got %v", d)
	}
}

func TestFreezeUntil(t *testing.T) {
	x := graph.Input("x", 2, 4, 4)
	trunk := x.Then(same(3, 3, 1), graph.BatchNorm{}, graph.ReLU)
	side := x.Then(graph.Named{Name: "side", Layer: same(3, 1, 1)})
	both := graph.Join(graph.Sum, trunk, side).Then(graph.Frozen{Layer: graph.Chain{same(2, 1, 1), graph.ReLU}}, graph.Flatten{}, graph.Dense{Units: 2})
	net, err := graph.Compose(graph.Config{}, both)
	if err != nil {
		t.Fatal(err)
	}
	nudged(net)
	frozen, err := net.FreezeUntil("re_lu_1")
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]graph.Role{}
	for _, p := range frozen.Params(graph.Trained) {
		roles[p.Name] = p.Role
	}
	want := map[string]graph.Role{"side/kernel": graph.Trained, "side/bias": graph.Trained, "dense_1/kernel": graph.Trained, "dense_1/bias": graph.Trained}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(valuesOf(net), valuesOf(frozen)); diff != "" {
		t.Error(diff)
	}
	again, err := frozen.FreezeUntil("re_lu_1") // as it is
	if err != nil || description(again) != description(frozen) {
		t.Errorf("frozen again: %v, %v", again, err)
	}
	all, err := net.FreezeUntil("dense_1")
	if err != nil || len(all.Params(graph.Trained)) != 0 {
		t.Errorf("want nothing to train, got %v, %v", all, err)
	}
	if _, err := net.FreezeUntil("dense_7"); err == nil || !strings.Contains(err.Error(), `want one of the layers conv2d_1, `) {
		t.Errorf("want the layers' names, got %v", err)
	}
}

// What a network takes from one that has taken it is what that has made of it.
func TestPretrainedTwice(t *testing.T) {
	base := basis(t)
	config := graph.Config{Input: graph.Shape{2, 6, 6}, Seed: 1}
	first, err := graph.New(config, graph.Pretrained{Net: base, Until: "global_average_1"}, small3)
	if err != nil {
		t.Fatal(err)
	}
	nudged(first)
	second, err := graph.New(config, graph.Pretrained{Net: first, Until: "pretrained_1"}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(valuesOf(first)["pretrained_1/conv2d_1/kernel"], valuesOf(second)["pretrained_1/pretrained_1/conv2d_1/kernel"]); diff != "" {
		t.Error(diff)
	}
}
