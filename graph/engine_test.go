package graph_test

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/graph/internal/layertest"
	"euryale/nets"
)

// TestEnginesAgreeOnNetworks compares every ready network, at batches that are a
// multiple of nothing. At the seeds no sum lies so near zero that one engine's rounding
// lets a ReLU pass what the other's does not, which would be a gradient of its own.
func TestEnginesAgreeOnNetworks(t *testing.T) {
	layers := map[string]func(int) []graph.Layer{
		"simple": nets.Simple, "dense128": nets.Dense128, "lesson": nets.Lesson, "conv32": nets.Conv32,
		"conv64": nets.Conv64, "three-conv": nets.ThreeConv, "lenet5": nets.LeNet5,
		"conv5": nets.Conv5, "vgg-small": nets.VGGSmall, "all-conv": nets.AllConv, "resnet20": nets.ResNet20, "mobile": nets.Mobile,
	}
	for _, name := range nets.Names() {
		for _, c := range []struct {
			batch int
			seed  uint64
		}{{1, 8}, {7, 2}} {
			t.Run(fmt.Sprintf("%s/batch=%d", name, c.batch), func(t *testing.T) {
				layertest.EnginesAgree(t, graph.Config{Input: image, Seed: c.seed}, c.batch, graph.SparseCategoricalCrossEntropy{}, layers[name](10)...)
			})
		}
	}
}

// TestEnginesAgreeOnBlocks compares what the lowering passes look for, at sizes and
// channel counts around the kernels' edges, and what they must leave alone.
func TestEnginesAgreeOnBlocks(t *testing.T) {
	conv := func(filters int) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: 3, Activation: graph.ReLU}
	}
	pool := graph.MaxPool2D{Size: 2}
	for _, c := range []struct {
		name   string
		input  graph.Shape
		layers []graph.Layer
	}{
		{"one filter", graph.Shape{1, 4, 4}, []graph.Layer{conv(1), pool}},
		{"odd sides", graph.Shape{1, 9, 13}, []graph.Layer{conv(5), pool}},
		{"three planes", graph.Shape{3, 10, 8}, []graph.Layer{conv(17), pool}},
		{"five planes", graph.Shape{5, 10, 8}, []graph.Layer{conv(17), pool}},
		{"two blocks", graph.Shape{1, 16, 15}, []graph.Layer{conv(33), pool, conv(18), pool}},
		{"three blocks", graph.Shape{2, 30, 29}, []graph.Layer{conv(15), pool, conv(67), pool, conv(16), pool}},
		{"64 to 64", graph.Shape{64, 9, 9}, []graph.Layer{conv(64), pool}},
		{"block behind weights", graph.Shape{2, 8, 8}, []graph.Layer{graph.Conv2D{Filters: 2, Kernel: 1}, conv(20), pool}},
		{"block, then a convolution", graph.Shape{1, 12, 12}, []graph.Layer{conv(6), pool, graph.Conv2D{Filters: 4, Kernel: 2, Padding: graph.Same, Activation: graph.Tanh}}},
		{"block, then a pool", graph.Shape{1, 12, 12}, []graph.Layer{conv(6), pool, graph.MaxPool2D{Size: 3, Stride: 2}}},
		{"other pool", graph.Shape{1, 12, 12}, []graph.Layer{conv(6), graph.MaxPool2D{Size: 3, Stride: 2}}},
		{"padded pool", graph.Shape{1, 11, 11}, []graph.Layer{conv(6), graph.MaxPool2D{Size: 2, Padding: graph.Same}}},
		{"padded convolution", graph.Shape{2, 9, 9}, []graph.Layer{graph.Conv2D{Filters: 6, Kernel: 3, Padding: graph.Same, Activation: graph.ReLU}, pool}},
		{"no bias", graph.Shape{2, 9, 9}, []graph.Layer{graph.Conv2D{Filters: 6, Kernel: 3, NoBias: true, Activation: graph.ReLU}, pool}},
		{"other activation", graph.Shape{2, 9, 9}, []graph.Layer{graph.Conv2D{Filters: 6, Kernel: 3, Activation: graph.Sigmoid}, pool}},
		{"too small to pool", graph.Shape{2, 3, 9}, []graph.Layer{conv(6)}},
		{"strided 5×5", graph.Shape{3, 17, 14}, []graph.Layer{graph.Conv2D{Filters: 7, Kernel: 5, Stride: 3, Activation: graph.ReLU}}},
		{"dilated", graph.Shape{3, 12, 12}, []graph.Layer{graph.Conv2D{Filters: 7, Kernel: 3, Dilation: 2, Padding: 2, Activation: graph.ReLU}}},
	} {
		for _, batch := range []int{1, 3, 33} {
			t.Run(fmt.Sprintf("%s/batch=%d", c.name, batch), func(t *testing.T) {
				layers := append(append([]graph.Layer{}, c.layers...), graph.Flatten{}, graph.Dense{Units: 3})
				layertest.EnginesAgree(t, graph.Config{Input: c.input, Seed: 2}, batch, graph.MeanSquaredError{}, layers...)
			})
		}
	}
}

// TestUsersLayerUnderTheFusedEngine puts layers of a user's, made of Gorgonia's ops, between fused ones.
func TestUsersLayerUnderTheFusedEngine(t *testing.T) {
	half := graph.Func(func(x *G.Node) (*G.Node, error) { return G.Mul(x, G.NewConstant(float32(0.5))) })
	layertest.EnginesAgree(t, graph.Config{Input: image, Seed: 2}, 4, graph.SparseCategoricalCrossEntropy{},
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		half,
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{Size: 2},
		graph.Flatten{}, scale{}, graph.Func(cube), graph.Dense{Units: 10, Activation: graph.Softmax})
}
