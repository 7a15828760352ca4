package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Affine is batch normalisation in inference, by channel, with statistics that
// are given:
//
//	y = γ·(x-mean)/√(variance+ε) + β
//
// x is (N, C, H, W) or (N, C). mean and variance are (C) and have no gradient;
// gamma and beta are (C), or nil for 1 and 0.
func Affine(x, gamma, beta, mean, variance *G.Node, epsilon float64) (*G.Node, error) {
	if mean == nil || variance == nil {
		return nil, errors.New("Affine: want a mean and a variance, got nil")
	}
	layout, err := channelsOf("Affine", x, gamma, beta, mean, variance)
	if err != nil {
		return nil, err
	}
	if err := wantEpsilon("Affine", epsilon); err != nil {
		return nil, err
	}
	c := affineConfig{layout, gamma != nil, beta != nil, epsilon}
	in := present(x, gamma, beta, mean, variance)
	if x.Dtype() == tensor.Float32 {
		return applied[float32](in, c)
	}
	return applied[float64](in, c)
}

// affineConfig is what the forward and the backward ops know of each other.
type affineConfig struct {
	channels
	hasGamma, hasBeta bool
	epsilon           float64
}

// inverse is 1/√(variance+ε).
func (c affineConfig) inverse(variance float64) float64 { return 1 / math.Sqrt(variance+c.epsilon) }

func applied[T float](in G.Nodes, c affineConfig) (*G.Node, error) {
	op := &affineOp[T]{result: newResult[T]("Affine", in, in[0].Shape()...), affineConfig: c}
	op.scaling = scaling[T]{hasGamma: c.hasGamma, hasBeta: c.hasBeta}
	op.body = op.channel
	return G.ApplyOp(op, in...)
}

type affineOp[T float] struct {
	result[T]
	affineConfig
	scaling           scaling[T]
	x, mean, variance []T // of the run under way
	body              func(int)
}

var (
	_ G.SDOp = (*affineOp[float32])(nil)
	_ Owner  = (*affineOp[float32])(nil)
)

// DiffWRT holds for all but the statistics, which come last.
func (op *affineOp[T]) DiffWRT(n int) []bool { return append(all(n-2), false, false) }

func (op *affineOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	x, mean, variance := in[0], in[len(in)-2], in[len(in)-1]
	var gamma *G.Node
	if op.hasGamma {
		gamma = in[1]
	}
	dx, err := affineInputGrad[T](op.affineConfig, x.Shape(), present(gamma, variance, grad))
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{dx}
	if op.hasGamma {
		d, err := channelGrad[T](op.affineConfig, "AffineGradGamma", x, mean, variance, grad)
		if err != nil {
			return nil, err
		}
		grads = append(grads, d)
	}
	if op.hasBeta {
		d, err := channelGrad[T](op.affineConfig, "AffineGradBeta", grad)
		if err != nil {
			return nil, err
		}
		grads = append(grads, d)
	}
	return append(grads, nil, nil), nil
}

func (op *affineOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	if in, err = op.scaling.take(in[1:], op.c); err != nil {
		return nil, err
	}
	if op.mean, err = values[T](in[0], op.c); err != nil {
		return nil, err
	}
	if op.variance, err = values[T](in[1], op.c); err != nil {
		return nil, err
	}
	parallel.For(op.c, op.body)
	return op.out, nil
}

func (op *affineOp[T]) channel(ch int) {
	mean, offset := float64(op.mean[ch]), op.scaling.offset(ch)
	factor := op.scaling.factor(ch) * op.inverse(float64(op.variance[ch]))
	for i := range op.n {
		shift(plane(op.channels, op.y, i, ch), plane(op.channels, op.x, i, ch), mean, factor, offset)
	}
}

// shift is y = (x-mean)·factor + offset.
func shift[T float](y, x []T, mean, factor, offset float64) {
	for i, v := range x {
		y[i] = T((float64(v)-mean)*factor + offset)
	}
}
