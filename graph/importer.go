package graph

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// importer makes values of the operations of an ONNX graph, in their order.
type importer struct {
	g       *onnx.Graph
	whole   bool                // a sample is all that the file has: there is no batch
	values  map[string]imported // by the names of the file
	ops     map[string]*onnx.Op // that make them
	readers map[string]int      // how many read them
	outs    map[string]string   // what the file calls an output, by the value that it is
	empty   map[string]bool     // that have no numbers, for a Concat to leave out

	shaped  map[shaped]*Value
	weights map[*ir.Value]weightOfONNX // as declared
	missing []onnx.Unsupported
}

// imported is a value, and the shape of a sample that the file gives it. It may have
// another with as many numbers: a Reshape is made where somebody reads it as such.
type imported struct {
	v     *Value
	shape Shape
}

// weightOfONNX is where a parameter's values come from: a tensor as it is in the
// file, or values made of one.
type weightOfONNX struct {
	tensor  *onnx.Tensor
	values  []float32
	turned  bool // a matrix that stands there as its transpose
	columns int  // of the parameter, if turned
}

func newImporter(g *onnx.Graph, whole bool) *importer {
	r := &importer{
		g: g, whole: whole, values: map[string]imported{}, ops: map[string]*onnx.Op{}, readers: map[string]int{}, outs: map[string]string{}, empty: map[string]bool{},
		weights: map[*ir.Value]weightOfONNX{}, shaped: map[shaped]*Value{},
	}
	for _, op := range g.Ops {
		r.ops[op.Outputs[0]] = op
		for _, name := range op.Inputs {
			r.readers[name]++
		}
	}
	for _, o := range g.Outputs {
		r.readers[o.From]++
		if _, taken := r.outs[o.From]; !taken && isLayerName(o.Name) {
			r.outs[o.From] = o.Name
		}
	}
	return r
}

// isLayerName reports whether a layer may be called so: not as the counted ones are.
func isLayerName(name string) bool {
	return name != "" && !strings.ContainsAny(name, "/, ") && !countedNames.MatchString(name)
}

// countedNames are those that layers get of which the name is not told: conv2d_1.
var countedNames = func() *regexp.Regexp {
	var types []string
	for _, l := range layerTypes {
		types = append(types, snakeCase(reflect.TypeOf(l).Name()))
	}
	for _, f := range functions {
		types = append(types, snakeCase(string(f.name)))
	}
	for _, j := range append(slices.Collect(maps.Keys(combinations)), Concat, MatMul) {
		types = append(types, snakeCase(string(j)))
	}
	return regexp.MustCompile("^(" + strings.Join(types, "|") + ")_[0-9]+$")
}()

// spread makes constants of those that are repeated to a larger shape: weights that a
// file fills with one number.
func (r *importer) spread() {
	for _, op := range r.g.Ops {
		t := r.g.Const(op.Inputs[0])
		if op.OpType != "Expand" || t == nil || !op.Out[0].IsFixed() || t.Len() != 1 {
			continue
		}
		dims := op.Out[0].At(1)
		delete(r.ops, op.Outputs[0])
		r.g.Constants[op.Outputs[0]] = &onnx.Tensor{Type: t.Type, Dims: dims, Raw: bytes.Repeat(t.Raw, Shape(dims).TotalSize())}
	}
	r.g.Ops = slices.DeleteFunc(r.g.Ops, func(op *onnx.Op) bool { return r.g.Const(op.Outputs[0]) != nil })
}

// outputs makes the values of all operations, and returns those of the outputs.
func (r *importer) outputs() ([]*Value, error) {
	r.spread()
	for _, in := range r.g.Inputs {
		s, ok := r.sampleShape(in.Shape)
		if !ok {
			return nil, errors.Errorf("input %q: want a batch first and else known sizes, got %v; give its shape in ONNXConfig.Inputs", in.Name, in.Shape)
		}
		v := Input(in.Name, atLeastOne(s)...)
		if v.err != nil {
			return nil, v.err
		}
		r.values[in.Name] = imported{v, s}
	}
	for _, op := range r.g.Ops {
		if err := r.layer(op); err != nil {
			return nil, err
		}
	}
	if len(r.missing) > 0 {
		return nil, &onnx.UnsupportedError{Items: r.missing}
	}
	var outputs []*Value
	seen := map[string]bool{}
	for _, o := range r.g.Outputs {
		x, ok := r.values[o.From]
		if !ok {
			return nil, errors.Errorf("output %q is a constant: want one that hangs on an input", o.Name)
		}
		v := r.as(x, x.shape)
		if v.err != nil {
			return nil, v.err
		}
		if _, input := v.v.Op.(ir.Input); input || seen[o.From] || x.v.v != v.v {
			v = r.named(o.Name, x.v, Reshape{To: atLeastOne(x.shape)})
		}
		seen[o.From] = true
		outputs = append(outputs, v)
	}
	return outputs, nil
}

