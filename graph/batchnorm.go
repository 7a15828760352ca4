package graph

import (
	"fmt"
	"math"

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
// σ² are the running ones. Momentum is Keras': PyTorch's 0.1 is 0.9 here.
//
// Input (N, C, H, W) or (N, C); output the same. Weights: scale (C), shift (C).
// State: mean (C), variance (C).
type BatchNorm struct {
	Momentum float64 // from 0 to 1; 0 means 0.99
	Epsilon  float64 // 0 means 0.001
}

var _ Explainer = BatchNorm{}

func (b BatchNorm) String() string { return Literal(b) }

// Build wants channels.
func (b BatchNorm) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	switch {
	case !(b.Momentum >= 0 && b.Momentum < 1):
		return s.Fail(badField("Momentum", "from 0 to 1", b.Momentum))
	case !(b.Epsilon >= 0) || math.IsInf(b.Epsilon, 0):
		return s.Fail(badField("Epsilon", "of at least 0", b.Epsilon))
	case len(in) != 1 && len(in) != 3:
		return s.Fail(mismatch("an image (N, C, H, W) or vectors (N, C)", in))
	}
	op := ir.Norm{Momentum: b.Momentum, Epsilon: b.Epsilon}
	if op.Momentum == 0 {
		op.Momentum = 0.99
	}
	if op.Epsilon == 0 {
		op.Epsilon = 1e-3
	}
	c := Shape{in[0]}
	return s.op(op, x, s.Weight("scale", c, Ones), s.Weight("shift", c, Zeros), s.State("mean", c, Zeros), s.State("variance", c, Ones))
}

// Explain shows the parameters.
func (b BatchNorm) Explain(in Shape) Arithmetic {
	return Arithmetic{Lines: []string{fmt.Sprintf("scale and shift 2·%d, running mean and variance 2·%d", in[0], in[0])}}
}
