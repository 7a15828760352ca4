package serve_test

import (
	"context"
	"sync"
	"testing"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// trained is the file of a network that reads drawn digits, trained once.
var trained = sync.OnceValues(func() (*graph.Network, error) {
	training, _ := loaders.RenderedDigits(1, 4000, 0)
	net, err := nets.New("conv32", nets.Config{Seed: 1})
	if err != nil {
		return nil, err
	}
	if _, err := train.Fit(context.Background(), net, training, train.Config{Epochs: 1}); err != nil {
		return nil, err
	}
	return net, net.SetDetails(graph.Details{Classes: training.Classes})
})

func model(t testing.TB) *graph.Network {
	t.Helper()
	net, err := trained()
	if err != nil {
		t.Fatal(err)
	}
	return net
}