// layer makes the value of an operation, or notes why there is none.
func (r *importer) layer(op *onnx.Op) error {
	if slices.Contains(op.Out[0], onnx.Fixed(0)) {
		r.empty[op.Outputs[0]] = true
		return nil
	}
	op = r.withoutEmpty(op)
	for _, name := range op.Inputs {
		if r.empty[name] {
			r.miss(op, fmt.Sprintf("%q has no numbers", name))
			return nil
		}
		if _, made := r.ops[name]; made {
			if _, ok := r.values[name]; !ok {
				return nil // what it reads is among what is missing
			}
		}
	}
	handle, ok := onnxOps[op.OpType]
	if !ok || op.Domain != "" {
		r.miss(op, "no layer does that")
		return nil
	}
	o := r.reading(op)
	v := handle(o)
	var u unknown
	switch err := o.Err(); {
	case errors.As(err, &u):
		r.miss(op, u.why)
		return nil
	case err != nil:
		return errors.WithMessage(err, op.String())
	case v.v.err != nil:
		r.miss(op, v.v.err.Error())
		return nil
	}
	s, ok := r.sampleShape(op.Out[0])
	if !ok {
		r.miss(op, fmt.Sprintf("a batch is to come first, in what it makes too, got %v", op.Out[0]))
		return nil
	}
	if v.shape == nil {
		v.shape = s
	}
	if v.v.Shape().TotalSize() != s.TotalSize() {
		return errors.Errorf("%v: want what makes %v, got %v of %v", op, op.Out[0], v.v.Shape(), v.v.v.Call.Layer)
	}
	v.shape = s
	r.values[op.Outputs[0]] = v
	return nil
}

// withoutEmpty is a Concat of what has numbers.
func (r *importer) withoutEmpty(op *onnx.Op) *onnx.Op {
	if op.OpType != "Concat" || !slices.ContainsFunc(op.Inputs, func(name string) bool { return r.empty[name] }) {
		return op
	}
	full := *op
	full.Inputs, full.In = nil, nil
	for i, name := range op.Inputs {
		if !r.empty[name] {
			full.Inputs, full.In = append(full.Inputs, name), append(full.In, op.In[i])
		}
	}
	return &full
}

func (r *importer) miss(op *onnx.Op, why string) {
	r.missing = append(r.missing, onnx.Unsupported{What: fmt.Sprintf("%s of opset %d", op.OpType, op.Version), Node: op.Name, Why: why})
}

// sampleShape is a shape without the batch, which is to come first, and nowhere else.
func (r *importer) sampleShape(s onnx.Shape) (Shape, bool) {
	if r.whole {
		return Shape(s.At(1)), s.IsFixed()
	}
	if len(s) == 0 || s[0] != onnx.Batch || !s[1:].IsFixed() {
		return nil, false
	}
	return Shape(s[1:].At(1)), true
}

// atLeastOne is a shape that a value may have: a single number is a vector of one.
func atLeastOne(s Shape) Shape {
	if len(s) == 0 {
		return Shape{1}
	}
	return s
}

// as is a value in a shape: all who want it so read one Reshape.
func (r *importer) as(x imported, s Shape) *Value {
	if s = atLeastOne(s); slices.Equal(x.v.Shape(), s) { // not Eq, for which (4, 1) is (4)
		return x.v
	}
	at := shaped{x.v, fmt.Sprint(s)}
	if r.shaped[at] == nil {
		r.shaped[at] = x.v.Then(Reshape{To: s})
	}
	return r.shaped[at]
}

// shaped is a value in another shape.
type shaped struct {
	v  *Value
	as string
}

// then puts the layer of an operation behind x, under the output's name if it makes
// one, in its shape.
func (r *importer) then(op *onnx.Op, x *Value, l Layer) *Value {
	y := x.Then(l)
	name, output := r.outs[op.Outputs[0]]
	if !output || y.err != nil {
		return y
	}
	if s, ok := r.sampleShape(op.Out[0]); ok && slices.Equal(y.Shape(), atLeastOne(s)) {
		return r.named(name, x, l)
	}
	return y
}

func (r *importer) named(name string, x *Value, l Layer) *Value {
	if isLayerName(name) && !slices.ContainsFunc(r.g.Inputs, func(v onnx.Value) bool { return v.Name == name }) {
		l = Named{Name: name, Layer: l}
	}
	return x.Then(l)
}

// assign notes the values of the weights of y, which a layer makes, by their names, in
// the layer's order.
func (r *importer) assign(y *Value, l Layer, weights map[string]weightOfONNX) error {
	found := 0
	for c := y.v.Call; c != nil; c = c.Parent {
		for _, p := range c.Params {
			w, ok := weights[p.Op.(ir.Param).Name]
			if !ok {
				continue
			}
			if n := w.len(); n != p.Shape.TotalSize() {
				return unknown{fmt.Sprintf("want %d numbers for the %s of %v, got %d", p.Shape.TotalSize(), p.Op.(ir.Param).Name, l, n)}
			}
			r.weights[p] = w
			found++
		}
	}
	if found != len(weights) {
		return errors.Errorf("%v takes %d of %d weights", l, found, len(weights))
	}
	return nil
}

// composed is told which parameters the declared ones have become.
func (r *importer) composed(now map[*ir.Value]*ir.Value) {
	weights := map[*ir.Value]weightOfONNX{}
	for declared, w := range r.weights {
		if v, ok := now[declared]; ok {
			weights[v] = w
		}
	}
	r.weights = weights
}

func (r *importer) check(*Network) error { return nil }

func (r *importer) fill(_ *Network, v *ir.Value, name string, to any) error {
	w, ok := r.weights[v]
	if !ok {
		return errors.Errorf("weight %s: the file has no values for it", name)
	}
	return w.copyTo(to.([]float32))
}

// len is how many values there are.
func (w weightOfONNX) len() int {
	if w.tensor != nil {
		return w.tensor.Len()
	}
	return len(w.values)
}

// copyTo writes the values, turned if they are to be.
func (w weightOfONNX) copyTo(to []float32) error {
	values := w.values
	switch {
	case w.tensor != nil && !w.turned:
		return w.tensor.CopyFloat32s(to)
	case w.tensor != nil:
		var err error
		if values, err = w.tensor.Float32s(); err != nil {
			return err
		}
	}
	if !w.turned {
		copy(to, values)
		return nil
	}
	rows := len(to) / w.columns
	for i := range rows {
		for j := range w.columns {
			to[i*w.columns+j] = values[j*rows+i]
		}
	}
	return nil
}
