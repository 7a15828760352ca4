package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// norm normalises by the batch, or by the running statistics in inference and
// below a Frozen. It is ours: the gradients of Gorgonia's are wrong but in
// training, and its statistics are nobody's.
func (b *build) norm(v *ir.Value, o ir.Norm, in G.Nodes) (*G.Node, error) {
	x, scale, shift, mean, variance := ir.NormInputs(o, in)
	if b.options.Infers(v) {
		return engine.Affine(x, scale, shift, mean, variance, o.Epsilon)
	}
	_, _, _, m, s := ir.NormInputs(o, v.In)
	return engine.Norm(x, scale, shift, engine.NormConfig{
		Epsilon: o.Epsilon, Momentum: o.Momentum, Mean: b.net.param[m].Value, Variance: b.net.param[s].Value,
	})
}

// sampleNorm is ours: Gorgonia has none.
func (b *build) sampleNorm(o ir.SampleNorm, in G.Nodes) (*G.Node, error) {
	var scale, shift *G.Node
	rest := in[1:]
	if !o.NoScale {
		scale, rest = rest[0], rest[1:]
	}
	if !o.NoShift {
		shift = rest[0]
	}
	return engine.SampleNorm(in[0], scale, shift, engine.SampleNormConfig{Epsilon: o.Epsilon, Groups: o.Groups})
}

func foldedWeights(o ir.FoldedWeights, in G.Nodes) (*G.Node, error) {
	var scale *G.Node
	if !o.NoScale {
		scale = in[1]
	}
	return engine.FoldedWeights(in[0], scale, in[len(in)-1], o.Axis, o.Epsilon)
}

func foldedBias(o ir.FoldedBias, in G.Nodes) (*G.Node, error) {
	var bias, scale, shift *G.Node
	for _, w := range []struct {
		missing bool
		node    **G.Node
	}{{o.NoBias, &bias}, {o.NoScale, &scale}, {o.NoShift, &shift}} {
		if !w.missing {
			*w.node, in = in[0], in[1:]
		}
	}
	return engine.FoldedBias(bias, scale, shift, in[0], in[1], o.Epsilon)
}
