package graph_test

import (
	"fmt"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// offsetInput is an input whose gradient is that of a weight.
func offsetInput(name string, shape ...int) *graph.Value {
	return graph.Input(name, shape...).Then(layertest.Offset{})
}

// TestGradientsOfDeclarations compares with central differences.
func TestGradientsOfDeclarations(t *testing.T) {
	for _, d := range declarations {
		t.Run(d.name, func(t *testing.T) {
			net := d.network(t, graph.Config{Seed: 3, Dtype: graph.Float64}, offsetInput)
			layertest.Disturb(net, 0.1)
			layertest.Gradients(t, net, 2, d.loss)
		})
	}
}

// TestEnginesAgreeOnDeclarations compares outputs, losses, gradients and
// running statistics, with the gradient by the inputs and without: that nobody
// wants it makes other steps of a network's first ones.
func TestEnginesAgreeOnDeclarations(t *testing.T) {
	for _, d := range declarations {
		for _, batch := range []int{1, 3, 8} {
			for name, input := range map[string]input{"offset": offsetInput, "plain": graph.Input} {
				t.Run(fmt.Sprintf("%s/%s/batch=%d", d.name, name, batch), func(t *testing.T) {
					layertest.EnginesAgreeOn(t, batch, d.loss, func(e graph.Engine) (*graph.Network, error) {
						return d.network(t, graph.Config{Seed: 3, Engine: e}, input), nil
					})
				})
			}
		}
	}
}
