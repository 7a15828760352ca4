package engine_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// bound declares a node of each tensor on one graph.
func bound(inputs ...*tensor.Dense) G.Nodes {
	g := G.NewGraph()
	var nodes G.Nodes
	for i, d := range inputs {
		nodes = append(nodes, G.NewTensor(g, d.Dtype(), d.Dims(), G.WithShape(d.Shape()...), G.WithName(string(rune('a'+i))), G.WithValue(d)))
	}
	return nodes
}

// TestFoldedAllocateNothing calls the ops that have no gradient again.
func TestFoldedAllocateNothing(t *testing.T) {
	vector := func(seed uint64) *tensor.Dense {
		d := random(seed, 5)
		for i, v := range d.Float32s() {
			d.Float32s()[i] = float32(math.Abs(float64(v))) + 0.1
		}
		return d
	}
	weights, matrix, gamma, variance := random(1, 5, 2, 3, 3), random(2, 7, 5), vector(3), vector(4)
	for _, c := range []struct {
		name    string
		declare func(n G.Nodes) (*G.Node, error)
		in      []*tensor.Dense
	}{
		{"kernel", func(n G.Nodes) (*G.Node, error) { return engine.FoldedWeights(n[0], n[1], n[2], 0, 1e-3, nil) }, []*tensor.Dense{weights, gamma, variance}},
		{"matrix", func(n G.Nodes) (*G.Node, error) { return engine.FoldedWeights(n[0], nil, n[1], 1, 1e-3, nil) }, []*tensor.Dense{matrix, variance}},
		{"bias", func(n G.Nodes) (*G.Node, error) { return engine.FoldedBias(n[0], n[1], n[2], n[3], n[4], 1e-3, nil) }, []*tensor.Dense{vector(5), gamma, vector(6), vector(7), variance}},
	} {
		y, err := c.declare(bound(c.in...))
		if err != nil {
			t.Fatal(err)
		}
		var in []G.Value
		for _, d := range c.in {
			in = append(in, d)
		}
		if allocs := testing.AllocsPerRun(5, func() {
			if _, err := y.Op().Do(in...); err != nil {
				t.Fatal(err)
			}
		}); allocs > 0 {
			t.Errorf("%s allocates %v times a run", c.name, allocs)
		}
	}
}

// TestNewOpsRefuse what they cannot take, in one line.
func TestNewOpsRefuse(t *testing.T) {
	n := bound(random(1, 2, 4, 3, 3), random(2, 4), random(3, 3), random(4, 8), random(5, 2, 4))
	x, four, three, eight, vectors := n[0], n[1], n[2], n[3], n[4]
	at := &engine.Draw{}
	for _, c := range []struct {
		want string
		err  func() (*G.Node, error)
	}{
		{"SampleNorm: want (N, C, …), got (4)", func() (*G.Node, error) { return engine.SampleNorm(four, nil, nil, engine.SampleNormConfig{}) }},
		{"SampleNorm: want groups of one size of the channels of (2, 4, 3, 3), got 3", func() (*G.Node, error) {
			return engine.SampleNorm(x, nil, nil, engine.SampleNormConfig{Groups: 3})
		}},
		{"SampleNorm: want groups of one size of the channels of (2, 4, 3, 3), got -1", func() (*G.Node, error) {
			return engine.SampleNorm(x, nil, nil, engine.SampleNormConfig{Groups: -1})
		}},
		{"SampleNorm: want an epsilon of at least 0, got -1", func() (*G.Node, error) {
			return engine.SampleNorm(x, nil, nil, engine.SampleNormConfig{Epsilon: -1})
		}},
		{"SampleNorm: want (4) or (4, 3, 3), a value for each channel or element of (2, 4, 3, 3), got (3)", func() (*G.Node, error) {
			return engine.SampleNorm(x, three, nil, engine.SampleNormConfig{})
		}},
		{"SampleNorm: want (4) or (4), a value for each channel or element of (2, 4), got (8)", func() (*G.Node, error) {
			return engine.SampleNorm(vectors, nil, eight, engine.SampleNormConfig{})
		}},
		{"Dropout: want a rate from 0 to below 1, got 1", func() (*G.Node, error) { return engine.Dropout(x, engine.DropoutConfig{Rate: 1, At: at}) }},
		{"Dropout: want images (N, C, H, W) to drop channels of, got (2, 4)", func() (*G.Node, error) {
			return engine.Dropout(vectors, engine.DropoutConfig{Spatial: true, At: at})
		}},
		{"Dropout: want a Draw, got nil", func() (*G.Node, error) { return engine.Dropout(x, engine.DropoutConfig{}) }},
		{"Dropout: want a batch (N, …), got (4)", func() (*G.Node, error) { return engine.Dropout(four, engine.DropoutConfig{At: at}) }},
		{"Noise: want a deviation of at least 0, got -1", func() (*G.Node, error) { return engine.Noise(x, engine.NoiseConfig{Deviation: -1, At: at}) }},
		{"FoldedWeights: want an axis of (2, 4), got 2", func() (*G.Node, error) { return engine.FoldedWeights(vectors, nil, four, 2, 0, nil) }},
		{"FoldedWeights: want (2), one value for each channel, got (4)", func() (*G.Node, error) { return engine.FoldedWeights(vectors, nil, four, 0, 0, nil) }},
		{"FoldedBias: want (4), one value for each channel, got (3)", func() (*G.Node, error) { return engine.FoldedBias(four, nil, nil, four, three, 0, nil) }},
	} {
		if _, err := c.err(); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
}
