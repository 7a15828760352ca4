package graph_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// scaledSum is a Dense and what it reads, times weights of its own.
type scaledSum struct{}

func (w scaledSum) String() string { return graph.Literal(w) }

func (w scaledSum) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	y := x.Then(graph.Dense{Units: x.Shape()[0]})
	scale := s.Weight("scale", graph.Shape{1, x.Shape()[0]}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		sum, err := G.Add(n[0], n[1])
		if err != nil {
			return nil, err
		}
		return G.BroadcastHadamardProd(sum, n[2], nil, []byte{0})
	}, x, y, scale)
}

// nodeLines are a network's nodes, a line each.
func nodeLines(net *graph.Network) []string {
	var lines []string
	for _, n := range net.Nodes() {
		lines = append(lines, fmt.Sprintf("%s = %s(%s) %v, %d params", n.Name, n.Type, strings.Join(n.Reads, ", "), n.Output, n.Params))
	}
	return lines
}

// TestNodes opens blocks within blocks, within a network that is a layer, with a
// layer in two places and one with an op of its own.
func TestNodes(t *testing.T) {
	shared := graph.Shared{Name: "again", Layer: graph.Residual{Body: graph.Chain{graph.Dense{Units: 4}}}}
	base, err := graph.New(graph.Config{Input: graph.Shape{4}}, shared,
		graph.Residual{Body: graph.Chain{shared, graph.Residual{Body: graph.Chain{graph.Tanh}, Activation: graph.ReLU}}}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{4}},
		graph.Frozen{Layer: graph.Pretrained{Net: base, Until: "residual_1"}},
		graph.Branches{Join: graph.Concat, Of: []graph.Layer{graph.ReLU, graph.Chain{graph.Tanh, scaledSum{}}}}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"input = Input() (4), 0 params",
		"pretrained_1/again/dense_1 = Dense(input) (4), 20 params",
		"pretrained_1/again/sum_1 = Sum(pretrained_1/again/dense_1, input) (4), 0 params",
		"pretrained_1/residual_1/again/dense_1 = Dense(pretrained_1/again/sum_1) (4), 20 params",
		"pretrained_1/residual_1/again/sum_1 = Sum(pretrained_1/residual_1/again/dense_1, pretrained_1/again/sum_1) (4), 0 params",
		"pretrained_1/residual_1/residual_1/tanh_1 = Tanh(pretrained_1/residual_1/again/sum_1) (4), 0 params",
		"pretrained_1/residual_1/residual_1/sum_1 = Sum(pretrained_1/residual_1/residual_1/tanh_1, pretrained_1/residual_1/again/sum_1) (4), 0 params",
		"pretrained_1/residual_1/residual_1/re_lu_1 = ReLU(pretrained_1/residual_1/residual_1/sum_1) (4), 0 params",
		"pretrained_1/residual_1/sum_1 = Sum(pretrained_1/residual_1/residual_1/re_lu_1, pretrained_1/again/sum_1) (4), 0 params",
		"branches_1/re_lu_1 = ReLU(pretrained_1/residual_1/sum_1) (4), 0 params",
		"branches_1/tanh_1 = Tanh(pretrained_1/residual_1/sum_1) (4), 0 params",
		"branches_1/scaled_sum_1/dense_1 = Dense(branches_1/tanh_1) (4), 20 params",
		"branches_1/scaled_sum_1/Gorgonia_s_ops = Gorgonia's ops(branches_1/tanh_1, branches_1/scaled_sum_1/dense_1) (4), 4 params",
		"branches_1/concat_1 = Concat(branches_1/re_lu_1, branches_1/scaled_sum_1/Gorgonia_s_ops) (8), 0 params",
		"dense_1 = Dense(branches_1/concat_1) (2), 18 params",
	}
	if diff := cmp.Diff(want, nodeLines(net)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNodesOfAPlace has one layer in three places.
func TestNodesOfAPlace(t *testing.T) {
	want := []string{
		"x = Input() (4), 0 params",
		"again = Shared(x) (4), 20 params",
		"again.2 = Shared(again) (4), 20 params",
		"again.3 = Shared(again.2) (4), 20 params",
	}
	if diff := cmp.Diff(want, nodeLines(declared(t, "one layer after itself"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNodesAreAGraph: names differ, none is that of a block, and what is read is
// there.
func TestNodesAreAGraph(t *testing.T) {
	for _, d := range declarations {
		net := d.network(t, graph.Config{Seed: 1}, graph.Input)
		var names []string
		blocks := map[string]bool{}
		for _, n := range net.Nodes() {
			if slices.Contains(names, n.Name) {
				t.Errorf("%s: want a name for each node, got two of %s", d.name, n.Name)
			}
			names = append(names, n.Name)
			for at := path.Dir(n.Name); at != "."; at = path.Dir(at) {
				blocks[at] = true
			}
		}
		for _, n := range net.Nodes() {
			if blocks[n.Name] {
				t.Errorf("%s: want no node of the name of the block %s", d.name, n.Name)
			}
			if (len(n.Reads) == 0) != (n.Type == "Input") {
				t.Errorf("%s: want inputs alone to read nothing, got %+v", d.name, n)
			}
			for _, from := range n.Reads {
				if !slices.Contains(names, from) {
					t.Errorf("%s: %s reads %s, which is no node", d.name, n.Name, from)
				}
			}
		}
	}
}
