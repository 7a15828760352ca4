package engine

import (
	"math"
	"slices"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// The losses compare z, what a network says of N samples, with a target, and
// are one number:
//
//	L = Σ_n w_n·Σ_p l(n, p) / Σ_n count(n)
//
// over the parts p of each sample, such as its pixels, of which count(n) count.
// w_n is the sample's weight, which the denominator leaves out, as Keras' does;
// without weights all are 1. A sample of weight 0 is not looked at. Where
// nothing counts, L is 0. Sums are in float64, in the order of the samples.

// partsLoss is the arithmetic of a loss.
type partsLoss[T float] interface {
	// check reports a target that cannot be.
	check(r *lossRun[T]) error
	// count is how many parts of sample n count.
	count(r *lossRun[T], n int) int
	// loss is the sum of those parts' losses.
	loss(r *lossRun[T], n int) float64
	// gradient sets r.dz of the sample to scale times its gradient by z.
	gradient(r *lossRun[T], n int, scale float64)
}

// lossRun is what a run of a loss reads and writes.
type lossRun[T float] struct {
	s       channels // of z: classes, and the values that each has of a sample
	z, dz   []T
	target  []T   // like z; nil where there are labels
	labels  []int // (N, …the shape of z behind the classes)
	weights []T   // one a sample; nil means 1
}

// size is the number of values of a sample.
func (r *lossRun[T]) size() int { return r.s.c * r.s.area }

// weight is that of sample n.
func (r *lossRun[T]) weight(n int) float64 {
	if r.weights == nil {
		return 1
	}
	return float64(r.weights[n])
}

// lossOf applies a loss to what wantLoss lets through. weights may be nil.
func lossOf[T float](name string, f partsLoss[T], z, target, weights *G.Node) (*G.Node, error) {
	op := &lossOp[T]{lossBase: lossBase[T]{
		owned: newOwned(name), f: f, dims: z.Dims(), targetDims: target.Dims(),
		labelled: target.Dtype() == tensor.Int, weighted: weights != nil,
	}}
	s := z.Shape()
	op.run.s = channels{n: s[0], c: 1, area: 1}
	if len(s) > 1 {
		op.run.s.c, op.run.s.area = s[1], volume(s[2:])
	}
	op.losses, op.body, op.over = make([]float64, s[0]), op.sample, batchOn(z, s[0])
	return G.ApplyOp(op, append(G.Nodes{z, target}, present(weights)...)...)
}

// volume is the number of values of a shape, of which () has one.
func volume(s tensor.Shape) int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// wantLoss refuses what no loss can be taken of.
func wantLoss(name string, labelled bool, z, target, weights *G.Node) error {
	if z == nil || target == nil {
		return errors.Errorf("%s: want nodes, got nil", name)
	}
	if err := wantFloats(name, append(G.Nodes{z}, present(weights)...)...); err != nil {
		return err
	}
	s, t := z.Shape(), target.Shape()
	want := slices.Clone(s)
	if labelled && len(s) < 2 {
		return errors.Errorf("%s: want (N, K, …), got %v", name, s)
	}
	if labelled {
		want = append(want[:1], s[2:]...)
	}
	switch {
	case !slices.Equal(t, want):
		return errors.Errorf("%s: want a target of shape %v for %v, got %v", name, want, s, t)
	case labelled && target.Dtype() != tensor.Int:
		return errors.Errorf("%s: want labels of type int, got %v", name, target.Dtype())
	case !labelled && target.Dtype() != z.Dtype():
		return errors.Errorf("%s: want a target of type %v, got %v", name, z.Dtype(), target.Dtype())
	case weights != nil && !slices.Equal(weights.Shape(), tensor.Shape{s[0]}):
		return errors.Errorf("%s: want a weight for each of %d samples, got %v", name, s[0], weights.Shape())
	}
	return nil
}

// lossBase is what a loss and its gradient have in common.
type lossBase[T float] struct {
	owned
	f                  partsLoss[T]
	dims, targetDims   int
	labelled, weighted bool
	over               batch
	run                lossRun[T]
	body               func(int) // what is done with a sample
}

// inputs are the types of what the loss reads.
func (op *lossBase[T]) inputs() []hm.Type {
	t := []hm.Type{tensorOf(op.dims), tensorOf(op.targetDims)}
	if op.labelled {
		t[1] = G.TensorType{Dims: op.targetDims, Of: tensor.Int}
	}
	if op.weighted {
		t = append(t, tensorOf(1))
	}
	return t
}

// differs reports whether the loss is one of z's difference from the target.
func (op *lossBase[T]) differs() bool {
	_, ok := op.f.(differenceLoss[T])
	return ok
}

type lossOp[T float] struct {
	lossBase[T]
	losses []float64 // of each sample
	total  number
}

var _ G.SDOp = (*lossOp[float32])(nil)

func (op *lossOp[T]) Arity() int    { return len(op.inputs()) }
func (op *lossOp[T]) Type() hm.Type { return hm.NewFnType(append(op.inputs(), a)...) }
func (op *lossOp[T]) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return tensor.ScalarShape(), nil
}

