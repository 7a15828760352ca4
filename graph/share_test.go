package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/ranktest"
	"euryale/nets"
)

// ran is what some runs of a network's training program left.
type ran struct {
	losses []float64
	grads  [][]float32 // of the last run
	state  [][]float32
}

func copies(all []*tensor.Dense) (out [][]float32) {
	for _, d := range all {
		out = append(out, slices.Clone(d.Float32s()))
	}
	return out
}

// runShare runs batches of n drawn samples, of which s is the share; nil means all.
func runShare(net *graph.Network, n int, loss graph.Loss, s *graph.Share) (*ran, error) {
	p, err := net.Compile(graph.ProgramConfig{Batch: n, Mode: graph.Training, Loss: loss, Share: s})
	if err != nil {
		return nil, err
	}
	defer p.Close()
	rng := rand.New(rand.NewPCG(3, 4))
	size, k := net.Inputs()[0].Shape.TotalSize(), net.Outputs()[0].Shape[0]
	r := &ran{}
	for range 2 {
		x, labels := make([]float32, n*size), make([]int, n)
		for i := range x {
			x[i] = rng.Float32()
		}
		for i := range labels {
			labels[i] = rng.IntN(k)
		}
		from, to := 0, n
		if s != nil {
			if from, to = s.Samples(n); from == to {
				from, to = 0, 1
			}
		}
		if err := p.SetInput(0, x[from*size:to*size]); err != nil {
			return nil, err
		}
		if err := p.SetLabels(0, labels[from:to]); err != nil {
			return nil, err
		}
		if err := p.Run(); err != nil {
			return nil, err
		}
		r.losses = append(r.losses, p.Loss)
	}
	r.grads = copies(p.Grads)
	for _, w := range net.Params(graph.State) {
		r.state = append(r.state, slices.Clone(w.Value.Float32s()))
	}
	return r, nil
}

// differs names what of two runs is not the same, bit for bit.
func (r *ran) differs(from *ran, net *graph.Network) string {
	if !slices.Equal(r.losses, from.losses) {
		return fmt.Sprintf("losses %v and %v", from.losses, r.losses)
	}
	for which, pair := range map[graph.Role][2][][]float32{graph.Trained: {r.grads, from.grads}, graph.State: {r.state, from.state}} {
		for i, w := range net.Params(which) {
			for j, v := range pair[0][i] {
				if math.Float32bits(v) != math.Float32bits(pair[1][i][j]) {
					return fmt.Sprintf("%s[%d]: %v and %v", w.Name, j, pair[1][i][j], v)
				}
			}
		}
	}
	return ""
}

