package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/lower"
)

// norm normalises by the batch, or by the running statistics in inference and
// below a Frozen. It is ours: the gradients of Gorgonia's are wrong but in
// training, and its statistics are nobody's.
func (b *build) norm(v *ir.Value, o ir.Norm, in G.Nodes) (*G.Node, error) {
	x, scale, shift, mean, variance := ir.NormInputs(o, in)
	if b.options.Infers(v) {
		return engine.Affine(x, scale, shift, mean, variance, o.Epsilon)
	}
	return engine.Norm(x, scale, shift, b.running(v, o))
}

// normLast is norm by the batch, with channels last, and what follows it.
func (b *build) normLast(s *lower.Step, in G.Nodes) (*G.Node, error) {
	v := s.Head()
	o := v.Op.(ir.Norm)
	x, scale, shift, _, _ := ir.NormInputs(o, in)
	c := engine.NormLastConfig{NormConfig: b.running(v, o), Channels: v.Shape[0]}
	c.Skip, c.Cut = joined(s, in)
	return engine.NormLast(x, scale, shift, c)
}

// affineLast is norm by the running statistics, with channels last.
func affineLast(v *ir.Value, o ir.Norm, in G.Nodes) (*G.Node, error) {
	x, scale, shift, mean, variance := ir.NormInputs(o, in)
	return engine.AffineLast(x, scale, shift, mean, variance, v.Shape[0], o.Epsilon)
}

// running are the statistics that a norm by the batch keeps.
func (b *build) running(v *ir.Value, o ir.Norm) engine.NormConfig {
	_, _, _, m, s := ir.NormInputs(o, v.In)
	return engine.NormConfig{
		Epsilon: o.Epsilon, Momentum: o.Momentum, Mean: b.net.param[m].Value, Variance: b.net.param[s].Value,
	}
}

// sampleNorm is ours: Gorgonia has none.
func (b *build) sampleNorm(o ir.SampleNorm, in G.Nodes) (*G.Node, error) {
	if o.Last > 0 {
		return b.lastNorm(o, in)
	}
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

// lastNorm is sampleNorm of what lies along the last axes: of vectors, of which a
// sample has as many as its other axes hold.
func (b *build) lastNorm(o ir.SampleNorm, in G.Nodes) (*G.Node, error) {
	shape := in[0].Shape().Clone()
	axis := len(shape) - o.Last
	size := shape[axis:].TotalSize()
	flat := G.Nodes{}
	for i, x := range in {
		to := Shape{size}
		if i == 0 {
			to = Shape{shape.TotalSize() / size, size}
		}
		x, err := reshaped(x, to)
		if err != nil {
			return nil, err
		}
		flat = append(flat, x)
	}
	o.Last = 0
	y, err := b.sampleNorm(o, flat)
	if err != nil {
		return nil, err
	}
	return reshaped(y, shape)
}

func (b *build) foldedWeights(o ir.FoldedWeights, in G.Nodes) (*G.Node, error) {
	var scale *G.Node
	if !o.NoScale {
		scale = in[1]
	}
	return engine.FoldedWeights(in[0], scale, in[len(in)-1], o.Axis, o.Epsilon, b.keep())
}

func (b *build) foldedBias(o ir.FoldedBias, in G.Nodes) (*G.Node, error) {
	var bias, scale, shift *G.Node
	for _, w := range []struct {
		missing bool
		node    **G.Node
	}{{o.NoBias, &bias}, {o.NoScale, &scale}, {o.NoShift, &shift}} {
		if !w.missing {
			*w.node, in = in[0], in[1:]
		}
	}
	return engine.FoldedBias(bias, scale, shift, in[0], in[1], o.Epsilon, b.keep())
}
