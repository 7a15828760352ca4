package graph

import (
	"fmt"
	"strings"

	"euryale/internal/ir"
)

// BatchNorm normalises each channel, then scales and shifts it: Ioffe &
// Szegedy, arXiv:1502.03167.
//
//	y = scale·(x-μ)/√(σ²+Epsilon) + shift
//
// In training μ and σ² are the channel's mean and (biased) variance over the
// batch, and the running ones move towards them:
// r ← Momentum·r + (1-Momentum)·batch. In inference, and below a Frozen, μ and
// σ² are the running ones; there a program on the fused engine computes them
// into the weights of the Conv2D or Dense before, in each run, where nothing
// else reads what that makes.
//
// All is as in Keras, whose Momentum weighs the old value. PyTorch's weighs the
// new one: its default of 0.1 is 0.9 here. PyTorch's default Epsilon is 0.00001,
// and it runs with the unbiased variance, m/(m-1) times that of the m values of
// a channel in the batch.
//
// Input (N, C, H, W) or (N, C); output the same. Weights: scale (C), shift (C).
// State: mean (C), variance (C).
type BatchNorm struct {
	Momentum float64 // from 0 to below 1; 0 means 0.99
	Epsilon  float64 // 0 means 0.001
	NoScale  bool    // scale is 1; Keras' scale=False
	NoShift  bool    // shift is 0; Keras' center=False
}

var _ Explainer = BatchNorm{}

func (b BatchNorm) String() string { return Literal(b) }

// Build wants channels.
func (b BatchNorm) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	switch {
	case !(b.Momentum >= 0 && b.Momentum < 1):
		return s.Fail(badField("Momentum", "from 0 to below 1", b.Momentum))
	case checkEpsilon(b.Epsilon) != nil:
		return s.Fail(checkEpsilon(b.Epsilon))
	case len(in) != 1 && len(in) != 3:
		return s.Fail(mismatch("an image (N, C, H, W) or vectors (N, C)", in))
	}
	op := ir.Norm{Momentum: b.Momentum, Epsilon: b.Epsilon, NoScale: b.NoScale, NoShift: b.NoShift}
	if op.Momentum == 0 {
		op.Momentum = 0.99
	}
	if op.Epsilon == 0 {
		op.Epsilon = 1e-3
	}
	c := Shape{in[0]}
	params := append(scales(s, c, b.NoScale, b.NoShift), s.State("mean", c, Zeros), s.State("variance", c, Ones))
	return s.op(op, append([]*Value{x}, params...)...)
}

// Explain shows the parameters.
func (b BatchNorm) Explain(in Shape) Arithmetic {
	lines := append(scaleAndShift(in[0], b.NoScale, b.NoShift).Lines, fmt.Sprintf("running mean and variance 2·%d", in[0]))
	return Arithmetic{Lines: []string{strings.Join(lines, ", ")}}
}
