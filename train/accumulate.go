package train

import (
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// accumulated is the mean of the gradients over the samples of several batches:
// that of the batch that they would be together.
type accumulated struct {
	every int // batches to a step

	batches, samples int             // so far
	sums             []*tensor.Dense // of the gradients, each times its batch's samples
}

// add takes the mean gradients of a batch of n samples. It returns what to step
// with, or nil as long as more batches are to come; last says that none are.
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
	a.samples += n
	if a.batches < a.every && !last {
		return nil
	}
	for _, s := range a.sums {
		scale(s, s, 1/float64(a.samples))
	}
	a.batches, a.samples = 0, 0
	return a.sums
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
