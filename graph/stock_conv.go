package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/f32"
	"euryale/internal/ir"
	"euryale/internal/lower"
)

// stockConv is Gorgonia's Conv2d, which takes symmetric padding only: where it
// is lopsided, the image is padded first. Gorgonia has no groups, and its slices
// are told apart by their bounds modulo 256: convolutions in groups are ours, and
// so are transposed ones, which it lacks.
func stockConv(o ir.Conv, x, kernel *G.Node) (*G.Node, error) {
	if o.Groups > 1 {
		return planes(o, G.Nodes{x, kernel}, nil, false, true)
	}
	x, pad, err := padded(o.Window, x, 0)
	if err != nil {
		return nil, err
	}
	return G.Conv2d(x, kernel, o.Kernel[:], pad, o.Stride[:], o.Dilation[:])
}

// planes is a convolution in groups or a transposed one, plane by plane.
func planes(op ir.Op, in G.Nodes, bias *G.Node, relu, inputGrad bool) (*G.Node, error) {
	switch o := op.(type) {
	case ir.Conv:
		return engine.GroupedConv2d(in[0], in[1], bias, convConfig(o.Window, o.Groups, relu, inputGrad))
	case ir.ConvTranspose:
		return engine.TransposedConv2d(in[0], in[1], bias, o.Lengthen, convConfig(o.Window, o.Groups, relu, inputGrad))
	}
	return nil, errors.Errorf("no convolution: %v", op)
}

// convPair is a convolution by taps and a depthwise one behind it.
func (b *build) convPair(s *lower.Step, in G.Nodes) (*G.Node, error) {
	one, two := s.Pair()
	from := len(one.In())
	first, err := b.convStage(one, in[:from])
	if err != nil {
		return nil, err
	}
	behind, err := b.convStage(two, append(G.Nodes{nil}, in[from:]...)) // it reads what is not there
	if err != nil {
		return nil, err
	}
	return engine.ConvPairLast(in[0], first, behind)
}

// convStage is a convolution of a pair.
func (b *build) convStage(s *lower.Step, in G.Nodes) (c engine.ConvStage, err error) {
	c.Filter = in[1]
	if lower.Is[ir.Bias](s, 1) {
		c.Bias = in[2]
	}
	c.ConvLastConfig, err = b.convLast(s, in)
	return c, err
}

// convLast is a convolution by taps or in tiles as the engine takes it.
func (b *build) convLast(s *lower.Step, in G.Nodes) (engine.ConvLastConfig, error) {
	o := s.Head().Op.(ir.Conv)
	c := engine.ConvLastConfig{ConvConfig: convConfig(o.Window, o.Groups, false, s.InputGrad)}
	c.Tile, c.Rows, c.Version = s.Kernel.Tile(), s.Kernel == lower.AlongRows, b.version(s)
	c.Skip, c.Cut = joined(s, in)
	if pool, ok := s.Out().Op.(ir.MaxPool); ok {
		c.Pool = pool.Kernel[:]
	}
	if s.Reads == lower.ChannelsLast {
		c.Channels = s.Head().In[0].Shape[0]
	}
	var err error
	c.Curve, err = endCurve(s)
	return c, err
}

// endCurve is the function, other than a cut, that a step ends with; nil where it
// does not.
func endCurve(s *lower.Step) (*f32.Curve, error) {
	u, ok := s.Out().Op.(ir.Unary)
	if !ok || lower.IsCut(s.Out()) {
		return nil, nil
	}
	c, ok := curveOf(u)
	if u.F == ir.ReLU {
		c, ok = f32.Leaky(float64(float32(u.Slope))), true // as engine.Rectify takes it
	}
	if !ok {
		return nil, errors.Errorf("nothing declares the function %q", u.F)
	}
	return &c, nil
}

// patches is a transposed convolution, by products of patches.
func patches(o ir.ConvTranspose, in G.Nodes, bias *G.Node, relu, inputGrad bool) (*G.Node, error) {
	return engine.TransposedConv(in[0], in[1], bias, o.Lengthen, convConfig(o.Window, o.Groups, relu, inputGrad))
}

// convConfig is a convolution as the engine takes it.
func convConfig(w ir.Window, groups int, relu, inputGrad bool) engine.ConvConfig {
	return engine.ConvConfig{
		Kernel: w.Kernel[:], Pad: sides(w), Stride: w.Stride[:], Dilation: w.Dilation[:], Groups: groups, ReLU: relu, InputGrad: inputGrad,
	}
}
