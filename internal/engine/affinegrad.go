package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// The gradients of an Affine are ops of their own, so that a graph in which
// only that by x is read can leave the others out:
//
//	dx = g·γ/√(variance+ε),  dγ = Σ g·(x-mean)/√(variance+ε),  dβ = Σ g

// affineInputGrad declares the gradient by x of γ, if there is one, the
// variance, and the gradient of the output.
func affineInputGrad[T float](c affineConfig, shape tensor.Shape, in G.Nodes) (*G.Node, error) {
	op := &affineInputGradOp[T]{result: newResult[T]("AffineGrad", in, shape...), affineConfig: c}
	op.scaling.hasGamma = c.hasGamma
	op.body = op.channel
	return G.ApplyOp(op, in...)
}

type affineInputGradOp[T float] struct {
	result[T]
	affineConfig
	scaling     scaling[T]
	variance, g []T // of the run under way
	body        func(int)
}

var _ Owner = (*affineInputGradOp[float32])(nil)

func (op *affineInputGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	in, err := op.scaling.take(in, op.c)
	if err != nil {
		return nil, err
	}
	if op.variance, err = values[T](in[0], op.c); err != nil {
		return nil, err
	}
	if op.g, err = values[T](in[1], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.c, op.body)
	return op.out, nil
}

func (op *affineInputGradOp[T]) channel(ch int) {
	factor := op.scaling.factor(ch) * op.inverse(float64(op.variance[ch]))
	for i := range op.n {
		shift(plane(op.channels, op.y, i, ch), plane(op.channels, op.g, i, ch), 0, factor, 0)
	}
}

// channelGrad declares the gradient by γ of x, the mean, the variance and the
// gradient of the output, or that by β of the last alone.
func channelGrad[T float](c affineConfig, name string, in ...*G.Node) (*G.Node, error) {
	op := &channelGradOp[T]{result: newResult[T](name, in, c.c), affineConfig: c}
	op.body = op.level
	if len(in) > 1 {
		op.body = op.slope
	}
	return G.ApplyOp(op, in...)
}

type channelGradOp[T float] struct {
	result[T]
	affineConfig
	g, x, mean, variance []T // of the run under way
	body                 func(int)
}

var (
	_ Owner = (*channelGradOp[float32])(nil)
	_ Alone = (*channelGradOp[float32])(nil)
)

// SumsAlone: no network trains what is below a Frozen, or in inference.
func (op *channelGradOp[T]) SumsAlone() bool { return true }

func (op *channelGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	size := op.n * op.c * op.area
	var err error
	if op.g, err = values[T](in[len(in)-1], size); err != nil {
		return nil, err
	}
	if len(in) > 1 {
		if op.x, err = values[T](in[0], size); err != nil {
			return nil, err
		}
		if op.mean, err = values[T](in[1], op.c); err != nil {
			return nil, err
		}
		if op.variance, err = values[T](in[2], op.c); err != nil {
			return nil, err
		}
	}
	parallel.For(op.c, op.body)
	return op.out, nil
}

// level sums the gradient over channel ch.
func (op *channelGradOp[T]) level(ch int) {
	sum := batch{n: op.n}.overSamples(func(i int) float64 { return total(plane(op.channels, op.g, i, ch)) })
	op.y[ch] = T(sum)
}

// slope sums the gradient times x̂ over channel ch.
func (op *channelGradOp[T]) slope(ch int) {
	_, product := channelSums(batch{n: op.n}, op.channels, op.g, op.x, ch, float64(op.mean[ch]))
	op.y[ch] = T(product * op.inverse(float64(op.variance[ch])))
}
