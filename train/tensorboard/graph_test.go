package tensorboard

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// nodeLines are a graph's nodes, a line each.
func nodeLines(t *testing.T, m message) []string {
	t.Helper()
	var lines []string
	for _, b := range parse(t, parse(t, m).bytes(4)).strings(1) {
		n := parse(t, []byte(b))
		var sizes []string
		params := 0
		for _, b := range n.strings(5) {
			entry := parse(t, []byte(b))
			switch value := parse(t, entry.bytes(2)); string(entry.bytes(1)) {
			case "params":
				params = value.number(3)
			case "_output_shapes":
				for _, dim := range parse(t, parse(t, value.bytes(1)).bytes(7)).strings(2) {
					sizes = append(sizes, strconv.Itoa(parse(t, []byte(dim)).number(1)))
				}
			}
		}
		lines = append(lines, fmt.Sprintf("%s = %s(%s) [%s], %d params", n.bytes(1), n.bytes(2), strings.Join(n.strings(3), ", "), strings.Join(sizes, ", "), params))
	}
	return lines
}

// blocks is a network of blocks, and of blocks within them.
func blocks(t testing.TB) *graph.Network {
	t.Helper()
	conv := graph.Conv2D{Filters: 2, Kernel: 1}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}, Seed: 1},
		graph.Frozen{Layer: graph.Pretrained{Net: network(t), Until: "batch_norm_1"}},
		graph.Branches{Join: graph.Concat, Of: []graph.Layer{graph.Chain{conv, graph.ReLU}, graph.Residual{Body: graph.Chain{conv}}}},
		graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func TestGraph(t *testing.T) {
	a, b := graph.Input("a", 2), graph.Input("b", 3)
	joined, err := graph.Compose(graph.Config{}, graph.Join(graph.Concat, a.Then(graph.Dense{Units: 4}), b).Then(graph.Named{Name: "out", Layer: graph.Dense{Units: 1}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		net  *graph.Network
		want []string
	}{
		{"a line", network(t), []string{
			"input = Input() [-1, 1, 28, 28], 0 params",
			"conv2d_1 = Conv2D(input) [-1, 2, 6, 6], 52 params",
			"batch_norm_1 = BatchNorm(conv2d_1) [-1, 2, 6, 6], 8 params",
			"flatten_1 = Flatten(batch_norm_1) [-1, 72], 0 params",
			"dense_1 = Dense(flatten_1) [-1, 10], 730 params",
		}},
		{"two inputs", joined, []string{
			"a = Input() [-1, 2], 0 params",
			"dense_1 = Dense(a) [-1, 4], 12 params",
			"b = Input() [-1, 3], 0 params",
			"concat_1 = Concat(dense_1, b) [-1, 7], 0 params",
			"out = Dense(concat_1) [-1, 1], 8 params",
		}},
		{"blocks", blocks(t), []string{
			"input = Input() [-1, 1, 28, 28], 0 params",
			"pretrained_1/conv2d_1 = Conv2D(input) [-1, 2, 6, 6], 52 params",
			"pretrained_1/batch_norm_1 = BatchNorm(pretrained_1/conv2d_1) [-1, 2, 6, 6], 8 params",
			"branches_1/conv2d_1 = Conv2D(pretrained_1/batch_norm_1) [-1, 2, 6, 6], 6 params",
			"branches_1/re_lu_1 = ReLU(branches_1/conv2d_1) [-1, 2, 6, 6], 0 params",
			"branches_1/residual_1/conv2d_1 = Conv2D(pretrained_1/batch_norm_1) [-1, 2, 6, 6], 6 params",
			"branches_1/residual_1/sum_1 = Sum(branches_1/residual_1/conv2d_1, pretrained_1/batch_norm_1) [-1, 2, 6, 6], 0 params",
			"branches_1/concat_1 = Concat(branches_1/re_lu_1, branches_1/residual_1/sum_1) [-1, 4, 6, 6], 0 params",
			"global_average_1 = GlobalAverage(branches_1/concat_1) [-1, 4], 0 params",
			"dense_1 = Dense(global_average_1) [-1, 10], 50 params",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, nodeLines(t, nodes(began, tt.net))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