// checkShares runs a network on one rank and on several.
func checkShares(t *testing.T, makeNet func() *graph.Network, batches, ranks []int, loss graph.Loss) {
	t.Helper()
	for _, n := range batches {
		want, err := runShare(makeNet(), n, loss, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range ranks {
			err := ranktest.Run(size, func(r *ranktest.Member) error {
				net := makeNet()
				got, err := runShare(net, n, loss, &graph.Share{Rank: r.Rank(), Ranks: size, Sums: r})
				if err != nil {
					return err
				}
				if d := got.differs(want, net); d != "" {
					return fmt.Errorf("rank %d: one rank and this: %s", r.Rank(), d)
				}
				return nil
			})
			if err != nil {
				t.Errorf("%d samples on %d ranks: %v", n, size, err)
			}
		}
	}
}

// Losses, gradients and statistics have the same bits on any number of ranks.
func TestShare(t *testing.T) {
	for _, name := range nets.Names() {
		t.Run(name, func(t *testing.T) {
			batches, ranks := []int{11}, []int{4}
			if name == "lesson" || name == "resnet20" {
				batches, ranks = []int{16, 11, 3}, []int{1, 2, 4, 8}
			}
			checkShares(t, func() *graph.Network {
				net, err := nets.New(name, nets.Config{Seed: 1, Dropout: 0.3})
				if err != nil {
					t.Fatal(err)
				}
				return net
			}, batches, ranks, graph.SparseCategoricalCrossEntropy{})
		})
	}
}

// The layers whose gradients are sums over samples, in all their layouts, and the
// losses.
func TestShareLayers(t *testing.T) {
	for _, c := range []struct {
		name   string
		layers []graph.Layer
		loss   graph.Loss
	}{
		{"planar norm", []graph.Layer{graph.Flatten{}, graph.BatchNorm{}, graph.Dense{Units: 3}}, nil},
		{"group norm", []graph.Layer{graph.Conv2D{Filters: 4, Kernel: 3}, graph.GroupNorm{Groups: 2}, graph.Flatten{}, graph.LayerNorm{}, graph.Dense{Units: 3}}, nil},
		{"PReLU", []graph.Layer{graph.Conv2D{Filters: 4, Kernel: 3}, graph.PReLU{}, graph.Flatten{}, graph.Dense{Units: 3}}, nil},
		{"PReLU of vectors", []graph.Layer{graph.Flatten{}, graph.Dense{Units: 70}, graph.PReLU{}, graph.Dense{Units: 3}}, nil},
		{"transposed", []graph.Layer{graph.Conv2DTranspose{Filters: 3, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 3}}, nil},
		{"groups", []graph.Layer{graph.Conv2D{Filters: 4, Kernel: 3}, graph.Conv2D{Filters: 6, Kernel: 3, Groups: 2}, graph.DepthwiseConv2D{Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 3}}, nil},
		{"penalty", []graph.Layer{graph.Flatten{}, graph.Dense{Units: 3, Penalty: graph.L2{Weight: 0.1}}}, nil},
		{"ignored", []graph.Layer{graph.Flatten{}, graph.Dense{Units: 3}}, graph.SparseCategoricalCrossEntropy{Ignore: []int{1}}},
		{"class weights", []graph.Layer{graph.Flatten{}, graph.Dense{Units: 3}}, graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{1, 2, 0.3}}},
		{"focal", []graph.Layer{graph.Flatten{}, graph.Dense{Units: 3}}, graph.Focal{}},
		{"noise", []graph.Layer{graph.GaussianNoise{Deviation: 0.2}, graph.Flatten{}, graph.Dropout{Rate: 0.5}, graph.Dense{Units: 3}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			loss := c.loss
			if loss == nil {
				loss = graph.SparseCategoricalCrossEntropy{}
			}
			checkShares(t, func() *graph.Network {
				net, err := graph.New(graph.Config{Input: graph.Shape{2, 7, 7}, Seed: 2}, c.layers...)
				if err != nil {
					t.Fatal(err)
				}
				return net
			}, []int{13, 5}, []int{2, 4, 8}, loss)
		})
	}
}

// A parameter that is repeated over samples; of a rank's one sample it is not known
// whether it is, which is refused.
func TestShareOperand(t *testing.T) {
	makeNet := func() *graph.Network {
		net, err := graph.New(graph.Config{Input: graph.Shape{2, 7, 7}, Seed: 2},
			graph.Operand{Join: graph.Product, Shape: graph.Shape{2, 1, 7}, Init: graph.HeNormal}, graph.Flatten{}, graph.Dense{Units: 3})
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	checkShares(t, makeNet, []int{19}, []int{2, 4, 8}, graph.SparseCategoricalCrossEntropy{})
	_, err := runShare(makeNet(), 8, graph.SparseCategoricalCrossEntropy{}, &graph.Share{Ranks: 8, Sums: &ranktest.Member{}})
	if want := "operand_1"; err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "ranks cannot share a batch") {
		t.Errorf("one sample: want an error that names %s, got %v", want, err)
	}
}

// What cannot be shared is said when it is compiled.
func TestShareRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		config graph.Config
		share  graph.Share
		sums   bool
		want   string
	}{
		{"three ranks", graph.Config{}, graph.Share{Ranks: 3}, true, "want 1, 2, 4 or 8 ranks"},
		{"rank 2 of 2", graph.Config{}, graph.Share{Rank: 2, Ranks: 2}, true, "want a Rank from 0 to 1, got 2"},
		{"no sums", graph.Config{}, graph.Share{Ranks: 2}, false, "want Sums, got nil"},
		{"stock engine", graph.Config{Engine: graph.Gorgonia}, graph.Share{Ranks: 2}, true, "want the engine fused"},
	} {
		c.config.Input = graph.Shape{4}
		net, err := graph.New(c.config, graph.Dense{Units: 2})
		if err != nil {
			t.Fatal(err)
		}
		if c.sums {
			c.share.Sums = &ranktest.Member{}
		}
		_, err = net.Compile(graph.ProgramConfig{Batch: 8, Share: &c.share})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", c.name, c.want, err)
		}
	}
}
