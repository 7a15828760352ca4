package graph

import (
	"math"

	"github.com/pkg/errors"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// onnxNames are the functions that are operators without attributes in all opsets.
var onnxNames = map[ir.Function]string{
	ir.SELU: "Selu", ir.Sigmoid: "Sigmoid", ir.HardSwish: "HardSwish", ir.Tanh: "Tanh", ir.Softplus: "Softplus", ir.Softsign: "Softsign",
	ir.Sqrt: "Sqrt", ir.Exp: "Exp", ir.Log: "Log", ir.Abs: "Abs", ir.Negative: "Neg", ir.Reciprocal: "Reciprocal", ir.Erf: "Erf",
}

// function writes a function of each number.
func (e *exporter) function(v *ir.Value, o ir.Unary) error {
	x := e.name(v.In[0])
	one := func(operator string, attributes ...onnx.Attribute) { e.node(operator, []string{x}, attributes...) }
	switch o.F {
	case ir.ReLU:
		if o.Slope == 0 {
			one("Relu")
		} else {
			one("LeakyRelu", e.float("alpha", o.Slope))
		}
	case ir.ReLU6:
		e.clip(x, 0, 6)
	case ir.Clip:
		e.clip(x, o.Slope, o.Offset)
	case ir.ELU:
		one("Elu", e.float("alpha", o.Slope))
	case ir.CELU:
		one("Celu", e.float("alpha", o.Slope))
	case ir.Threshold:
		one("ThresholdedRelu", e.float("alpha", o.Slope))
	case ir.HardSigmoid:
		one("HardSigmoid", e.float("alpha", o.Slope), onnx.FloatAttr("beta", 0.5))
	case ir.GELU:
		e.gelu(x)
	case ir.GELUTanh:
		e.geluTanh(x)
	case ir.Mish:
		if e.knows(18) {
			one("Mish")
		} else {
			e.times(x, e.node("Tanh", []string{e.node("Softplus", []string{x})}))
		}
	case ir.SiLU:
		e.times(x, e.node("Sigmoid", []string{x}))
	case ir.Swish:
		e.times(x, e.node("Sigmoid", []string{e.times(x, e.scalar("alpha", o.Slope))}))
	case ir.Power:
		e.node("Pow", []string{x, e.scalar("exponent", o.Slope)})
	case ir.Line:
		e.line(x, o.Slope, o.Offset)
	default:
		name, ok := onnxNames[o.F]
		if !ok {
			return errors.Errorf("the function %s has no form in ONNX", o.F)
		}
		one(name)
	}
	return nil
}

func (e *exporter) times(a, b string) string { return e.node("Mul", []string{a, b}) }

// clip leaves out a bound that is infinite.
func (e *exporter) clip(x string, low, high float64) {
	inputs := []string{x, "", ""}
	if !math.IsInf(low, -1) {
		inputs[1] = e.scalar("min", low)
	}
	if !math.IsInf(high, 1) {
		inputs[2] = e.scalar("max", high)
	}
	for inputs[len(inputs)-1] == "" {
		inputs = inputs[:len(inputs)-1]
	}
	e.node("Clip", inputs)
}

// line is scale·x + offset.
func (e *exporter) line(x string, scale, offset float64) {
	if scale != 1 || offset == 0 {
		x = e.times(x, e.scalar("scale", scale))
	}
	if offset != 0 {
		e.node("Add", []string{x, e.scalar("offset", offset)})
	}
}

// gelu is x/2·(1 + erf(x/√2)).
func (e *exporter) gelu(x string) {
	if e.knows(20) {
		e.node("Gelu", []string{x})
		return
	}
	erf := e.node("Erf", []string{e.times(x, e.scalar("scale", math.Sqrt2/2))})
	e.times(e.times(x, e.node("Add", []string{erf, e.scalar("one", 1)})), e.scalar("half", 0.5))
}

// geluTanh is x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
func (e *exporter) geluTanh(x string) {
	if e.knows(20) {
		e.node("Gelu", []string{x}, onnx.StringAttr("approximate", "tanh"))
		return
	}
	cube := e.times(e.times(x, e.times(x, x)), e.scalar("cubic", 0.044715))
	tanh := e.node("Tanh", []string{e.times(e.node("Add", []string{x, cube}), e.scalar("scale", math.Sqrt(2/math.Pi)))})
	e.times(e.times(x, e.node("Add", []string{tanh, e.scalar("one", 1)})), e.scalar("half", 0.5))
}

// prelu has slopes that broadcast: one, one a channel, or one a value of x.
func (e *exporter) prelu(v *ir.Value) {
	slope := v.In[1]
	operand := ""
	if n := slope.Shape.TotalSize(); n == 1 || n != v.Shape[0] || len(slope.Shape) > 1 {
		operand = e.name(slope)
	} else {
		operand = e.perChannel(slope, len(v.Shape))
	}
	e.node("PRelu", []string{e.name(v.In[0]), operand})
}

// softmax is along an axis of samples.
func (e *exporter) softmax(v *ir.Value, axis int, log bool) {
	operator := "Softmax"
	if log {
		operator = "LogSoftmax"
	}
	e.node(operator, []string{e.name(v.In[0])}, onnx.IntAttr("axis", axis+1))
}
