package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

func stockUnary(o ir.Unary, x *G.Node) (*G.Node, error) {
	switch o.F {
	case ir.ReLU:
		// Gorgonia's Rectify is x·(x ≥ 0): its gradient at 0 is 1,
		// where blank pixels under a zero bias all lie, and it makes
		// NaN of -∞.
		return engine.Rectify(x, o.Slope)
	case ir.Sigmoid:
		return G.Sigmoid(x)
	case ir.Tanh:
		return G.Tanh(x)
	case ir.ELU:
		return engine.Pointwise(x, engine.ELU(o.Slope))
	case ir.HardSigmoid:
		return engine.Pointwise(x, engine.HardSigmoid(o.Slope))
	}
	if c, ok := curves[o.F]; ok {
		return engine.Pointwise(x, c)
	}
	return nil, errors.Errorf("nothing declares the function %q", o.F)
}

// curves are the functions without a parameter. Gorgonia has softplus alone,
// which overflows.
var curves = map[ir.Function]engine.Curve{
	ir.ReLU6: engine.ReLU6, ir.SELU: engine.SELU, ir.GELU: engine.GELU, ir.GELUTanh: engine.GELUTanh, ir.SiLU: engine.SiLU,
	ir.Mish: engine.Mish, ir.HardSwish: engine.HardSwish, ir.Softplus: engine.Softplus, ir.Softsign: engine.Softsign,
}

// softmax is over the channels.
func softmax(x *G.Node) (*G.Node, error) {
	if x.Dims() == 2 {
		return engine.SoftMax(x)
	}
	return engine.ChannelSoftMax(x)
}
