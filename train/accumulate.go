package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
)

// accumulated is the mean of the gradients over what the loss counts in several
// batches: that of the batch that they would be together.
type accumulated struct {
	every int // batches to a step

	batches, counted int             // so far
	sums             []*tensor.Dense // of the gradients, each times what its batch counts
}

// add takes the gradients of a batch, means over the n samples, or pixels, that its
// loss counts. It returns what to step with, or nil as long as more batches are to
// come; last says that none are.
func (a *accumulated) add(grads []*tensor.Dense, n int, last bool) []*tensor.Dense {
	if a.batches == 0 && (a.every <= 1 || last) {
		return grads
	}
	if a.sums == nil {
		a.sums = zerosLike(grads)
	}
	for i, g := range grads {
		if a.batches == 0 {
			scale(a.sums[i], g, float64(n))
		} else {
			addScaled(a.sums[i], g, float64(n))
		}
	}
	a.batches++
	a.counted += n
	if a.batches < a.every && !last {
		return nil
	}
	counted := a.counted
	a.batches, a.counted = 0, 0
	if counted == 0 { // the layers' penalties alone, the same in each
		return grads
	}
	for _, s := range a.sums {
		scale(s, s, 1/float64(counted))
	}
	return a.sums
}

// checkAccumulate reports losses of which the gradients of several batches do not
// make that of the batch they would be: each of several outputs divides by what
// its own loss counts, and their sum has it no longer.
func (ps *programs) checkAccumulate(every int) error {
	if every <= 1 || len(ps.scored) < 2 {
		return nil
	}
	for i, at := range ps.scoredAt {
		if l := lossOf(ps.loss, at); ignores(l) {
			return errors.Errorf("train: Accumulate: want losses of %d outputs that count every sample, got %d batches to a step with %v, which leaves out labels, for the output %s: take one larger Batch, or let Weights of 0 leave the samples out",
				len(ps.scored), every, l, ps.scored[i].Name)
		}
	}
	return nil
}

// ignores reports whether a loss leaves out samples of some labels.
func ignores(l graph.Loss) bool {
	if s, ok := l.(graph.SparseCategoricalCrossEntropy); ok {
		return len(s.Ignore) > 0
	}
	_, ok := l.(counter)
	return ok
}

// addScaled is to ← to + by·g.
func addScaled(to, g *tensor.Dense, by float64) {
	pairwise(to, g, by, addMultiple[float32], addMultiple[float64])
}

// addMultiple is to ← to + by·x.
func addMultiple[T floats](to, x []T, by float64) {
	if to, ok := any(to).([]float32); ok {
		f32.AddScaled(to, any(x).([]float32), float32(by))
		return
	}
	times := T(by)
	for i, x := range x {
		to[i] += times * x
	}
}
