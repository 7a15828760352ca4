package graph

import (
	"math"
	"slices"

	"euryale/internal/onnx"
)

// onnxJoins are the operators of two values or more that work number by number.
var onnxJoins = map[string]Joiner{
	"Add": Sum, "Sum": Sum, "Sub": Difference, "Mul": Product, "Div": Quotient, "Pow": Power, "Max": Maximum, "Min": Minimum,
}

// elementwise joins computed values, and then what is constant.
func (o *reading) elementwise() imported {
	if v, ok := o.gated(); ok {
		return v
	}
	if v, ok := o.denseBias(); ok {
		return v
	}
	var computed []*Value
	var constants []int
	for i, name := range o.op.Inputs {
		if o.g.Const(name) != nil {
			constants = append(constants, i)
		} else {
			computed = append(computed, o.aligned(i))
		}
	}
	if len(computed) == 0 {
		return o.refuse("it has constants alone")
	}
	j, x := onnxJoins[o.op.OpType], computed[0]
	if len(computed) > 1 {
		x = Join(j, computed...)
	}
	if len(constants) == 0 {
		return o.joined(x)
	}
	for n, i := range constants {
		out := inner
		if n == len(constants)-1 {
			out = o.op
		}
		if x = o.withConstant(out, x, j, i); o.Err() != nil {
			return imported{}
		}
	}
	return imported{v: x}
}

// gated sees x·Sigmoid(x), which is SiLU, and the like.
func (o *reading) gated() (imported, bool) {
	if o.op.OpType != "Mul" || len(o.op.Inputs) != 2 {
		return imported{}, false
	}
	for i, name := range o.op.Inputs {
		gate, x := o.ops[name], o.op.Inputs[1-i]
		if gate == nil || len(gate.Inputs) != 1 || gate.Inputs[0] != x {
			continue
		}
		switch gate.OpType {
		case "Sigmoid":
			return o.only(o.in(1-i), SiLU), true
		case "HardSigmoid":
			if layers := hardSigmoid(o.reading(gate)); len(layers) == 1 && layers[0] == Layer(HardSigmoid{}) {
				return o.only(o.in(1-i), HardSwish), true
			}
		}
	}
	return imported{}, false
}

// denseBias sees an Add of a bias to a product with a matrix that nothing else
// reads: both are a Dense.
func (o *reading) denseBias() (imported, bool) {
	if o.op.OpType != "Add" {
		return imported{}, false
	}
	for i, name := range o.op.Inputs {
		bias, by := o.g.Const(name), o.ops[o.op.Inputs[1-i]]
		if bias == nil || by == nil || by.OpType != "MatMul" || o.readers[o.op.Inputs[1-i]] != 1 || o.g.Const(by.Inputs[1]) == nil {
			continue
		}
		out := by.Out[0]
		if dims := withoutOnes(bias.Dims); len(dims) != 1 || len(bias.Dims) > len(out) || bias.Dims[len(bias.Dims)-1] != out[len(out)-1].B {
			continue
		}
		product := o.reading(by)
		v := product.dense(o.op, product.numbers(bias))
		o.Keep(product.Err())
		return v, true
	}
	return imported{}, false
}

// withConstant joins x with the i-th operand, a constant, to what out makes.
func (o *reading) withConstant(out *onnx.Op, x *Value, j Joiner, i int) *Value {
	t := o.constant(i)
	values := o.numbers(t)
	axes := len(o.op.Out[0])
	if own := len(t.Dims) == axes && len(t.Dims) > 0 && t.Dims[0] != 1; !o.whole && (own || len(t.Dims) > axes) {
		return o.refuse("a constant %v has a batch of its own", t).v
	}
	if len(values) == 1 {
		if l := withNumber(o.op.OpType, short32(values[0]), i == 0); l != nil {
			return o.then(out, x, l)
		}
	}
	shape := Shape(t.Dims)
	if !o.whole && len(shape) == axes && len(shape) > 0 {
		shape = shape[1:]
	}
	l := Operand{Join: j, Shape: atLeastOne(shape), Left: i == 0 && len(o.op.Inputs) == 2 && (j == Difference || j == Quotient || j == Power)}
	return o.weightedAs(out, x, l, map[string]weightOfONNX{"operand": {values: values}}).v
}

