package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
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

// tapConv is a convolution by taps or in tiles.
func (b *build) tapConv(s *lower.Step, in G.Nodes, bias *G.Node) (*G.Node, error) {
	o := s.Head().Op.(ir.Conv)
	c := engine.ConvLastConfig{ConvConfig: convConfig(o.Window, o.Groups, false, s.InputGrad)}
	c.Tile, c.Version = s.Kernel.Tile(), b.version(s)
	c.Skip, c.Cut = joined(s, in)
	if pool, ok := s.Out().Op.(ir.MaxPool); ok {
		c.Pool = pool.Kernel[:]
	}
	if s.Reads == lower.ChannelsLast {
		c.Channels = s.Head().In[0].Shape[0]
	}
	return engine.ConvLast(in[0], in[1], bias, c)
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
