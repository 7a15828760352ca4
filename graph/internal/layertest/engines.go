package layertest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// EnginesAgree compares a network of these layers under the fused engine with
// the same under Gorgonia's ops; see EnginesAgreeOn.
func EnginesAgree(t *testing.T, config graph.Config, batch int, loss graph.Loss, layers ...graph.Layer) {
	t.Helper()
	EnginesAgreeOn(t, batch, loss, func(e graph.Engine) (*graph.Network, error) {
		config.Engine = e
		return graph.New(config, layers...)
	})
}

// EnginesAgreeOn compares all outputs, losses, gradients and State of a network
// under the fused engine with those under Gorgonia's ops, on random input. The
// network is the same for both but for its engine.
func EnginesAgreeOn(t *testing.T, batch int, loss graph.Loss, network func(graph.Engine) (*graph.Network, error)) {
	t.Helper()
	stockNet, stock := underEngine(t, graph.Gorgonia, batch, loss, network)
	fusedNet, fused := underEngine(t, graph.Fused, batch, loss, network)
	for i, want := range append(stock.Losses, stock.Loss) {
		if got := append(fused.Losses, fused.Loss)[i]; !(math.Abs(got-want) <= 1e-5*max(1, math.Abs(want))) {
			t.Errorf("loss %d is %v, want %v", i+1, got, want)
		}
	}
	if len(fused.Outputs) != len(stock.Outputs) || len(fused.Grads) != len(stock.Grads) || len(fused.Grads) != len(fusedNet.Params(graph.Trained)) {
		t.Fatalf("%d outputs and %d gradients, want %d and %d", len(fused.Outputs), len(fused.Grads), len(stock.Outputs), len(stock.Grads))
	}
	for i, y := range fused.Outputs {
		scaled(t, fmt.Sprintf("output %d", i+1), y, stock.Outputs[i], 0)
	}
	// The bias before a norm has no gradient but what rounding leaves of others.
	around := largest(stock.Grads...)
	for i, g := range fused.Grads {
		scaled(t, "gradient of "+fusedNet.Params(graph.Trained)[i].Name, g, stock.Grads[i], around)
	}
	for i, p := range fusedNet.Params(graph.State) {
		scaled(t, p.Name, p.Value, stockNet.Params(graph.State)[i].Value, 0)
	}
}

// underEngine runs a network, with the same random weights, inputs and targets
// whatever the engine.
func underEngine(t *testing.T, e graph.Engine, batch int, loss graph.Loss, network func(graph.Engine) (*graph.Network, error)) (*graph.Network, *graph.Program) {
	t.Helper()
	net, err := network(e)
	if err != nil {
		t.Fatal(err)
	}
	Disturb(net, 0.1)
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: loss})
	for range 2 { // whatever the first run leaves behind must not show in the second
		runRandom(t, p)
	}
	return net, p
}

// largest is the largest magnitude in any of the tensors.
func largest(all ...*tensor.Dense) (m float64) {
	for _, d := range all {
		for _, v := range take(d).Data {
			m = max(m, math.Abs(v))
		}
	}
	return m
}

// scaled compares two tensors relative to the largest value, and to a much
// smaller part of the values around them.
func scaled(t *testing.T, what string, got, want *tensor.Dense, around float64) {
	t.Helper()
	if !slices.Equal(got.Shape(), want.Shape()) {
		t.Fatalf("%s has shape %v, want %v", what, got.Shape(), want.Shape())
	}
	g, w := got.Data().([]float32), want.Data().([]float32)
	top := largest(want)
	for i := range g {
		if d := math.Abs(float64(g[i]) - float64(w[i])); !(d <= 2e-5*top+1e-6*around+1e-7) {
			t.Fatalf("%s: value %d is %v, want %v (largest %v)", what, i, g[i], w[i], top)
		}
	}
}
