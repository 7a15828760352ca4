package graph

import (
	"fmt"
	"math"
	"slices"

	"euryale/internal/onnx"
)

// onnxJoins are the operators of two values or more that work number by number.
var onnxJoins = map[string]Joiner{
	"Add": Sum, "Sum": Sum, "Sub": Difference, "Mul": Product, "Div": Quotient, "Pow": Power, "Max": Maximum, "Min": Minimum,
}

// elementwise joins computed values, and then what is constant.
func (r *importer) elementwise(op *onnx.Op) (imported, error) {
	j := onnxJoins[op.OpType]
	if v, ok, err := r.gated(op); ok || err != nil {
		return v, err
	}
	if v, ok, err := r.denseBias(op); ok || err != nil {
		return v, err
	}
	var computed []*Value
	var constants []int
	for i, name := range op.Inputs {
		if r.g.Const(name) != nil {
			constants = append(constants, i)
			continue
		}
		x, err := r.aligned(op, i)
		if err != nil {
			return imported{}, err
		}
		computed = append(computed, x)
	}
	if len(computed) == 0 {
		return imported{}, unknown{"it has constants alone"}
	}
	x := computed[0]
	if len(computed) > 1 {
		x = Join(j, computed...)
		if len(constants) == 0 {
			return imported{v: r.outputOf(op, x)}, nil
		}
	}
	var v imported
	for n, i := range constants {
		var err error
		if v, err = r.withConstant(op, x, j, i, n == len(constants)-1); err != nil {
			return imported{}, err
		}
		x = v.v
	}
	return v, nil
}

// outputOf gives a joiner's value the name of an output, if it is one.
func (r *importer) outputOf(op *onnx.Op, x *Value) *Value {
	if name, ok := r.outs[op.Outputs[0]]; ok && x.err == nil {
		return r.named(name, x, Reshape{To: x.Shape()})
	}
	return x
}

// aligned is the i-th operand, whose batch is to meet that of the others.
func (r *importer) aligned(op *onnx.Op, i int) (*Value, error) {
	x, err := r.in(op, i)
	if err == nil && !r.whole && len(op.In[i]) != len(op.Out[0]) {
		err = unknown{fmt.Sprintf("the batch of %v would meet another dimension of %v", op.In[i], op.Out[0])}
	}
	return x, err
}

// gated sees x·Sigmoid(x), which is SiLU, and the like.
func (r *importer) gated(op *onnx.Op) (imported, bool, error) {
	if op.OpType != "Mul" || len(op.Inputs) != 2 {
		return imported{}, false, nil
	}
	for i, name := range op.Inputs {
		gate, x := r.ops[name], op.Inputs[1-i]
		if gate == nil || len(gate.Inputs) != 1 || gate.Inputs[0] != x {
			continue
		}
		var l Layer
		switch gate.OpType {
		case "Sigmoid":
			l = SiLU
		case "HardSigmoid":
			if layers, err := hardSigmoid(gate); err == nil && len(layers) == 1 && layers[0] == Layer(HardSigmoid{}) {
				l = HardSwish
			}
		}
		if l != nil {
			v, err := r.in(op, 1-i)
			if err != nil {
				return imported{}, false, err
			}
			y, err := r.only(op, v, l)
			return y, true, err
		}
	}
	return imported{}, false, nil
}

// denseBias sees an Add of a bias to a product with a matrix that nothing else
// reads: both are a Dense.
func (r *importer) denseBias(op *onnx.Op) (imported, bool, error) {
	if op.OpType != "Add" {
		return imported{}, false, nil
	}
	for i, name := range op.Inputs {
		bias, by := r.g.Const(name), r.ops[op.Inputs[1-i]]
		if bias == nil || by == nil || by.OpType != "MatMul" || r.readers[op.Inputs[1-i]] != 1 || r.g.Const(by.Inputs[1]) == nil {
			continue
		}
		out := by.Out[0]
		if dims := withoutOnes(bias.Dims); len(dims) != 1 || len(bias.Dims) > len(out) || bias.Dims[len(bias.Dims)-1] != out[len(out)-1].B {
			continue
		}
		values, err := bias.Float32s()
		if err != nil {
			return imported{}, false, err
		}
		v, err := r.dense(by, op, values)
		return v, true, err
	}
	return imported{}, false, nil
}

