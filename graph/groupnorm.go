package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// GroupNorm normalises groups of consecutive channels of each sample, in
// training as in inference: Wu & He, arXiv:1803.08494.
//
//	y = scale·(x-μ)/√(σ²+Epsilon) + shift
//
// μ and σ² are the mean and the (biased) variance of the group's channels and
// pixels. Keras' Epsilon is 0.001, PyTorch's 0.00001; PyTorch has no default for
// the number of groups.
//
// Input (N, C, …); output the same. Weights: scale (C), shift (C).
type GroupNorm struct {
	Groups  int     // of channels, whose number it divides; 0 means 32
	Epsilon float64 // 0 means 0.001
	NoScale bool    // scale is 1
	NoShift bool    // shift is 0
}

var _ Explainer = GroupNorm{}

func (g GroupNorm) String() string { return Literal(g) }

// Build wants channels that can be grouped.
func (g GroupNorm) Build(s *Scope, x *Value) *Value {
	if err := wantNumber("Groups", g.Groups, "32"); err != nil {
		return s.Fail(err)
	}
	return sampleNorm{ir.SampleNorm{Epsilon: g.Epsilon, Groups: g.groups(), NoScale: g.NoScale, NoShift: g.NoShift}, nil}.build(s, x)
}

func (g GroupNorm) groups() int {
	if g.Groups == 0 {
		return 32
	}
	return g.Groups
}

// Explain shows the groups and the parameters.
func (g GroupNorm) Explain(in Shape) Arithmetic {
	a := scaleAndShift(in[0], g.NoScale, g.NoShift)
	a.Lines = append([]string{fmt.Sprintf("%s of %d/%d = %s each", values(g.groups(), "group"), in[0], g.groups(), values(in[0]/g.groups(), "channel"))}, a.Lines...)
	return a
}
