package graph

import (
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// onnxCombinations are the operators that join two values, number by number.
var onnxCombinations = map[ir.Combination]string{
	ir.Sum: "Add", ir.Minus: "Sub", ir.Product: "Mul", ir.Over: "Div", ir.Maximum: "Max", ir.Minimum: "Min", ir.Raised: "Pow",
}

// join takes as many values together as the operator does.
func (e *exporter) join(v *ir.Value, by ir.Combination, reversed bool) error {
	operator, ok := onnxCombinations[by]
	if !ok {
		return errors.Errorf("the combination %s has no form in ONNX", by)
	}
	var operands []string
	for _, x := range v.In {
		operands = append(operands, e.aligned(x, len(v.Shape)))
	}
	if reversed {
		slices.Reverse(operands)
	}
	switch {
	case len(operands) == 1:
		e.node("Identity", operands)
	case by == ir.Sum && len(operands) > 2:
		e.node("Sum", operands)
	case by == ir.Product:
		y := operands[0]
		for _, x := range operands[1:] {
			y = e.times(y, x)
		}
	default:
		e.node(operator, operands)
	}
	return nil
}

// aligned is a value as an operand for samples of so many axes: ONNX compares axes
// from the last on, and the batch of one that has fewer would meet another.
func (e *exporter) aligned(x *ir.Value, axes int) string {
	if _, param := x.Op.(ir.Param); param || len(x.Shape) == axes {
		return e.name(x)
	}
	return e.reshape(e.name(x), widened(x.Shape, axes)...)
}

func (e *exporter) concat(v *ir.Value, o ir.Concat) {
	var operands []string
	for _, x := range v.In {
		operands = append(operands, e.name(x))
	}
	e.node("Concat", operands, onnx.IntAttr("axis", o.Axis+1))
}

// onnxReducers are the operators that reduce axes.
var onnxReducers = map[ir.Reduction]string{
	ir.MeanOf: "ReduceMean", ir.SumOf: "ReduceSum", ir.MaxOf: "ReduceMax", ir.MinOf: "ReduceMin", ir.ArgMax: "ArgMax", ir.ArgEnd: "ArgMax",
}

// reduce reduces axes of samples. Places are whole numbers there, and not here.
func (e *exporter) reduce(v *ir.Value, o ir.Reduce) error {
	operator, ok := onnxReducers[o.By]
	if !ok {
		return errors.Errorf("the reduction to a %s has no form in ONNX", o.By)
	}
	inputs := []string{e.name(v.In[0])}
	axes := ofBatch(o.Axes)[1:]
	attributes := []onnx.Attribute{onnx.IntAttr("keepdims", 0)}
	if o.Keep {
		attributes[0].Int = 1
	}
	switch {
	case operator == "ArgMax":
		attributes = append(attributes, onnx.IntAttr("axis", axes[0]))
		if o.By == ir.ArgEnd {
			attributes = append(attributes, onnx.IntAttr("select_last_index", 1))
		}
		e.node("Cast", []string{e.node(operator, inputs, attributes...)}, onnx.IntAttr("to", int(onnx.Float32)))
		return nil
	case e.opset >= 18 || o.By == ir.SumOf: // an attribute before
		inputs = append(inputs, e.ints("axes", axes...))
	default:
		attributes = append(attributes, onnx.IntsAttr("axes", axes...))
	}
	e.node(operator, inputs, attributes...)
	return nil
}