// withConstant joins x with the i-th operand, a constant.
func (r *importer) withConstant(op *onnx.Op, x *Value, j Joiner, i int, last bool) (imported, error) {
	t, err := r.constant(op, i)
	if err != nil {
		return imported{}, err
	}
	values, err := t.Float32s()
	if err != nil {
		return imported{}, err
	}
	then := func(l Layer) imported {
		if last {
			return imported{v: r.then(op, x, l)}
		}
		return imported{v: x.Then(l)}
	}
	if own := len(t.Dims) == len(op.Out[0]) && len(t.Dims) > 0 && t.Dims[0] != 1; !r.whole && (own || len(t.Dims) > len(op.Out[0])) {
		return imported{}, unknown{fmt.Sprintf("a constant %v has a batch of its own", t)}
	}
	if len(values) == 1 {
		if l := withNumber(op.OpType, short32(values[0]), i == 0); l != nil {
			return then(l), nil
		}
	}
	shape := Shape(t.Dims)
	if !r.whole && len(shape) == len(op.Out[0]) && len(shape) > 0 {
		shape = shape[1:]
	}
	l := Operand{Join: j, Shape: atLeastOne(shape), Left: i == 0 && len(op.Inputs) == 2 && (j == Difference || j == Quotient || j == Power)}
	if !last {
		op = &onnx.Op{Node: onnx.Node{Outputs: []string{""}}}
	}
	return r.weighted(op, x, l, map[string]weightOfONNX{"operand": {values: values}})
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
func (r *importer) gemm(op *onnx.Op) (imported, error) {
	transA, err := op.Int("transA", 0)
	if err != nil {
		return imported{}, err
	}
	if transA != 0 && !r.whole {
		return imported{}, unknown{"want A as it is, got transA, which puts the batch elsewhere"}
	}
	c, err := r.constant(op, 2)
	if c == nil || err != nil {
		if err != nil {
			return imported{}, err
		}
		return r.dense(op, op, nil)
	}
	values, err := c.Float32s()
	if err != nil {
		return imported{}, err
	}
	beta, err := op.Float("beta", 1)
	if err != nil {
		return imported{}, err
	}
	for i := range values {
		values[i] *= beta
	}
	units := op.Out[0][len(op.Out[0])-1].B
	switch dims := withoutOnes(c.Dims); {
	case len(values) == 1:
		return r.dense(op, op, slices.Repeat(values, units))
	case len(dims) == 1 && dims[0] == units && c.Dims[len(c.Dims)-1] == units:
		return r.dense(op, op, values)
	case !r.whole:
		return imported{}, unknown{fmt.Sprintf("want a C of %d numbers, got %v", units, c)}
	}
	y, err := r.dense(op, nil, nil)
	if err != nil {
		return imported{}, err
	}
	return r.weighted(op, y.v, Operand{Join: Sum, Shape: c.Dims}, map[string]weightOfONNX{"operand": {values: values}})
}

// dense is a Gemm, or a MatMul with a matrix, as the operation out, which may be nil.
func (r *importer) dense(op, out *onnx.Op, bias []float32) (imported, error) {
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	if transA, _ := op.Int("transA", 0); transA != 0 {
		x = x.Then(Permute{Axes: []int{1, 0}})
	}
	if out == nil {
		out = &onnx.Op{Node: onnx.Node{Outputs: []string{""}}}
	}
	t, err := r.constant(op, 1)
	if err != nil {
		return imported{}, err
	}
	if len(t.Dims) != 2 {
		return imported{}, unknown{fmt.Sprintf("want a matrix, got %v", t)}
	}
	transB, alpha := 0, float32(1)
	if op.OpType == "Gemm" {
		if transB, err = op.Int("transB", 0); err != nil {
			return imported{}, err
		}
		if alpha, err = op.Float("alpha", 1); err != nil {
			return imported{}, err
		}
	}
	units := t.Dims[1-transB]
	kernel := weightOfONNX{tensor: t, turned: transB == 1, columns: units}
	if alpha != 1 {
		kernel.tensor = nil
		if kernel.values, err = t.Float32s(); err != nil {
			return imported{}, err
		}
		for i := range kernel.values {
			kernel.values[i] *= alpha
		}
	}
	weights := map[string]weightOfONNX{"kernel": kernel}
	if bias != nil {
		weights["bias"] = weightOfONNX{values: bias}
	}
	l := Dense{Units: units, NoBias: bias == nil, LastAxis: len(x.Shape()) > 1}
	return r.weighted(out, x, l, weights)
}

// matMul is a Dense where the second is a matrix, else a joiner.
func (r *importer) matMul(op *onnx.Op) (imported, error) {
	if t := r.g.Const(op.Inputs[1]); t != nil && len(t.Dims) == 2 {
		return r.dense(op, op, nil)
	}
	var of []*Value
	for i := range op.Inputs {
		x, err := r.aligned(op, i)
		if err != nil {
			return imported{}, err
		}
		switch s := x.Shape(); {
		case len(s) > 1:
		case r.whole && i == 0: // a row
			x = r.as(r.values[op.Inputs[i]], Shape{1, s[0]})
		case r.whole: // a column
			x = r.as(r.values[op.Inputs[i]], Shape{s[0], 1})
		default:
			return imported{}, unknown{fmt.Sprintf("want matrices of each sample, got %v", op.In[i])}
		}
		of = append(of, x)
	}
	if len(of[0].Shape()) != len(op.In[0]) || len(of[1].Shape()) != len(op.In[1]) {
		return imported{v: Join(MatMul, of...)}, nil
	}
	return imported{v: r.outputOf(op, Join(MatMul, of...))}, nil
}
