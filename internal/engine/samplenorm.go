package engine

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// SampleNormConfig is what SampleNorm takes besides nodes.
type SampleNormConfig struct {
	Epsilon float64 // added to the variance, at least 0
	Groups  int     // of channels; 0 means to normalise each pixel by itself
}

// SampleNorm normalises sets of elements of each sample:
//
//	y = γ·(x-μ)/√(σ²+ε) + β
//
// with the mean μ and the biased variance σ² of a set, taken in float64. A set
// is a group of consecutive channels with all their pixels or, without Groups,
// the channels of one pixel. x is (N, C, H, W) or (N, C). gamma and beta are
// (C), or of x's shape without its first axis, or nil for 1 and 0.
func SampleNorm(x, gamma, beta *G.Node, c SampleNormConfig) (*G.Node, error) {
	if err := wantFloats("SampleNorm", append(G.Nodes{x}, present(gamma, beta)...)...); err != nil {
		return nil, err
	}
	sets, err := setsOf(x, c.Groups)
	if err != nil {
		return nil, err
	}
	if err := wantEpsilon("SampleNorm", c.Epsilon); err != nil {
		return nil, err
	}
	for _, w := range present(gamma, beta) {
		if sets.spread, err = spreadOf(x, w); err != nil {
			return nil, err
		}
	}
	if gamma != nil && beta != nil && !slices.Equal(gamma.Shape(), beta.Shape()) {
		return nil, errors.Errorf("SampleNorm: want a gamma and a beta of one shape, got %v and %v", gamma.Shape(), beta.Shape())
	}
	if x.Dtype() == tensor.Float32 {
		return sampleNorm[float32](x, gamma, beta, c, sets)
	}
	return sampleNorm[float64](x, gamma, beta, c, sets)
}

// sets are how the elements of a batch are normalised together: n samples of
// size elements, each in count sets; element j of a set lies j·stride behind
// its first. spread neighbours share one γ and β.
type sets struct {
	n, size, count, stride, spread int
}

func setsOf(x *G.Node, groups int) (sets, error) {
	shape := x.Shape()
	if len(shape) < 2 {
		return sets{}, errors.Errorf("SampleNorm: want (N, C, …), got %v", shape)
	}
	area := volume(shape[2:])
	s := sets{n: shape[0], size: shape[1] * area, count: groups, stride: 1, spread: 1}
	switch {
	case groups < 0 || groups > 0 && shape[1]%groups != 0:
		return sets{}, errors.Errorf("SampleNorm: want groups of one size of the channels of %v, got %d", shape, groups)
	case groups == 0:
		s.count, s.stride = area, area
	}
	return s, nil
}

// spreadOf is how many neighbours of x share one value of w.
func spreadOf(x, w *G.Node) (int, error) {
	shape := x.Shape()
	switch {
	case slices.Equal(w.Shape(), tensor.Shape{shape[1]}):
		return volume(shape[2:]), nil
	case slices.Equal(w.Shape(), shape[1:].Clone()):
		return 1, nil
	}
	return 0, errors.Errorf("SampleNorm: want (%d) or %v, a value for each channel or element of %v, got %v", shape[1], shape[1:], shape, w.Shape())
}

// first is where set k of a sample begins in it.
func (s sets) first(k int) int {
	if s.stride == 1 {
		return k * s.each()
	}
	return k
}

// each is the elements of a set.
func (s sets) each() int { return s.size / s.count }

// of is the set of element i of a sample.
func (s sets) of(i int) int {
	if s.stride == 1 {
		return i / s.each()
	}
	return i % s.stride
}

func sampleNorm[T float](x, gamma, beta *G.Node, c SampleNormConfig, s sets) (*G.Node, error) {
	in := present(x, gamma, beta)
	op := &sampleNormOp[T]{
		result: newResult[T]("SampleNorm", in, x.Shape()...), sets: s, epsilon: c.Epsilon,
		scaling: scaling[T]{hasGamma: gamma != nil, hasBeta: beta != nil},
		mean:    make([]float64, s.n*s.count), inverse: make([]float64, s.n*s.count),
	}
	op.body = op.set
	if len(in) > 1 {
		op.weights = in[1].Shape().Clone()
	}
	return G.ApplyOp(op, in...)
}

type sampleNormOp[T float] struct {
	result[T]
	sets
	scaling scaling[T]
	weights tensor.Shape // of γ and β
	epsilon float64

	x             []T       // of the run under way
	mean, inverse []float64 // μ and 1/√(σ²+ε) of each set of each sample
	body          func(int)
}

var (
	_ G.SDOp = (*sampleNormOp[float32])(nil)
	_ Owner  = (*sampleNormOp[float32])(nil)
)

