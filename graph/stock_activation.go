package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/f32"
	"euryale/internal/ir"
)

func (b *build) unary(o ir.Unary, x *G.Node) (*G.Node, error) {
	switch fused := b.options.Fused; {
	case o.F == ir.ReLU:
		// Gorgonia's Rectify is x·(x ≥ 0): its gradient at 0 is 1,
		// where blank pixels under a zero bias all lie, and it makes
		// NaN of -∞.
		return engine.Rectify(x, o.Slope)
	case o.F == ir.Sigmoid && !fused:
		return G.Sigmoid(x)
	case o.F == ir.Tanh && !fused:
		return G.Tanh(x)
	}
	c, ok := curveOf(o)
	if !ok {
		return nil, errors.Errorf("nothing declares the function %q", o.F)
	}
	return engine.Pointwise(x, c)
}

// curveOf is a function as the engine takes it.
func curveOf(o ir.Unary) (c f32.Curve, ok bool) {
	switch o.F {
	case ir.ELU:
		return f32.ELU(o.Slope), true
	case ir.HardSigmoid:
		return f32.HardSigmoid(o.Slope), true
	case ir.CELU:
		return f32.CELU(o.Slope), true
	case ir.Threshold:
		return f32.Threshold(o.Slope), true
	case ir.Swish:
		return f32.Swish(o.Slope), true
	case ir.Power:
		return f32.Power(o.Slope), true
	case ir.Line:
		return f32.Line(o.Slope, o.Offset), true
	case ir.Clip:
		return f32.Clip(o.Slope, o.Offset), true
	}
	c, ok = curves[o.F]
	return c, ok
}

// curves are the functions without a parameter. Gorgonia has softplus alone of
// those that its engine declares with them, and that overflows.
var curves = map[ir.Function]f32.Curve{
	ir.ReLU6: f32.ReLU6, ir.SELU: f32.SELU, ir.GELU: f32.GELU, ir.GELUTanh: f32.GELUTanh, ir.SiLU: f32.SiLU,
	ir.Mish: f32.Mish, ir.HardSwish: f32.HardSwish, ir.Softplus: f32.Softplus, ir.Softsign: f32.Softsign,
	ir.Sigmoid: f32.Sigmoid, ir.Tanh: f32.Tanh,
	ir.Sqrt: f32.Sqrt, ir.Exp: f32.Exponential, ir.Log: f32.Logarithm, ir.Abs: f32.Abs, ir.Negative: f32.Negative, ir.Reciprocal: f32.Reciprocal, ir.Erf: f32.Erf,
}

// softmax is over the channels.
func softmax(x *G.Node) (*G.Node, error) {
	if x.Dims() == 2 {
		return engine.SoftMax(x)
	}
	return engine.ChannelSoftMax(x)
}