// DiffWRT: by z and, where the loss is one of their difference, by the target.
func (op *lossOp[T]) DiffWRT(n int) []bool {
	by := make([]bool, n)
	by[0], by[1] = true, op.differs()
	return by
}

func (op *lossOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &lossGradOp[T]{lossBase: op.lossBase}
	back.owned, back.body = newOwned(op.name+"Grad"), back.sample
	back.run = lossRun[T]{s: op.run.s}
	back.out, back.run.dz = newTensor[T](in[0].Shape()...)
	grads := make(G.Nodes, len(in))
	var err error
	if grads[0], err = G.ApplyOp(back, append(slices.Clone(in), grad)...); err != nil {
		return nil, err
	}
	if op.DiffWRT(len(in))[1] {
		grads[1], err = G.Neg(grads[0])
	}
	return grads, err
}

// take binds what the op reads.
func (op *lossBase[T]) take(in []G.Value) (err error) {
	r := &op.run
	size := r.s.n * r.size()
	if r.z, err = values[T](in[0], size); err != nil {
		return err
	}
	if op.labelled {
		r.labels, err = labelsOf(in[1], r.s.n*r.s.area)
	} else {
		r.target, err = values[T](in[1], size)
	}
	if err == nil && op.weighted {
		r.weights, err = values[T](in[2], r.s.n)
	}
	if err == nil {
		err = op.f.check(r)
	}
	return err
}

// labelsOf are n labels. One alone may be a scalar.
func labelsOf(v G.Value, n int) ([]int, error) {
	if d, ok := v.(*tensor.Dense); ok && d.Dtype() == tensor.Int && d.Shape().TotalSize() == n && !d.IsScalar() {
		return d.Ints(), nil // Data would allocate
	}
	labels, ok := v.Data().([]int)
	if !ok || len(labels) != n {
		return nil, errors.Errorf("want %d labels of type []int, got %T", n, v.Data())
	}
	return labels, nil
}

// parts is how many count, of all ranks'.
func (op *lossBase[T]) parts() (float64, error) {
	count := 0
	for n := range op.run.s.n {
		count += op.f.count(&op.run, n)
	}
	return op.over.sumOf(float64(count))
}

func (op *lossOp[T]) sample(n int) {
	op.losses[n] = 0
	if w := op.run.weight(n); w != 0 {
		op.losses[n] = w * op.f.loss(&op.run, n)
	}
}

func (op *lossOp[T]) Do(in ...G.Value) (G.Value, error) {
	if err := op.take(in); err != nil {
		return nil, err
	}
	parallel.For(op.run.s.n, op.body)
	total, err := op.mean()
	if err != nil {
		return nil, err
	}
	if op.differs() {
		return op.total.set(dtype[T](), total), nil
	}
	// A logarithm is finite for any finite logits, and so is their mean.
	if dtype[T]() == tensor.Float32 {
		return op.total.set(tensor.Float32, math.Min(total, math.MaxFloat32)), nil
	}
	return op.total.set(tensor.Float64, math.Min(total, math.MaxFloat64)), nil
}

// mean is the loss, of all ranks' samples.
func (op *lossOp[T]) mean() (float64, error) {
	parts, err := op.parts()
	if err != nil || parts == 0 {
		return 0, err
	}
	return op.over.sumOf(op.over.overSamples(func(i int) float64 { return op.losses[i] / parts }))
}

// lossGradOp computes the gradient by z from what the loss reads and its own
// gradient.
type lossGradOp[T float] struct {
	lossBase[T]
	out   *tensor.Dense
	scale float64
}

var _ Owner = (*lossGradOp[float32])(nil)

func (op *lossGradOp[T]) Arity() int           { return len(op.inputs()) + 1 }
func (op *lossGradOp[T]) Owned() *tensor.Dense { return op.out }
func (op *lossGradOp[T]) Type() hm.Type {
	return hm.NewFnType(append(op.inputs(), a, tensorOf(op.dims))...)
}

func (op *lossGradOp[T]) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return op.out.Shape().Clone(), nil
}

func (op *lossGradOp[T]) sample(n int) {
	w, size := op.run.weight(n), op.run.size()
	if w == 0 || op.scale == 0 {
		clear(op.run.dz[n*size : (n+1)*size])
		return
	}
	op.f.gradient(&op.run, n, op.scale*w)
}

func (op *lossGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	last := len(in) - 1
	if err := op.take(in[:last]); err != nil {
		return nil, err
	}
	g, err := scalarValue(in[last])
	if err != nil {
		return nil, err
	}
	parts, err := op.parts()
	if err != nil {
		return nil, err
	}
	op.scale = 0
	if parts > 0 {
		op.scale = g / parts
	}
	parallel.For(op.run.s.n, op.body)
	return op.out, nil
}