// withNumber is the layer that joins with one number, before or behind it; nil if
// there is none.
func withNumber(operator string, c float64, before bool) Layer {
	switch operator {
	case "Add", "Sum":
		return Rescaling{Offset: c}
	case "Sub":
		if before {
			return Rescaling{Scale: -1, Offset: c}
		}
		return Rescaling{Offset: -c}
	case "Mul":
		if c != 0 {
			return Rescaling{Scale: c}
		}
	case "Div":
		if !before && c != 0 && exactInverse(c) {
			return Rescaling{Scale: 1 / c}
		}
	case "Pow":
		if !before {
			return Pow{Exponent: c}
		}
	case "Max":
		return clipping(float32(c), float32(math.Inf(1)))
	case "Min":
		return clipping(float32(math.Inf(-1)), float32(c))
	}
	return nil
}

// exactInverse reports whether to multiply by 1/c is to divide by c: for powers of
// two. Elsewhere the last bit may differ, which is as much as a Conv rounds.
func exactInverse(c float64) bool { return !math.IsNaN(c) && !math.IsInf(1/c, 0) }

// gemm is a Dense: alpha·A·B' + beta·C. Of C that is no bias an Operand is made, and
// of A' a Permute, where that moves no batch.
func (o *reading) gemm() imported {
	if o.Int("transA", 0) != 0 && !o.whole {
		return o.refuse("want A as it is, got transA, which puts the batch elsewhere")
	}
	c := o.constant(2)
	if c == nil {
		return o.dense(o.op, nil)
	}
	values, beta := o.numbers(c), o.Float("beta", 1)
	for i := range values {
		values[i] *= beta
	}
	units := o.op.Out[0][len(o.op.Out[0])-1].B
	switch dims := withoutOnes(c.Dims); {
	case len(values) == 1:
		return o.dense(o.op, slices.Repeat(values, units))
	case len(dims) == 1 && dims[0] == units && c.Dims[len(c.Dims)-1] == units:
		return o.dense(o.op, values)
	case !o.whole:
		return o.refuse("want a C of %d numbers, got %v", units, c)
	}
	return o.weighted(o.dense(inner, nil).v, Operand{Join: Sum, Shape: c.Dims}, map[string]weightOfONNX{"operand": {values: values}})
}

// dense is a Gemm, or a MatMul with a matrix, to what out makes.
func (o *reading) dense(out *onnx.Op, bias []float32) imported {
	x, t := o.in(0), o.constant(1)
	transB, alpha := o.Int("transB", 0), o.Float("alpha", 1)
	if o.Err() != nil {
		return imported{}
	}
	if o.Int("transA", 0) != 0 {
		x = x.Then(Permute{Axes: []int{1, 0}})
	}
	if len(t.Dims) != 2 {
		return o.refuse("want a matrix, got %v", t)
	}
	units := t.Dims[1-transB]
	kernel := weightOfONNX{tensor: t, turned: transB == 1, columns: units}
	if alpha != 1 {
		kernel.tensor, kernel.values = nil, o.numbers(t)
		for i := range kernel.values {
			kernel.values[i] *= alpha
		}
	}
	weights := map[string]weightOfONNX{"kernel": kernel}
	if bias != nil {
		weights["bias"] = weightOfONNX{values: bias}
	}
	return o.weightedAs(out, x, Dense{Units: units, NoBias: bias == nil, LastAxis: len(x.Shape()) > 1}, weights)
}

// matMul is a Dense where the second is a matrix, else a joiner.
func (o *reading) matMul() imported {
	if t := o.g.Const(o.op.Inputs[1]); t != nil && len(t.Dims) == 2 {
		return o.dense(o.op, nil)
	}
	var of []*Value
	for i := range o.op.Inputs {
		x := o.aligned(i)
		switch s := x.Shape(); {
		case len(s) > 1 || o.Err() != nil:
		case o.whole && i == 0: // a row
			x = o.inAs(i, Shape{1, s[0]})
		case o.whole: // a column
			x = o.inAs(i, Shape{s[0], 1})
		default:
			return o.refuse("want matrices of each sample, got %v", o.op.In[i])
		}
		of = append(of, x)
	}
	y := Join(MatMul, of...)
	if len(of[0].Shape()) != len(o.op.In[0]) || len(of[1].Shape()) != len(o.op.In[1]) {
		return imported{v: y}
	}
	return o.joined(y)
}
