package engine

import (
	"math"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ProbabilitiesLoss is the cross-entropy between the softmax of logits z and
// targets t, which are probabilities, a part being a vector or the channels of a
// pixel:
//
//	l = Σ_k t_k·(log Σ_j exp(z_j) - z_k)
//
// with smoothing·1/K + (1-smoothing)·t_k for t_k. z and target are (N, K) or
// (N, K, H, W); weights is nil or (N).
func ProbabilitiesLoss(z, target, weights *G.Node, smoothing float64) (*G.Node, error) {
	const name = "ProbabilitiesLoss"
	if err := wantLoss(name, false, z, target, weights); err != nil {
		return nil, err
	}
	if z.Dtype() == tensor.Float32 {
		return lossOf(name, partsLoss[float32](probabilitiesLoss[float32]{smoothing}), z, target, weights)
	}
	return lossOf(name, partsLoss[float64](probabilitiesLoss[float64]{smoothing}), z, target, weights)
}

type probabilitiesLoss[T float] struct{ smoothing float64 }

func (f probabilitiesLoss[T]) check(*lossRun[T]) error        { return nil }
func (f probabilitiesLoss[T]) count(r *lossRun[T], _ int) int { return r.s.area }

// target is that of class k.
func (f probabilitiesLoss[T]) target(t column[T], k int) float64 {
	return (1-f.smoothing)*t.at(k) + f.smoothing/float64(t.n)
}

func (f probabilitiesLoss[T]) loss(r *lossRun[T], n int) (sum float64) {
	r.s.eachStretch(n, func(at, count int) {
		var tops, sums [stretch]float64
		logSumExps(r.s, r.z, at, tops[:count], sums[:count])
		for i := range count {
			z, t, log := pixel(r.s, r.z, at+i), pixel(r.s, r.target, at+i), math.Log(sums[i])
			for k := range z.n {
				if want := f.target(t, k); want != 0 { // times which an infinite z would be NaN
					sum += want * (log + (tops[i] - z.at(k)))
				}
			}
		}
	})
	return sum
}

func (f probabilitiesLoss[T]) gradient(r *lossRun[T], n int, scale float64) {
	for at := n * r.size(); at < n*r.size()+r.s.area; at++ {
		z, t, dz := pixel(r.s, r.z, at), pixel(r.s, r.target, at), pixel(r.s, r.dz, at)
		top, exps := z.logSumExp()
		var all float64 // the targets need not add up to 1
		for k := range z.n {
			all += f.target(t, k)
		}
		for k := range z.n {
			dz.x[k*dz.stride] = T((all*math.Exp(z.at(k)-top)/exps - f.target(t, k)) * scale)
		}
	}
}
