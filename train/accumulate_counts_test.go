package train

import (
	"fmt"
	"math"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

// partly is points of which the labels of some are -1, and whose samples count
// differently.
func partly(n int, weighted, ignored bool) points {
	p := newPoints(n)
	p.spoil = func(b *loaders.Batch) {
		for k, i := range b.Index {
			if ignored && (i < 7 || i == 10) { // also all of a batch, and of a batch of one
				b.Targets[0].Labels[k] = -1
			}
		}
		if !weighted {
			return
		}
		for t := range b.Targets {
			w := b.Weights(t)
			for k, i := range b.Index {
				w[k] = float32((i+t)%5) / 2
			}
		}
	}
	return p
}

// only leaves the first target of points.
func only(p points) points {
	spoil := p.spoil
	p.spoil = func(b *loaders.Batch) {
		b.Targets = b.Targets[:1]
		spoil(b)
	}
	return p
}

// TestAccumulateCounts takes steps on batches whose losses count samples otherwise
// than one each: the weights are those of steps on one large batch.
func TestAccumulateCounts(t *testing.T) {
	classes := graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{3, 0.5}}
	ignoring := graph.SparseCategoricalCrossEntropy{Ignore: []int{-1}}
	both := graph.Losses{{Loss: classes}, {Loss: graph.MeanSquaredError{}, Weight: 0.5}}
	for _, tt := range []struct {
		name string
		data points
		loss graph.Loss
		outs []string
	}{
		{"ignored", only(partly(24, false, true)), ignoring, []string{"left"}},
		{"ignored and weighted", only(partly(24, true, true)), ignoring, []string{"left"}},
		{"sample weights", only(partly(24, true, false)), graph.SparseCategoricalCrossEntropy{}, []string{"left"}},
		{"class weights", only(partly(24, false, false)), classes, []string{"left"}},
		{"two heads", partly(24, false, false), both, []string{"left", "sum"}},
		{"two heads, weighted", partly(24, true, false), both, []string{"left", "sum"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			of := func(batch, accumulate int) *graph.Network {
				net := heads(t, tt.outs...)
				fit(t, net, tt.data, Config{Epochs: 2, Batch: batch, Accumulate: accumulate, Loss: tt.loss, NoShuffle: true, Optimizer: SGD{LearningRate: 0.5}})
				return net
			}
			want := of(12, 1)
			for _, batch := range []int{4, 1} {
				wantSameWeights(t, fmt.Sprintf("batches of %d", batch), want, of(batch, 12/batch))
			}
		})
	}
}

func wantSameWeights(t *testing.T, what string, want, got *graph.Network) {
	t.Helper()
	for i, p := range want.Params() {
		for k := range p.Value.Shape().TotalSize() {
			if a, b := at(p.Value, k), at(got.Params()[i].Value, k); !(math.Abs(a-b) <= 1e-6) {
				t.Fatalf("%s: %s[%d]: want %v, as of one batch, got %v", what, p.Name, k, a, b)
			}
		}
	}
}

// TestAccumulateKeepsPenalties where no label of a step counts: what is left is the
// layers' penalties.
func TestAccumulateKeepsPenalties(t *testing.T) {
	data := only(partly(6, false, true))
	of := func(batch, accumulate int) *graph.Network {
		net := network(t, graph.Config{Input: graph.Shape{3}, Seed: 1}, graph.Dense{Units: 2, Penalty: graph.L2{Weight: 0.1}})
		fit(t, net, three{data}, Config{Batch: batch, Accumulate: accumulate, Loss: graph.SparseCategoricalCrossEntropy{Ignore: []int{-1}}, Optimizer: SGD{}})
		return net
	}
	wantSameWeights(t, "batches of 2", of(6, 1), of(2, 3))
}

// three is points as one input.
type three struct{ points }

func (p three) Fill(b *loaders.Batch, index []int) error {
	if err := p.points.Fill(b, index); err != nil {
		return err
	}
	xy, n := b.Inputs[0], b.Inputs[1]
	x := make([]float32, 0, 3*b.N)
	for k := range b.N {
		x = append(x, xy[2*k], xy[2*k+1], n[k])
	}
	b.Inputs = [][]float32{x}
	return nil
}

// TestAccumulateOfHeadsThatIgnore cannot be what one batch is.
func TestAccumulateOfHeadsThatIgnore(t *testing.T) {
	loss := graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{Ignore: []int{-1}}}, {Loss: graph.MeanSquaredError{}}}
	_, err := Fit(t.Context(), twoByTwo(t), partly(12, false, true), Config{Loss: loss, Accumulate: 3})
	wantOneLine(t, err, "train: Accumulate: want losses of 2 outputs that count every sample, got 3 batches to a step with SparseCategoricalCrossEntropy{Ignore: []int{-1}}", "for the output left")
	fit(t, twoByTwo(t), partly(12, false, true), Config{Loss: loss})
}
