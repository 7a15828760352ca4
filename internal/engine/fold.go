package engine

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// A normalisation by statistics that are given, behind a product, is the
// product by other weights and with another bias:
//
//	w ← w·γ/√(variance+ε),  b ← (b-mean)·γ/√(variance+ε) + β
//
// Both are computed in float64. They are for inference: there is no gradient.

// FoldedWeights are the weights w, whose given axis is the output's channels.
// gamma may be nil for 1. They are computed again where v has moved or, where it
// is nil, in each run.
func FoldedWeights(w, gamma, variance *G.Node, axis int, epsilon float64, v *Version) (*G.Node, error) {
	in := present(w, gamma, variance)
	if err := wantFloats("FoldedWeights", in...); err != nil {
		return nil, err
	}
	if axis < 0 || axis >= w.Dims() {
		return nil, errors.Errorf("FoldedWeights: want an axis of %v, got %d", w.Shape(), axis)
	}
	if err := wantVectors("FoldedWeights", w.Shape()[axis], in[1:]); err != nil {
		return nil, err
	}
	if w.Dtype() == tensor.Float32 {
		return foldedWeights[float32](in, gamma != nil, axis, epsilon, v)
	}
	return foldedWeights[float64](in, gamma != nil, axis, epsilon, v)
}

// FoldedBias is the bias b. b, gamma and beta may be nil for 0, 1 and 0; v is as
// in FoldedWeights.
func FoldedBias(b, gamma, beta, mean, variance *G.Node, epsilon float64, v *Version) (*G.Node, error) {
	in := present(b, gamma, beta, mean, variance)
	if err := wantFloats("FoldedBias", in...); err != nil {
		return nil, err
	}
	if err := wantVectors("FoldedBias", in[0].Shape()[0], in); err != nil {
		return nil, err
	}
	if mean.Dtype() == tensor.Float32 {
		return foldedBias[float32](in, b != nil, gamma != nil, beta != nil, epsilon, v)
	}
	return foldedBias[float64](in, b != nil, gamma != nil, beta != nil, epsilon, v)
}

func wantVectors(op string, c int, in G.Nodes) error {
	for _, n := range in {
		if !slices.Equal(n.Shape(), tensor.Shape{c}) {
			return errors.Errorf("%s: want (%d), one value for each channel, got %v", op, c, n.Shape())
		}
	}
	return nil
}

// folding is what both ops have in common. Its result may be kept from run to run,
// and has memory of its own.
type folding[T float] struct {
	result[T]
	scaling  scaling[T]
	variance []T
	epsilon  float64
	c        int
	made     kept
}

// Buffers are none.
func (f *folding[T]) Buffers() (Buffer, []Buffer) { return nil, nil }

// factor is γ/√(variance+ε) of channel ch.
func (f *folding[T]) factor(ch int) float64 {
	return f.scaling.factor(ch) / math.Sqrt(float64(f.variance[ch])+f.epsilon)
}

func foldedWeights[T float](in G.Nodes, gamma bool, axis int, epsilon float64, v *Version) (*G.Node, error) {
	shape := in[0].Shape()
	op := &foldedWeightsOp[T]{
		folding: folding[T]{result: newOwnResult[T]("FoldedWeights", in, shape...), scaling: scaling[T]{hasGamma: gamma}, epsilon: epsilon, c: shape[axis], made: kept{version: v}},
		rows:    shape[:axis].TotalSize(), run: shape[axis+1:].TotalSize(),
	}
	op.factors = make([]float64, op.c)
	op.body = op.row
	return G.ApplyOp(op, in...)
}

// foldedWeightsOp has rows rows of c runs of weights, one for each channel.
type foldedWeightsOp[T float] struct {
	folding[T]
	rows, run int
	factors   []float64
	w         []T
	body      func(int)
}

var _ Owner = (*foldedWeightsOp[float32])(nil)

func (op *foldedWeightsOp[T]) Do(in ...G.Value) (G.Value, error) {
	return op.out, op.made.refresh(func() error { return op.fold(in) })
}

func (op *foldedWeightsOp[T]) fold(in []G.Value) (err error) {
	if op.w, err = values[T](in[0], len(op.y)); err != nil {
		return err
	}
	if in, err = op.scaling.take(in[1:], op.c); err != nil {
		return err
	}
	if op.variance, err = values[T](in[0], op.c); err != nil {
		return err
	}
	for ch := range op.factors {
		op.factors[ch] = op.factor(ch)
	}
	if op.rows == 1 {
		parallel.For(op.c, op.body)
	} else {
		parallel.For(op.rows, op.body)
	}
	return nil
}

// row multiplies row i or, where there is but one, run i of it.
func (op *foldedWeightsOp[T]) row(i int) {
	if op.rows == 1 {
		op.multiply(i*op.run, op.factors[i])
		return
	}
	for ch, f := range op.factors {
		op.multiply((i*op.c+ch)*op.run, f)
	}
}

// multiply is the run of weights from at.
func (op *foldedWeightsOp[T]) multiply(at int, factor float64) {
	y := op.y[at : at+op.run]
	for j, w := range op.w[at : at+op.run] {
		y[j] = T(float64(w) * factor)
	}
}

func foldedBias[T float](in G.Nodes, bias, gamma, beta bool, epsilon float64, v *Version) (*G.Node, error) {
	c := in[0].Shape()[0]
	op := &foldedBiasOp[T]{
		folding: folding[T]{result: newOwnResult[T]("FoldedBias", in, c), scaling: scaling[T]{hasGamma: gamma, hasBeta: beta}, epsilon: epsilon, c: c, made: kept{version: v}},
		hasBias: bias,
	}
	return G.ApplyOp(op, in...)
}

type foldedBiasOp[T float] struct {
	folding[T]
	hasBias bool
}

var _ Owner = (*foldedBiasOp[float32])(nil)

func (op *foldedBiasOp[T]) Do(in ...G.Value) (G.Value, error) {
	return op.out, op.made.refresh(func() error { return op.fold(in) })
}

func (op *foldedBiasOp[T]) fold(in []G.Value) error {
	var bias []T
	var err error
	if op.hasBias {
		if bias, err = values[T](in[0], op.c); err != nil {
			return err
		}
		in = in[1:]
	}
	if in, err = op.scaling.take(in, op.c); err != nil {
		return err
	}
	mean, err := values[T](in[0], op.c)
	if err != nil {
		return err
	}
	if op.variance, err = values[T](in[1], op.c); err != nil {
		return err
	}
	for ch := range op.y {
		b := 0.0
		if op.hasBias {
			b = float64(bias[ch])
		}
		op.y[ch] = T((b-float64(mean[ch]))*op.factor(ch) + op.scaling.offset(ch))
	}
	return nil
}
