package engine

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
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
	labels := f.labels(r, n)
	r.s.eachStretch(n, func(at, count int) {
		var tops, sums [stretch]float64
		logSumExps(r.s, r.z, at, tops[:count], sums[:count])
		for i, label := range labels[:count] {
			if w := f.weight(label); w != 0 {
				sum += w * f.part(pixel(r.s, r.z, at+i), label, tops[i], sums[i])
			}
		}
		labels = labels[count:]
	})
	return sum
}

// part is the loss of one whose logSumExp is known.
func (f classesLoss[T]) part(z column[T], label int, top, sum float64) float64 {
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
	labels := f.labels(r, n)
	r.s.eachStretch(n, func(at, count int) {
		f.gradients(r, at, labels[:count], scale)
		labels = labels[count:]
	})
}

// gradients are those of a stretch, which begins at at.
func (f classesLoss[T]) gradients(r *lossRun[T], at int, labels []int, scale float64) {
	var tops, sums, weights [stretch]float64
	n := len(labels)
	logSumExps(r.s, r.z, at, tops[:n], sums[:n])
	for i, label := range labels {
		w := f.weight(label)
		if f.Focal && w != 0 {
			w *= f.focal(math.Log(sums[i]) + (tops[i] - pixel(r.s, r.z, at+i).at(label)))
		}
		weights[i] = w * scale
	}
	vectors := probabilities(r, at, tops[:n], sums[:n], weights[:n], f.LabelSmoothing/float64(r.s.c))
	for i, label := range labels {
		z, dz := pixel(r.s, r.z, at+i), pixel(r.s, r.dz, at+i)
		if f.weight(label) == 0 {
			for k := range dz.n {
				dz.x[k*dz.stride] = 0
			}
			continue
		}
		rest := f.LabelSmoothing / float64(z.n)
		from, to := 0, z.n
		if vectors { // only the label, whose p - 1 wants more digits, is missing
			from, to = label, label+1
		}
		for k := from; k < to; k++ {
			p := math.Exp(z.at(k)-tops[i]) / sums[i]
			if k == label {
				p -= 1 - f.LabelSmoothing
			}
			dz.x[k*dz.stride] = T((p - rest) * weights[i])
		}
	}
}

// probabilities sets r.dz of a stretch to w·(p - rest), p being the softmax, in
// vectors, or reports false where they would be too short.
func probabilities[T float](r *lossRun[T], at int, top, sum, w []float64, rest float64) bool {
	z, ok := any(r.z).([]float32)
	if !ok || r.s.area < longRow && (r.s.area > 1 || r.s.c < longRow) {
		return false
	}
	dz, n := any(r.dz).([]float32), len(top)
	if r.s.area == 1 {
		row := r.s.c
		f32.Exp(dz[at:at+row], z[at:at+row], float32(top[0]))
		f32.Scale(dz[at:at+row], dz[at:at+row], float32(w[0]/sum[0]))
		if rest != 0 {
			for k := range dz[at : at+row] {
				dz[at+k] -= float32(rest * w[0])
			}
		}
		return true
	}
	var tops, factors, rests [stretch]float32
	for i, v := range top {
		tops[i], factors[i], rests[i] = float32(v), float32(w[i]/sum[i]), float32(-rest*w[i])
	}
	for ch := range r.s.c {
		d := r.s.of(dz, at, n, ch)
		f32.ExpEach(d, r.s.of(z, at, n, ch), tops[:n])
		f32.Multiply(d, d, factors[:n])
		if rest != 0 {
			f32.AddTo(d, rests[:n])
		}
	}
	return true
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
