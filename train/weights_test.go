package train

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/loaders"
)

// weighing lets points count differently.
func weighing(p points, weight func(sample int) float32) points {
	p.spoil = func(b *loaders.Batch) {
		for i := range b.Targets {
			w := b.Weights(i)
			for k, at := range b.Index {
				w[k] = weight(at)
			}
		}
	}
	return p
}

// TestSampleWeights: metrics over batches of unequal size are those of one
// batch, and a sample that does not count teaches nothing.
func TestSampleWeights(t *testing.T) {
	net := twoByTwo(t)
	data := weighing(newPoints(10), func(i int) float32 { return float32(i % 3) })
	evaluate := func(s loaders.Source, batch int) float64 {
		m, err := Evaluate(t.Context(), net, s, EvaluateConfig{Loss: twoLosses, Batch: batch})
		if err != nil {
			t.Fatal(err)
		}
		return m.Loss
	}
	one, several := evaluate(data, 10), evaluate(data, 4)
	if math.Abs(one-several) > 1e-6 || math.Abs(one-evaluate(newPoints(10), 10)) < 1e-3 {
		t.Errorf("loss %v in batches of 4, want %v as in one, and not that without weights", several, one)
	}
	before := append([]float32(nil), net.Params()[0].Value.Data().([]float32)...)
	if _, err := Fit(t.Context(), net, weighing(newPoints(10), func(int) float32 { return 0 }), Config{Loss: twoLosses}); err != nil {
		t.Fatal(err)
	}
	for i, v := range net.Params()[0].Value.Data().([]float32) {
		if v != before[i] {
			t.Fatalf("weight %d became %v, want %v: no sample counts", i, v, before[i])
		}
	}
}

// TestWeightsComeAndGo: a batch without weights forgets those of the batches
// before it, whose memory it has.
func TestWeightsComeAndGo(t *testing.T) {
	p := newPoints(8)
	rest := points{xy: p.xy[2:], n: p.n[1:]}
	p.spoil = func(b *loaders.Batch) {
		if b.Index[0] == 0 {
			for i := range b.Targets {
				clear(b.Weights(i))
			}
		}
	}
	m, err := Evaluate(t.Context(), twoByTwo(t), p, EvaluateConfig{Loss: twoLosses, Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	want, err := Evaluate(t.Context(), twoByTwo(t), rest, EvaluateConfig{Loss: twoLosses, Batch: 1})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(m.Loss-want.Loss*7/8) > 1e-6 {
		t.Errorf("loss %v, want 7/8 of the others' %v", m.Loss, want.Loss)
	}
}

func TestWeightsMisfit(t *testing.T) {
	p := newPoints(4)
	p.spoil = func(b *loaders.Batch) { b.Targets[1].Weights = make([]float32, b.N+1) }
	_, err := Evaluate(t.Context(), twoByTwo(t), p, EvaluateConfig{Loss: twoLosses})
	wantOneLine(t, err, "train: target of output sum: want Weights for 1 sample, got 2")
}

// TestIgnoredLabelsCountNowhere: not in the loss, nor in the accuracy, whatever
// batch they are in.
func TestIgnoredLabelsCountNowhere(t *testing.T) {
	net := heads(t, "left")
	p := newPoints(12)
	p.spoil = func(b *loaders.Batch) {
		b.Targets = b.Targets[:1]
		for k, i := range b.Index {
			if i < 5 {
				b.Targets[0].Labels[k] = -1
			}
		}
	}
	loss := graph.SparseCategoricalCrossEntropy{Ignore: []int{-1}}
	got, err := Evaluate(t.Context(), net, p, EvaluateConfig{Loss: loss, Batch: 4})
	if err != nil {
		t.Fatal(err)
	}
	rest := points{xy: p.xy[10:], n: p.n[5:], spoil: func(b *loaders.Batch) { b.Targets = b.Targets[:1] }}
	want, err := Evaluate(t.Context(), net, rest, EvaluateConfig{Loss: loss, Batch: 7})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Loss-want.Loss) > 1e-6 || got.Accuracy != want.Accuracy {
		t.Errorf("got %v, want %v of those that count alone", got, want)
	}
}

// TestIgnoredClassIsNoHit where the network says it.
func TestIgnoredClassIsNoHit(t *testing.T) {
	sum := newPrograms(tiny(t, 1), graph.SparseCategoricalCrossEntropy{Ignore: []int{0}}).tally()
	if err := sum.add(ran(2, []float32{1, 0, 0, 1, 1, 0}, 2), labels(0, 1, 1)); err != nil {
		t.Fatal(err)
	}
	if m := sum.mean(); m.Accuracy != 0.5 || m.Loss != 2 {
		t.Errorf("got %v, want an accuracy of 1/2 and a loss of 2", m)
	}
}
