package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// filterGrad is the gradient by filters of the given shape, from the small side
// of a convolution, y, and the large one, x.
func filterGrad[T float](name string, s grouped, y, x *G.Node, shape tensor.Shape) (*G.Node, error) {
	op := &filterGradOp[T]{result: newResult[T](name+"Grad", G.Nodes{y, x}, shape...), grouped: s}
	op.totals = newTotals[T](y, s.n, len(op.y))
	op.body = op.kernel
	return G.ApplyOp(op, y, x)
}

type filterGradOp[T float] struct {
	result[T]
	grouped
	totals       totals[T]
	small, large []T // of the run under way
	body         func(int)
}

var _ Owner = (*filterGradOp[float32])(nil)

func (op *filterGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.small, op.large, err = operands[T](in, op.n*op.f*op.places(), op.n*op.c*op.area()); err != nil {
		return nil, err
	}
	parallel.For(len(op.y)/op.taps(), op.body)
	return op.out, op.totals.finish(op.y)
}

// kernel computes kernel i of the filters.
func (op *filterGradOp[T]) kernel(i int) {
	for tap := range op.taps() {
		sum := weigh(&op.grouped, op.totals.over, op.small, op.large, i, tap)
		op.totals.set(op.y, i*op.taps()+tap, sum)
	}
}

// biasGrad is the sum of each channel of g (N, C, H, W), taken in float64.
func biasGrad[T float](name string, g *G.Node) (*G.Node, error) {
	s := g.Shape()
	op := &biasGradOp[T]{result: newResult[T](name+"GradBias", G.Nodes{g}, s[1]), n: s[0], area: s[2] * s[3], totals: newTotals[T](g, s[0], s[1])}
	op.body = op.channel
	return G.ApplyOp(op, g)
}

type biasGradOp[T float] struct {
	result[T]
	n, area int
	totals  totals[T]
	g       []T
	body    func(int)
}

var _ Owner = (*biasGradOp[float32])(nil)

func (op *biasGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = values[T](in[0], op.n*len(op.y)*op.area); err != nil {
		return nil, err
	}
	parallel.For(len(op.y), op.body)
	return op.out, op.totals.finish(op.y)
}

// channel sums channel ch.
func (op *biasGradOp[T]) channel(ch int) {
	sum := op.totals.over.overSamples(func(i int) float64 { return total(op.g[(i*len(op.y)+ch)*op.area:][:op.area]) })
	op.totals.set(op.y, ch, sum)
}

// unrectified is the gradient before a ReLU that made output.
func unrectified[T float](name string, output, grad *G.Node) (*G.Node, error) {
	op := &rectifyGradOp[T]{newElementwise[T](name+"GradReLU", G.Nodes{output, grad}), 0}
	op.compute(op.cut)
	return G.ApplyOp(op, output, grad)
}
