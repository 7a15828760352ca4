package engine

import (
	"sync"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/eighths"
)

// A batch may be computed by several ranks, each with a program for its own
// samples. What is summed over samples is then summed over the ranks too, where
// the sum is taken and before it is rounded, so that each rank goes on with the
// bits that one alone would have.

// Ranks adds up what ranks have. Each calls the same methods in the same order,
// with slices of the same lengths.
type Ranks interface {
	// SumFloat32 sets x to the sum of the x of the first ranks, so many,
	// added two by two, as the leaves of a tree. What the others have does not
	// count, but they get the sum too.
	SumFloat32(x []float32, ranks int) error

	// SumFloat64 is SumFloat32 in float64.
	SumFloat64(x []float64, ranks int) error
}

// Among is the share that a program has of a batch among ranks. One that has no
// samples of it computes one that does not count.
type Among struct {
	Share eighths.Share
	Ranks Ranks
}

// own is how many samples the program has.
func (a *Among) own() int {
	from, to := a.Share.Samples()
	return max(to-from, 1)
}

// among has the *Among of each *G.ExprGraph whose batches are shared.
var among sync.Map

// On has ops that are declared on g share their batch, until done is called. a may
// be nil.
func (a *Among) On(g *G.ExprGraph) (done func()) {
	if a == nil {
		return func() {}
	}
	among.Store(g, a)
	return func() { among.Delete(g) }
}

// Alone is an op that may be one that cannot share its batch.
type Alone interface {
	// SumsAlone says whether it sums over samples, and not over ranks.
	SumsAlone() bool
}

// batch is the samples that an op sums over, which may be a rank's share.
type batch struct {
	n     int
	share eighths.Share // that n is of
	ranks Ranks         // nil where the batch is whole
	err   error         // why it cannot be shared
}

// batchOn is that of n samples of an op behind a node. Each sample of the program
// may be several of the op's.
func batchOn(on *G.Node, n int) batch {
	found, ok := among.Load(on.Graph())
	if !ok {
		return batch{n: n}
	}
	a := found.(*Among)
	each := n / a.own()
	b := batch{n: n, share: a.Share, ranks: a.Ranks}
	b.share.Batch *= each
	for r := range a.Share.Ranks {
		whole, own := b.share, a.Share
		whole.Rank, own.Rank = r, r
		from, to := whole.Samples()
		if first, end := own.Samples(); from != first*each || to != end*each {
			b.err = errors.Errorf("want a batch that 8 divides, as ranks cannot share a sum over %d values of each of %d samples else", each, a.Share.Batch)
		}
	}
	return b
}

// absent says whether no sample of n counts.
func (b batch) absent() bool { return b.ranks != nil && b.share.Count() == 0 }

// whole is how many samples all ranks have.
func (b batch) whole() int {
	if b.ranks == nil {
		return b.n
	}
	return b.share.Batch
}

// parts is how many parts there are here.
func (b batch) parts() int {
	switch {
	case b.ranks == nil:
		return partsOf(b.n)
	case b.absent():
		return 1
	}
	return b.share.Count()
}

// part is where part p begins and ends.
func (b batch) part(p int) (from, to int) {
	switch {
	case b.ranks == nil:
		return part(b.n, p)
	case b.absent():
		return 0, b.n
	}
	return b.share.Part(p)
}

// sum adds up what all ranks have of each x.
func (b batch) sum(x ...[]float32) error {
	if b.ranks == nil {
		return nil
	}
	return sumEach(b, b.ranks.SumFloat32, x)
}

// sumDoubles is sum in float64.
func (b batch) sumDoubles(x ...[]float64) error {
	if b.ranks == nil {
		return nil
	}
	return sumEach(b, b.ranks.SumFloat64, x)
}

// sumEach adds up each of x by what ranks have for that.
func sumEach[T float](b batch, sum func([]T, int) error, x [][]T) error {
	for _, x := range x {
		if b.err != nil {
			return b.err
		}
		if err := sum(x, b.share.Present()); err != nil {
			return err
		}
	}
	return nil
}

// sumOf is the sum of what all ranks have for x.
func (b batch) sumOf(x float64) (float64, error) {
	if b.ranks == nil {
		return x, nil
	}
	all := []float64{x}
	err := b.sumDoubles(all)
	return all[0], err
}

// totals are sums over samples in float64, which become T's when those of all
// ranks are in them.
type totals[T float] struct {
	over batch
	sums []float64 // nil where the batch is whole
}

func newTotals[T float](on *G.Node, n, count int) totals[T] {
	t := totals[T]{over: batchOn(on, n)}
	if t.over.ranks != nil {
		t.sums = make([]float64, count)
	}
	return t
}

// set sets total i, which is also y[i], to what is here.
func (t *totals[T]) set(y []T, i int, sum float64) {
	if t.sums == nil {
		y[i] = T(sum)
		return
	}
	t.sums[i] = sum
}

// finish sets y to the totals.
func (t *totals[T]) finish(y []T) error {
	if t.sums == nil {
		return nil
	}
	err := t.over.sumDoubles(t.sums)
	for i, sum := range t.sums {
		y[i] = T(sum)
	}
	return err
}
