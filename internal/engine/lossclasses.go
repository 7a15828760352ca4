package engine

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ClassesConfig is what a ClassesLoss may have besides. A zero field is left
// out.
type ClassesConfig struct {
	LabelSmoothing float64   // of each target, spread over all K classes
	Weights        []float64 // of each class, times the loss of a part that has its label
	Ignore         []int     // labels that count in neither sum
	Focal          bool      // times Alpha·(1-p)^Gamma
	Gamma, Alpha   float64
}

// ClassesLoss is the cross-entropy between the softmax of logits z and integer
// labels, a part being a vector or the channels of a pixel:
//
//	l = log Σ_k exp(z_k) - z_label
//
// z is (N, K) or (N, K, H, W), labels (N) or (N, H, W); weights is nil or (N).
// It is finite for any finite logits.
func ClassesLoss(z, labels, weights *G.Node, c ClassesConfig) (*G.Node, error) {
	const name = "SoftmaxCrossEntropy"
	if err := wantLoss(name, true, z, labels, weights); err != nil {
		return nil, err
	}
	if k := z.Shape()[1]; c.Weights != nil && len(c.Weights) != k {
		return nil, errors.Errorf("%s: want a weight for each of %d classes, got %d", name, k, len(c.Weights))
	}
	if z.Dtype() == tensor.Float32 {
		return lossOf(name, partsLoss[float32](classesLoss[float32]{c}), z, labels, weights)
	}
	return lossOf(name, partsLoss[float64](classesLoss[float64]{c}), z, labels, weights)
}

type classesLoss[T float] struct{ ClassesConfig }

func (f classesLoss[T]) check(r *lossRun[T]) error {
	for i, l := range r.labels {
		if (l < 0 || l >= r.s.c) && !slices.Contains(f.Ignore, l) {
			return errors.Errorf("label %d of the batch: want 0 to %d, got %d", i, r.s.c-1, l)
		}
	}
	return nil
}

// labels are those of sample n.
func (f classesLoss[T]) labels(r *lossRun[T], n int) []int {
	return r.labels[n*r.s.area : (n+1)*r.s.area]
}

func (f classesLoss[T]) count(r *lossRun[T], n int) int {
	if f.Ignore == nil {
		return r.s.area
	}
	count := 0
	for _, l := range f.labels(r, n) {
		if !slices.Contains(f.Ignore, l) {
			count++
		}
	}
	return count
}

// weight is that of a part by its label; 0 where it is ignored.
func (f classesLoss[T]) weight(label int) float64 {
	switch {
	case slices.Contains(f.Ignore, label):
		return 0
	case f.Weights != nil:
		return f.Weights[label]
	}
	return 1
}

func (f classesLoss[T]) loss(r *lossRun[T], n int) (sum float64) {
	for i, label := range f.labels(r, n) {
		if w := f.weight(label); w != 0 {
			sum += w * f.part(pixel(r.s, r.z, n*r.size()+i), label)
		}
	}
	return sum
}

// part is the loss of one.
func (f classesLoss[T]) part(z column[T], label int) float64 {
	top, sum := z.logSumExp()
	log := math.Log(sum)
	minus := func(k int) float64 { return log + (top - z.at(k)) } // -log p of class k
	switch {
	case f.Focal:
		l := minus(label)
		return f.Alpha * math.Pow(-math.Expm1(-l), f.Gamma) * l
	case f.LabelSmoothing == 0:
		return minus(label)
	}
	var all float64
	for k := range z.n {
		all += minus(k)
	}
	return (1-f.LabelSmoothing)*minus(label) + f.LabelSmoothing/float64(z.n)*all
}

func (f classesLoss[T]) gradient(r *lossRun[T], n int, scale float64) {
	for i, label := range f.labels(r, n) {
		at := n*r.size() + i
		z, dz := pixel(r.s, r.z, at), pixel(r.s, r.dz, at)
		w := f.weight(label)
		if w == 0 {
			for k := range dz.n {
				dz.x[k*dz.stride] = 0
			}
			continue
		}
		top, sum := z.logSumExp()
		if f.Focal {
			w *= f.focal(math.Log(sum) + (top - z.at(label)))
		}
		rest := f.LabelSmoothing / float64(z.n)
		for k := range z.n {
			p := math.Exp(z.at(k)-top) / sum
			if k == label {
				p -= 1 - f.LabelSmoothing
			}
			dz.x[k*dz.stride] = T((p - rest) * scale * w)
		}
	}
}

// focal is the derivative of the focal loss by l, the cross-entropy -log p.
func (f classesLoss[T]) focal(l float64) float64 {
	u := -math.Expm1(-l) // 1-p
	d := math.Pow(u, f.Gamma)
	if u > 0 && f.Gamma != 0 && !math.IsInf(l, 1) {
		d += f.Gamma * math.Pow(u, f.Gamma-1) * math.Exp(-l) * l
	}
	return f.Alpha * d
}
