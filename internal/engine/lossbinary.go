package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// BinaryConfig is what a BinaryLoss may have besides. A zero field is left out.
type BinaryConfig struct {
	LabelSmoothing float64   // of each target, half of it to 1
	PositiveWeight []float64 // one a channel, times what a target of 1 costs
	Focal          bool      // times (1-p)^Gamma, p being the probability of the target
	Gamma, Alpha   float64   // and, unless Alpha is 0, times that for 1 and 1-Alpha for 0
}

// BinaryLoss is the cross-entropy between the logistic function of each logit z
// and its target t, a part being each of them:
//
//	l = t·log(1 + exp(-z)) + (1-t)·log(1 + exp(z))
//
// z and target are (N, K, …) of one shape; weights is nil or (N). It is finite
// for any finite logits.
func BinaryLoss(z, target, weights *G.Node, c BinaryConfig) (*G.Node, error) {
	const name = "BinaryLoss"
	if err := wantLoss(name, false, z, target, weights); err != nil {
		return nil, err
	}
	if k := z.Shape()[1]; c.PositiveWeight != nil && len(c.PositiveWeight) != k {
		return nil, errors.Errorf("%s: want a weight for each of %d channels, got %d", name, k, len(c.PositiveWeight))
	}
	if z.Dtype() == tensor.Float32 {
		return lossOf(name, partsLoss[float32](binaryLoss[float32]{c}), z, target, weights)
	}
	return lossOf(name, partsLoss[float64](binaryLoss[float64]{c}), z, target, weights)
}

type binaryLoss[T float] struct{ BinaryConfig }

func (f binaryLoss[T]) count(r *lossRun[T], _ int) int { return r.size() }

// check reports a target that is no probability, of a sample that counts. One
// that is not a number makes a loss that is none.
func (f binaryLoss[T]) check(r *lossRun[T]) error {
	for i, t := range r.target {
		if sample := i / r.size(); (t < 0 || t > 1) && r.weight(sample) != 0 {
			return errors.Errorf("target %d of sample %d of the batch: want 0 to 1, got %v", i%r.size(), sample, t)
		}
	}
	return nil
}

func (f binaryLoss[T]) loss(r *lossRun[T], n int) (sum float64) {
	if z, ok := any(r.z).([]float32); ok && f.simple(r) {
		return f.losses(r, z, n)
	}
	for i := range r.size() {
		l, _ := f.part(r, n*r.size()+i, i/r.s.area)
		sum += l
	}
	return sum
}

func (f binaryLoss[T]) gradient(r *lossRun[T], n int, scale float64) {
	if z, ok := any(r.z).([]float32); ok && f.simple(r) {
		f.gradients(r, z, n, scale)
		return
	}
	for i := range r.size() {
		at := n*r.size() + i
		_, d := f.part(r, at, i/r.s.area)
		r.dz[at] = T(d * scale)
	}
}

// simple reports whether the loss is a sum of curves of logits, and samples are
// so large that vectors are worth it.
func (f binaryLoss[T]) simple(r *lossRun[T]) bool { return !f.Focal && r.size() >= longRow }

// losses is loss by vectors.
func (f binaryLoss[T]) losses(r *lossRun[T], z []float32, n int) (sum float64) {
	f.curves(r, z, n, f32.Softplus, func(at int, one, zero float64, above, below float32) {
		sum += times(one, float64(below)) + times(zero, float64(above))
	})
	return sum
}

// gradients is gradient by vectors.
func (f binaryLoss[T]) gradients(r *lossRun[T], z []float32, n int, scale float64) {
	f.curves(r, z, n, f32.Sigmoid, func(at int, one, zero float64, p, q float32) {
		r.dz[at] = T((zero*float64(p) - one*float64(q)) * scale)
	})
}

// curves calls use with a curve at each logit of sample n and at what that is
// with the other sign, and with what the probabilities of 1 and of 0 cost there.
func (f binaryLoss[T]) curves(r *lossRun[T], z []float32, n int, c f32.Curve, use func(at int, one, zero float64, above, below float32)) {
	var above, below [stretch]float32
	last := (n + 1) * r.size()
	for from := n * r.size(); from < last; from += stretch {
		part := z[from:min(from+stretch, last)]
		f32.Apply(c, above[:len(part)], part)
		f32.Scale(below[:len(part)], part, -1)
		f32.Apply(c, below[:len(part)], below[:len(part)])
		for i := range part {
			at := from + i
			one, zero := f.costs(r, at, (at-n*r.size())/r.s.area)
			use(at, one, zero, above[i], below[i])
		}
	}
}

// costs are what the probabilities of 1 and of 0 cost.
func (f binaryLoss[T]) costs(r *lossRun[T], at, channel int) (one, zero float64) {
	t := (1-f.LabelSmoothing)*float64(r.target[at]) + f.LabelSmoothing/2
	one, zero = t, 1-t
	if f.PositiveWeight != nil {
		one *= f.PositiveWeight[channel]
	}
	return one, zero
}

// part is the loss of a logit, and its derivative.
func (f binaryLoss[T]) part(r *lossRun[T], at, channel int) (l, d float64) {
	z, t := float64(r.z[at]), (1-f.LabelSmoothing)*float64(r.target[at])+f.LabelSmoothing/2
	one, zero := f.costs(r, at, channel)
	p, q, minusLogP, minusLogQ := logistic(z)
	l, d = times(one, minusLogP)+times(zero, minusLogQ), zero*p-one*q
	if !f.Focal {
		return l, d
	}
	u := times(t, q) + times(1-t, p) // 1 - the probability of the target
	power := math.Pow(u, f.Gamma)
	d *= power
	if u > 0 && f.Gamma != 0 {
		d += f.Gamma * math.Pow(u, f.Gamma-1) * times((1-2*t)*p*q, l)
	}
	l *= power
	if f.Alpha != 0 {
		w := t*f.Alpha + (1-t)*(1-f.Alpha)
		l, d = w*l, w*d
	}
	return l, d
}

// logistic is p = 1/(1 + exp(-z)), 1-p, and the negative logarithms of both, by
// one exponential.
func logistic(z float64) (p, q, minusLogP, minusLogQ float64) {
	exp := math.Exp(-math.Abs(z))
	log := math.Log1p(exp)
	near, far := 1/(1+exp), exp/(1+exp)
	if z < 0 {
		return far, near, log - z, log
	}
	return near, far, log, log + z
}

// times is a·b, and 0 where a is, whatever b.
func times(a, b float64) float64 {
	if a == 0 {
		return 0
	}
	return a * b
}
