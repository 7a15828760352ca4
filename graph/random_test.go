package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"euryale/graph"
)

// randomGraph composes a network of a few layers at random: values that several
// read, joins of two and three, one value twice, paths that end in different
// places. Nothing in it is left unread.
func randomGraph(t *testing.T, seed uint64, c graph.Config) *graph.Network {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	values := []*graph.Value{graph.Input("image", 1+rng.IntN(5), 8, 8)}
	if rng.IntN(3) == 0 {
		values = append(values, graph.Input("other", 1+rng.IntN(3), 8, 8))
	}
	unread := map[*graph.Value]bool{}
	for _, v := range values {
		unread[v] = true
	}
	pick := func() *graph.Value {
		v := values[max(0, len(values)-1-rng.IntN(4))]
		delete(unread, v)
		return v
	}
	for range 4 + rng.IntN(8) {
		y := randomStep(rng, pick(), values, unread)
		values = append(values, y)
		unread[y] = true
	}
	var ends []*graph.Value
	for _, v := range values { // in order, not the map's
		if unread[v] {
			ends = append(ends, v.Then(graph.Flatten{}))
		}
	}
	net, err := graph.Compose(c, graph.Join(graph.Concat, ends...).Then(graph.Dense{Units: 3}))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// randomStep puts something behind x and, if it joins, others of its shape.
func randomStep(rng *rand.Rand, x *graph.Value, values []*graph.Value, unread map[*graph.Value]bool) *graph.Value {
	s := x.Shape()
	activation := []graph.Layer{nil, graph.ReLU, graph.Tanh, graph.LeakyReLU{Slope: 0.2}}[rng.IntN(4)]
	switch rng.IntN(8) {
	case 0, 1:
		return x.Then(graph.Conv2D{Filters: 1 + rng.IntN(20), Kernel: 1 + 2*rng.IntN(2), Padding: graph.Same, Activation: activation})
	case 2:
		if s[1] >= 6 {
			return x.Then(graph.Conv2D{Filters: 1 + rng.IntN(20), Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{})
		}
		return x.Then(graph.Sigmoid)
	case 3:
		return x.Then(graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: s[0], Kernel: 3, Padding: graph.Same}, graph.Tanh}, Activation: graph.ReLU})
	case 4:
		return x.Then(graph.Tanh)
	}
	join := []graph.Joiner{graph.Sum, graph.Product, graph.Maximum, graph.Concat}[rng.IntN(4)]
	in := []*graph.Value{x}
	for _, v := range values {
		if len(in) < 3 && v.Shape().Eq(s) && rng.IntN(2) == 0 {
			delete(unread, v)
			in = append(in, v)
		}
	}
	if len(in) == 1 {
		if join == graph.Maximum {
			join = graph.Sum // of equal values none is the first by rounding alone
		}
		in = append(in, x)
	}
	return graph.Join(join, in...).Then(graph.Tanh)
}

// seeded fills a program and its network from a seed, as wide as it is.
func seeded(t *testing.T, net *graph.Network, p *graph.Program) {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 12))
	noise := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	for i, in := range p.Inputs {
		if err := p.SetInput(i, noise(in.Shape().TotalSize())); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.SetTarget(0, noise(p.Targets[0].Shape().TotalSize())); err != nil {
		t.Fatal(err)
	}
}

var squared = graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}}

// TestRandomGraphs compares the fused engine with Gorgonia's ops, and those with
// central differences.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			var programs []*graph.Program
			for _, c := range []graph.Config{{Engine: graph.Gorgonia}, {Engine: graph.Fused}} {
				c.Seed = seed
				net := randomGraph(t, seed, c)
				p := compile(t, net, squared)
				seeded(t, net, p)
				for range 2 { // what the first run leaves behind must not show in the second
					run(t, p)
				}
				programs = append(programs, p)
			}
			stock, fused := programs[0], programs[1]
			close32(t, "output", fused.Outputs[0], stock.Outputs[0].Data().([]float32), 2e-5)
			for i, g := range fused.Grads {
				close32(t, fmt.Sprint("gradient ", i), g, stock.Grads[i].Data().([]float32), 1e-4)
			}
			if seed%4 == 0 {
				differences(t, randomGraph(t, seed, graph.Config{Seed: seed, Dtype: graph.Float64}))
			}
		})
	}
}

// differences compares some gradients of each weight with central differences.
func differences(t *testing.T, net *graph.Network) {
	t.Helper()
	rng := rand.New(rand.NewPCG(13, 14))
	for _, param := range net.Params() { // biases of zero behind a ReLU lie on the kink
		for i, w := 0, param.Value.Data().([]float64); i < len(w); i++ {
			w[i] += 0.1 * rng.NormFloat64()
		}
	}
	p := compile(t, net, squared)
	seeded(t, net, p)
	run(t, p)
	for i, param := range net.Params(graph.Trained) {
		w, g := param.Value.Data().([]float64), append([]float64(nil), p.Grads[i].Data().([]float64)...)
		for j := 0; j < len(w); j += 1 + len(w)/4 {
			const h = 1e-6
			old := w[j]
			w[j] = old + h
			run(t, p)
			up := p.Loss
			w[j] = old - h
			run(t, p)
			w[j] = old
			if want := (up - p.Loss) / (2 * h); math.Abs(g[j]-want) > 1e-5*max(1, math.Abs(want)) {
				t.Errorf("%s[%d]: gradient %v, want %v", param.Name, j, g[j], want)
			}
		}
	}
}
