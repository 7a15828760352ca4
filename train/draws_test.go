package train

import (
	"slices"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// drawing is a network for bars with layers that draw at random.
func drawing(t testing.TB, seed uint64, engine graph.Engine) *graph.Network {
	return network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: seed, Engine: engine},
		graph.GaussianNoise{Deviation: 0.05}, graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU}, graph.SpatialDropout2D{Rate: 0.25}, graph.MaxPool2D{},
		graph.Flatten{}, graph.Dropout{Rate: 0.25}, graph.Dense{Units: 3, Activation: graph.Softmax})
}

// TestFitDrawsTheSame: a Fit of a fresh network, or of the same one with its
// first weights, gives the same bits, and so does a loop of Fits of one epoch
// each, on networks that are handed on weight by weight.
func TestFitDrawsTheSame(t *testing.T) {
	const epochs = 3
	data, held := bars(70), bars(9)
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		whole := drawing(t, 1, engine)
		first := copied(whole)
		history := fit(t, whole, data, Config{Epochs: epochs, Seed: 3, Validation: held})
		want := weights(whole)
		if got := history.State.NetworkSteps; got != 3*epochs || whole.Steps() != got {
			t.Errorf("%v: want %d steps of the network, got %d and %d", engine, 3*epochs, got, whole.Steps())
		}

		again := drawing(t, 1, engine)
		fit(t, again, data, Config{Epochs: epochs, Seed: 3, Validation: held})
		if !slices.Equal(want, weights(again)) {
			t.Errorf("%v: a fresh network: want the same weights, bit for bit", engine)
		}
		put(t, whole, first)
		fit(t, whole, data, Config{Epochs: epochs, Seed: 3, Validation: held})
		if !slices.Equal(want, weights(whole)) {
			t.Errorf("%v: the same network with its first weights: want the same, bit for bit", engine)
		}

		var state *OptimizerState
		net := drawing(t, 1, engine)
		for epoch := 1; epoch <= epochs; epoch++ {
			next := drawing(t, 1, engine)
			put(t, next, copied(net))
			net = next
			state = &fit(t, net, data, Config{FirstEpoch: epoch, State: state, Seed: 3, Validation: held}).State
		}
		if !slices.Equal(want, weights(net)) {
			t.Errorf("%v: a loop: want the weights of one long Fit, bit for bit", engine)
		}

		// And it is the steps that do it.
		state = &fit(t, again, data, Config{Seed: 3}).State
		put(t, again, copied(net))
		put(t, whole, copied(net))
		fit(t, again, data, Config{FirstEpoch: 2, State: state, Seed: 3})
		state.NetworkSteps = 0
		fit(t, whole, data, Config{FirstEpoch: 2, State: state, Seed: 3})
		if slices.Equal(weights(again), weights(whole)) {
			t.Errorf("%v: other steps of the network: want other weights", engine)
		}
	}
}

// copied are the values of a network's parameters.
func copied(net *graph.Network) []*tensor.Dense {
	var all []*tensor.Dense
	for _, p := range net.Params() {
		all = append(all, p.Value.Clone().(*tensor.Dense))
	}
	return all
}

// put gives a network the values of another's parameters.
func put(t *testing.T, net *graph.Network, values []*tensor.Dense) {
	t.Helper()
	for i, p := range net.Params() {
		if err := tensor.Copy(p.Value, values[i]); err != nil {
			t.Fatal(err)
		}
	}
}
