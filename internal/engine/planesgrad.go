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
	op.body = op.kernel
	return G.ApplyOp(op, y, x)
}

type filterGradOp[T float] struct {
	result[T]
	grouped
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
	return op.out, nil
}

// kernel computes kernel i of the filters.
func (op *filterGradOp[T]) kernel(i int) {
	weigh(&op.grouped, op.y[i*op.taps():][:op.taps()], op.small, op.large, i)
}

// biasGrad is the sum of each channel of g (N, C, H, W), taken in float64.
func biasGrad[T float](name string, g *G.Node) (*G.Node, error) {
	s := g.Shape()
	op := &biasGradOp[T]{result: newResult[T](name+"GradBias", G.Nodes{g}, s[1]), n: s[0], area: s[2] * s[3]}
	op.body = op.channel
	return G.ApplyOp(op, g)
}

type biasGradOp[T float] struct {
	result[T]
	n, area int
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
	return op.out, nil
}

// channel sums channel ch.
func (op *biasGradOp[T]) channel(ch int) {
	sum := overSamples(op.n, func(i int) float64 { return total(op.g[(i*len(op.y)+ch)*op.area:][:op.area]) })
	op.y[ch] = T(sum)
}

// unrectified is the gradient before a ReLU that made output.
func unrectified[T float](name string, output, grad *G.Node) (*G.Node, error) {
	op := &rectifyGradOp[T]{newElementwise[T](name+"GradReLU", G.Nodes{output, grad}), 0}
	op.compute(op.cut)
	return G.ApplyOp(op, output, grad)
}