func (op *sampleNormOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *sampleNormOp[T]) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the statistics must have been taken.
	from := append(append(G.Nodes{}, in...), output, grad)
	back := &sampleNormGradOp[T]{result: newResult[T]("SampleNormGrad", from, in[0].Shape()...), norm: op}
	back.body, back.sum, back.over = back.set, back.param, batchOn(grad, op.n)
	if back.over.ranks != nil {
		back.sums, back.products = make([]float64, op.size/op.spread), make([]float64, op.size/op.spread)
	}
	dx, err := G.ApplyOp(back, from...)
	if err != nil {
		return nil, err
	}
	return back.grads.pick("SampleNormGrad", dx, &op.scaling, op.weights...)
}

func (op *sampleNormOp[T]) Do(in ...G.Value) (G.Value, error) {
	if err := op.inputs(in); err != nil {
		return nil, err
	}
	parallel.For(op.n*op.count, op.body)
	return op.out, nil
}

// inputs takes in the values of x, γ and β.
func (op *sampleNormOp[T]) inputs(in []G.Value) (err error) {
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return err
	}
	_, err = op.scaling.take(in[1:], op.size/op.spread)
	return err
}

// set normalises one set of one sample. The mean is taken first: a mean of
// squares less the square of the mean loses the variance where the mean is
// large.
func (op *sampleNormOp[T]) set(k int) {
	at := k / op.count * op.size
	x, y, first := op.x[at:at+op.size], op.y[at:at+op.size], op.first(k%op.count)
	count := float64(op.each())
	end := first + op.each()*op.stride
	var sum, squares float64
	for i := first; i < end; i += op.stride {
		sum += float64(x[i])
	}
	mean := sum / count
	for i := first; i < end; i += op.stride {
		d := float64(x[i]) - mean
		squares += d * d
	}
	inverse := 1 / math.Sqrt(squares/count+op.epsilon)
	op.mean[k], op.inverse[k] = mean, inverse
	for i := first; i < end; i += op.stride {
		w := i / op.spread
		y[i] = T((float64(x[i])-mean)*inverse*op.scaling.factor(w) + op.scaling.offset(w))
	}
}

// sampleNormGradOp computes all gradients of a SampleNorm from its inputs and
// the gradient of its output, and returns that by x. With x̂ = (x-μ)/√(σ²+ε),
// and means over the set:
//
//	dβ = Σ g,  dγ = Σ g·x̂,  dx = 1/√(σ²+ε)·(γ·g - mean(γ·g) - x̂·mean(γ·g·x̂))
type sampleNormGradOp[T float] struct {
	result[T]
	norm  *sampleNormOp[T]
	g     []T
	grads scaleGrads[T]
	body  func(int)
	sum   func(int)

	over           batch
	sums, products []float64 // of γ's and β's gradients here; nil where the batch is whole
}

var _ Owner = (*sampleNormGradOp[float32])(nil)

func (op *sampleNormGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	err := op.norm.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.g, err = values[T](in[len(in)-1], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.norm.n*op.norm.count, op.body)
	if op.grads.gamma != nil || op.grads.beta != nil {
		parallel.For(op.norm.size/op.norm.spread, op.sum)
		if err := op.over.sumDoubles(op.products, op.sums); err != nil {
			return nil, err
		}
		for w := range op.sums {
			op.grads.set(w, op.products[w], op.sums[w])
		}
	}
	return op.out, nil
}

// set is the gradient by one set of one sample.
func (op *sampleNormGradOp[T]) set(k int) {
	s := op.norm
	at := k / s.count * s.size
	x, g, dx, first := s.x[at:at+s.size], op.g[at:at+s.size], op.y[at:at+s.size], s.first(k%s.count)
	mean, inverse := s.mean[k], s.inverse[k]
	end := first + s.each()*s.stride
	var sum, product float64
	for i := first; i < end; i += s.stride {
		v := float64(g[i]) * s.scaling.factor(i/s.spread)
		sum += v
		product += v * (float64(x[i]) - mean) * inverse
	}
	level, slope := sum/float64(s.each()), product/float64(s.each())
	for i := first; i < end; i += s.stride {
		v := float64(g[i]) * s.scaling.factor(i/s.spread)
		dx[i] = T(inverse * (v - level - (float64(x[i])-mean)*inverse*slope))
	}
}

// param is the gradient by one γ and β.
func (op *sampleNormGradOp[T]) param(w int) {
	s := op.norm
	sum, product := op.over.bothOverSamples(func(n int) (sum, product float64) {
		for i := w * s.spread; i < (w+1)*s.spread; i++ {
			g, k := float64(op.g[n*s.size+i]), n*s.count+s.of(i)
			sum += g
			product += g * (float64(s.x[n*s.size+i]) - s.mean[k]) * s.inverse[k]
		}
		return sum, product
	})
	if op.sums != nil {
		op.products[w], op.sums[w] = product, sum
		return
	}
	op.grads.set(w, product, sum)
}
