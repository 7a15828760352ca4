package train

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

// bars is n noisy images of 1×6×6 in three classes, each with its own two
// columns bright. Every third image is of the first class.
func bars(n int) *loaders.Dataset {
	rng := rand.New(rand.NewPCG(1, 2))
	d := &loaders.Dataset{
		Name: "bars", Classes: []string{"left", "middle", "right"}, Channels: 1, Height: 6, Width: 6,
		Images: make([]uint8, n*36), Labels: make([]int, n),
	}
	for i := range n {
		label := i % 3
		d.Labels[i] = label
		for p := range 36 {
			d.Images[i*36+p] = uint8(rng.IntN(100))
			if p%6/2 == label {
				d.Images[i*36+p] += 100
			}
		}
	}
	return d
}

// tiny is a network for bars.
func tiny(t testing.TB, seed uint64) *graph.Network { return tinyOf(t, seed, graph.Float32) }

func tinyOf(t testing.TB, seed uint64, dt tensor.Dtype) *graph.Network {
	return network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: seed, Dtype: dt},
		graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{},
		graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
}

func network(t testing.TB, c graph.Config, layers ...graph.Layer) *graph.Network {
	t.Helper()
	net, err := graph.New(c, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// named is a network for 28×28 images in ten classes.
func named(t testing.TB, name string, seed uint64) *graph.Network {
	t.Helper()
	net, err := nets.New(name, nets.Config{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// fit trains and wants no error.
func fit(t testing.TB, net *graph.Network, data loaders.Source, c Config) *History {
	t.Helper()
	history, err := Fit(context.Background(), net, data, c)
	if err != nil {
		t.Fatal(err)
	}
	return history
}

// weights are the bits of all values of a network's weights.
func weights(net *graph.Network) []uint64 {
	var all []uint64
	for _, p := range net.Params() {
		for k := range p.Value.Shape().TotalSize() {
			all = append(all, math.Float64bits(at(p.Value, k)))
		}
	}
	return all
}

// events records what it is told.
type events []Event

func (e *events) On(x Event) error {
	*e = append(*e, x)
	return nil
}

func (e events) count(k Kind) int {
	n := 0
	for _, x := range e {
		if x.Kind == k {
			n++
		}
	}
	return n
}

// wantOneLine wants an error of one line that contains each of the parts.
func wantOneLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Error("want an error, got nil")
		return
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("want one line, got %q", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("want %q in the error, got %q", part, err)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
