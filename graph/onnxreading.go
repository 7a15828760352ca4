package graph

import (
	"fmt"

	"euryale/internal/onnx"
)

// reading is an operation of which a layer is being made. What is read of it, attributes
// and operands, keeps the first error; what its handler makes counts if there is none.
// An operand that cannot be read is a value with that error, a constant is nil.
type reading struct {
	*importer
	onnx.AttributeReader
	op *onnx.Op
}

func (r *importer) reading(op *onnx.Op) *reading {
	return &reading{importer: r, AttributeReader: op.Reader(), op: op}
}

// unknown is the error of an operation that cannot be made a layer of.
type unknown struct{ why string }

func (u unknown) Error() string { return u.why }

// refuse keeps an unknown.
func (o *reading) refuse(format string, args ...any) imported {
	o.Keep(unknown{fmt.Sprintf(format, args...)})
	return imported{v: &Value{err: o.Err()}}
}

// leftOut reports whether there is no i-th operand.
func (o *reading) leftOut(i int) bool { return i >= len(o.op.Inputs) || o.op.Inputs[i] == "" }

// in is the i-th operand, which is computed, in its shape.
func (o *reading) in(i int) *Value {
	if o.leftOut(i) {
		return o.refuse("input %d is left out", i+1).v
	}
	x, ok := o.values[o.op.Inputs[i]]
	if !ok {
		return o.refuse("input %d, %q, is a constant", i+1, o.op.Inputs[i]).v
	}
	return o.as(x, x.shape)
}

// inAs is the i-th operand, which in has found, in another shape.
func (o *reading) inAs(i int, s Shape) *Value { return o.as(o.values[o.op.Inputs[i]], s) }

// aligned is the i-th operand, whose batch is to meet that of the others.
func (o *reading) aligned(i int) *Value {
	x := o.in(i)
	if o.Err() == nil && !o.whole && len(o.op.In[i]) != len(o.op.Out[0]) {
		return o.refuse("the batch of %v would meet another dimension of %v", o.op.In[i], o.op.Out[0]).v
	}
	return x
}

// sample is the shape of a sample of the first operand: where there is no free batch,
// that of the only one in a batch of 1, which has so many axes at least.
func (o *reading) sample(axes int) Shape {
	s := o.in(0).Shape()
	if o.Err() != nil || !o.whole {
		return s
	}
	if len(s) <= axes || s[0] != 1 {
		o.refuse("want a batch of 1 where there is no free one, got %v", o.op.In[0])
		return nil
	}
	return s[1:]
}

// image is the first operand as (C, H, W), and what an image of other sides becomes
// again: of (C, L) a row of pixels is made.
func (o *reading) image() *Value {
	switch s := o.sample(2); len(s) {
	case 3:
		return o.inAs(0, s)
	case 2:
		return o.inAs(0, Shape{s[0], 1, s[1]})
	}
	return o.refuse("want an image (N, C, H, W) or a sequence (N, C, L), got %v", o.op.In[0]).v
}

// channels is the first operand as BatchNorm and its like take it: (C) or (C, H, W).
func (o *reading) channels() *Value {
	s := o.sample(1)
	if o.Err() != nil {
		return &Value{err: o.Err()}
	}
	if len(s) == 2 || len(s) > 3 {
		s = Shape{s[0], 1, s[1:].TotalSize()}
	}
	return o.inAs(0, s)
}

// constant is the i-th operand, which is known: nil if it is left out.
func (o *reading) constant(i int) *onnx.Tensor {
	if o.leftOut(i) {
		return nil
	}
	t := o.g.Const(o.op.Inputs[i])
	if t == nil {
		o.refuse("input %d, %q, is computed: want a constant", i+1, o.op.Inputs[i])
	}
	return t
}

// numbers are those of a constant.
func (o *reading) numbers(t *onnx.Tensor) []float32 {
	values, err := t.Float32s()
	o.Keep(err)
	return values
}

// scaled are the operands from the second on, constants that must be there, as weights
// of the given names.
func (o *reading) scaled(names ...string) map[string]weightOfONNX {
	weights := map[string]weightOfONNX{}
	for i, name := range names {
		if o.leftOut(i + 1) {
			o.refuse("input %d is left out", i+2)
		} else if t := o.constant(i + 1); t != nil {
			weights[name] = weightOfONNX{values: o.numbers(t)}
		}
	}
	return weights
}

// axis is an attribute, which is an axis of the file's, as one of a sample's.
func (o *reading) axis(missing int) int { return o.sampleAxis(o.Int("axis", missing)) }

// sampleAxis is an axis of the file's as one of a sample's.
func (o *reading) sampleAxis(a int) int {
	switch {
	case o.whole:
		return a
	case a == 0:
		o.refuse("it works along the batch")
	}
	return a - 1
}

// epsilon is the attribute. One of 0, by which our layers mean another, is so small
// that it adds nothing to a variance that is not 0.
func (o *reading) epsilon() float64 {
	e := o.Float("epsilon", 1e-5)
	if e == 0 {
		e = 1e-38
	}
	return short32(e)
}

// momentum is the weight of the old statistics, for training on; that which exporters
// write without thought, 0.9, where ours cannot be so.
func (o *reading) momentum() float64 {
	m := o.Float("momentum", 0.9)
	if !(m > 0 && m < 1) {
		return 0.9
	}
	return short32(m)
}

// only is what handlers return of a layer without weights.
func (o *reading) only(x *Value, l Layer) imported {
	if o.Err() != nil {
		return imported{}
	}
	return imported{v: o.then(o.op, x, l)}
}

// chain is what handlers return of layers without weights.
func (o *reading) chain(x *Value, layers Chain) imported {
	if o.Err() != nil || len(layers) == 0 {
		return imported{v: x}
	}
	last := len(layers) - 1
	return o.only(x.Then(layers[:last]...), layers[last])
}

// joined is what handlers return of a joiner, which has the name of an output, if it is
// one.
func (o *reading) joined(x *Value) imported {
	if name, ok := o.outs[o.op.Outputs[0]]; ok && x.err == nil {
		x = o.named(name, x, Reshape{To: x.Shape()})
	}
	return imported{v: x}
}

// weighted is what handlers return of a layer with weights. The weights' values are
// told by name, in the layer's order.
func (o *reading) weighted(x *Value, l Layer, weights map[string]weightOfONNX) imported {
	return o.weightedAs(o.op, x, l, weights)
}

// weightedAs is weighted, of a layer that makes what another operation does.
func (o *reading) weightedAs(out *onnx.Op, x *Value, l Layer, weights map[string]weightOfONNX) imported {
	if o.Err() != nil {
		return imported{}
	}
	y := o.then(out, x, l)
	if y.err == nil {
		o.Keep(o.assign(y, l, weights))
	}
	return imported{v: y}
}

// inner stands for an operation where a layer is one of several that are made of it:
// no output is called after it.
var inner = &onnx.Op{Node: onnx.Node{Outputs: []string{""}}}
