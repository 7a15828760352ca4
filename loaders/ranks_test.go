package loaders_test

import (
	"slices"
	"strings"
	"testing"

	"euryale/loaders"
)

// asked is a source that notes for which samples it is asked.
type asked struct {
	n    int
	seen []int
}

func (a *asked) Len() int { return a.n }

func (a *asked) Fill(b *loaders.Batch, index []int) error {
	a.seen = append(a.seen, index...)
	for i, at := range index {
		b.Input(0, 1)[i] = float32(at)
	}
	return nil
}

// The ranks' batches are one rank's batches cut up, and each asks the source for
// its own samples only.
func TestRanks(t *testing.T) {
	const n, size = 45, 20 // a last batch of 5, of which some of eight ranks have nothing
	config := loaders.BatchConfig{Size: size, Seed: 3, Epoch: 2}
	var want [][]int
	whole := loaders.NewBatches(&asked{n: n}, config)
	for b := whole.Next(); b != nil; b = whole.Next() {
		want = append(want, slices.Clone(b.Index))
		if b.All != b.N || b.Spare {
			t.Errorf("one rank: want %d samples of all, none spare, got %d, %v", b.N, b.All, b.Spare)
		}
	}
	for _, ranks := range []int{1, 2, 4, 8} {
		got := make([][]int, len(want))
		for rank := range ranks {
			source := &asked{n: n}
			c := config
			c.Rank, c.Ranks = rank, ranks
			batches := loaders.NewBatches(source, c)
			own := 0
			for i := 0; i < len(want); i++ {
				b := batches.Next()
				if b.All != len(want[i]) {
					t.Errorf("rank %d of %d: want %d samples of all, got %d", rank, ranks, len(want[i]), b.All)
				}
				own += b.N
				if b.Spare {
					if b.N != 1 || b.Index[0] != want[i][0] {
						t.Errorf("rank %d of %d: want the first sample spare, got %v", rank, ranks, b.Index)
					}
					continue
				}
				got[i] = append(got[i], b.Index...)
			}
			if batches.Next() != nil || batches.Err() != nil {
				t.Errorf("rank %d of %d: want %d batches, got more or %v", rank, ranks, len(want), batches.Err())
			}
			if len(source.seen) != own {
				t.Errorf("rank %d of %d: asked for %d samples, has %d", rank, ranks, len(source.seen), own)
			}
		}
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("%d ranks: batch %d: want %v, got %v", ranks, i, want[i], got[i])
			}
		}
	}
}

func TestRanksRefused(t *testing.T) {
	for _, c := range []struct {
		config loaders.BatchConfig
		want   string
	}{
		{loaders.BatchConfig{Ranks: 3}, "batches: Ranks: want 1, 2, 4 or 8 ranks"},
		{loaders.BatchConfig{Ranks: -1}, "batches: Ranks: want 1, 2, 4 or 8 ranks"},
		{loaders.BatchConfig{Rank: 1}, "batches: want a Rank from 0 to 0, got 1"},
		{loaders.BatchConfig{Rank: 2, Ranks: 2}, "batches: want a Rank from 0 to 1, got 2"},
		{loaders.BatchConfig{Rank: -1, Ranks: 2}, "batches: want a Rank from 0 to 1, got -1"},
	} {
		b := loaders.NewBatches(&asked{n: 4}, c.config)
		if got := b.Next(); got != nil || b.Err() == nil || !strings.Contains(b.Err().Error(), c.want) {
			t.Errorf("%+v: want no batch and %q, got %v, %v", c.config, c.want, got, b.Err())
		}
	}
}
