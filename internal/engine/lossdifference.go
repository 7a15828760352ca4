package engine

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Penalised is what a difference costs, and its derivative.
type Penalised func(d float64) (cost, slope float64)

// Squared is d².
func Squared(d float64) (cost, slope float64) { return d * d, 2 * d }

// Absolute is |d|, with a derivative of 0 at 0.
func Absolute(d float64) (cost, slope float64) {
	switch {
	case d > 0:
		return d, 1
	case d < 0:
		return -d, -1
	}
	return d, d // 0, or NaN
}

// Huber is d²/2 within ±delta and a straight line beyond.
func Huber(delta float64) Penalised {
	return func(d float64) (cost, slope float64) {
		if abs := math.Abs(d); abs > delta {
			return delta * (abs - delta/2), math.Copysign(delta, d)
		}
		return d * d / 2, d
	}
}

// DifferenceLoss is what the difference of each value z from its target costs, a
// part being each of them. z and target are (N, K, …) of one shape; weights is
// nil or (N). The target has a gradient too.
func DifferenceLoss(z, target, weights *G.Node, cost Penalised) (*G.Node, error) {
	const name = "DifferenceLoss"
	if err := wantLoss(name, false, z, target, weights); err != nil {
		return nil, err
	}
	if z.Dtype() == tensor.Float32 {
		return lossOf(name, partsLoss[float32](differenceLoss[float32]{cost}), z, target, weights)
	}
	return lossOf(name, partsLoss[float64](differenceLoss[float64]{cost}), z, target, weights)
}

type differenceLoss[T float] struct{ cost Penalised }

func (f differenceLoss[T]) check(*lossRun[T]) error        { return nil }
func (f differenceLoss[T]) count(r *lossRun[T], _ int) int { return r.size() }

func (f differenceLoss[T]) loss(r *lossRun[T], n int) (sum float64) {
	for at := n * r.size(); at < (n+1)*r.size(); at++ {
		cost, _ := f.cost(float64(r.z[at]) - float64(r.target[at]))
		sum += cost
	}
	return sum
}

func (f differenceLoss[T]) gradient(r *lossRun[T], n int, scale float64) {
	for at := n * r.size(); at < (n+1)*r.size(); at++ {
		_, slope := f.cost(float64(r.z[at]) - float64(r.target[at]))
		r.dz[at] = T(slope * scale)
	}
}
