package onnx

import (
	"fmt"

	"github.com/pkg/errors"
)

// call is a node being folded. The first error of its AttributeReader ends the node
// when its function returns.
type call struct {
	AttributeReader
	f       *folder
	n       *Node
	version int
	in      []*value // nil for inputs that are left out
}

// unsupportedError stops a node, not the Fold, which goes on to find others.
type unsupportedError struct{ what, why string }

func (e *unsupportedError) Error() string { return e.what + ": " + e.why }

// unsupported refuses the node.
func (c *call) unsupported(format string, args ...any) error {
	return &unsupportedError{c.what(), fmt.Sprintf(format, args...)}
}

func (c *call) what() string { return fmt.Sprintf("%s of opset %d", c.n.OpType, c.version) }

// malformed refuses the model.
func (c *call) malformed(format string, args ...any) error {
	return errors.Errorf("%v: %s", c.n, fmt.Sprintf(format, args...))
}

func (c *call) run(op operator) error {
	err := c.arity(op)
	if err == nil {
		err = op.fold(c)
	}
	if c.err != nil {
		err = c.err
	}
	if err == nil {
		err = c.checkAttributes()
	}
	if err == nil {
		err = c.checkOutputs()
	}
	var u *unsupportedError
	if errors.As(err, &u) {
		for _, out := range c.n.Outputs {
			c.f.values[out] = nil
		}
		c.f.unsupported = append(c.f.unsupported, Unsupported{u.what, c.n.Name, u.why})
		return nil
	}
	return err
}

func (c *call) arity(op operator) error {
	if len(c.in) < op.min || len(c.in) > op.max {
		return c.malformed("want %s inputs, got %d", between(op.min, op.max), len(c.in))
	}
	for i := range op.min {
		if c.in[i] == nil {
			return c.malformed("input %d is missing", i)
		}
	}
	return nil
}

func between(low, high int) string {
	switch {
	case low == high:
		return fmt.Sprint(low)
	case high == many:
		return fmt.Sprintf("at least %d", low)
	}
	return fmt.Sprintf("%d to %d", low, high)
}

// noEffect are attributes that change nothing in inference, in float32.
var noEffect = map[string]bool{
	"stash_type": true, "saturate": true, "round_mode": true, "storage_order": true,
	"ratio": true, "seed": true, "keep_aspect_ratio_policy": true,
}

// checkAttributes refuses a node with an attribute that its function did not ask for.
func (c *call) checkAttributes() error {
	for i := range c.n.Attributes {
		if name := c.n.Attributes[i].Name; !c.read[name] && !noEffect[name] {
			return c.unsupported("attribute '%s'", name)
		}
	}
	return nil
}

// checkOutputs refuses a node of which an output is read that its function did not
// make, and sizes that are too large.
func (c *call) checkOutputs() error {
	for i, out := range c.n.Outputs {
		if out == "" || !c.f.wanted[out] {
			continue
		}
		v := c.f.values[out]
		if v == nil {
			return c.unsupported("output %d is read", i)
		}
		if n, ok := v.shape.size(); !ok || n.A > maxElements || n.B > maxElements {
			return c.malformed("output %q has too many elements: %v", out, v.shape)
		}
		if len(v.shape) > maxRank {
			return c.malformed("output %q: want at most %d dimensions, got %d", out, maxRank, len(v.shape))
		}
		for _, d := range v.shape {
			if d.A < 0 || d.At(1) < 0 {
				return c.malformed("output %q would have the shape %v", out, v.shape)
			}
		}
	}
	return nil
}

// has reports whether input i is there.
func (c *call) has(i int) bool { return i < len(c.in) && c.in[i] != nil }

// x is the first input.
func (c *call) x() *value { return c.in[0] }

// axis counts an axis of a tensor of rank dimensions from 0. name is in messages.
func (c *call) axis(name string, axis, rank int) (int, error) {
	if axis < -rank || axis >= rank {
		return 0, c.malformed("%s %d: want one of a tensor of %d dimensions", name, axis, rank)
	}
	if axis < 0 {
		axis += rank
	}
	return axis, nil
}

// axes is as axis, of several that differ.
func (c *call) axes(axes []int, rank int) ([]int, error) {
	out := make([]int, len(axes))
	seen := make([]bool, rank)
	for i, a := range axes {
		a, err := c.axis("axis", a, rank)
		if err != nil {
			return nil, err
		}
		if seen[a] {
			return nil, c.malformed("axis %d is there twice", a)
		}
		out[i], seen[a] = a, true
	}
	return out, nil
}

// sizes are the elements of an input that must be known and has at most one dimension.
func (c *call) sizes(i int, name string) ([]Dim, error) {
	v := c.in[i]
	if v.known == nil {
		return nil, c.unsupported("its input %s is not known when the model is loaded", name)
	}
	if len(v.shape) > 1 {
		return nil, c.malformed("%s: want a vector, got the shape %v", name, v.shape)
	}
	d, err := v.known.whole()
	if err != nil {
		return nil, c.malformed("%s: %v", name, err)
	}
	return d, nil
}

// fixedInts is as sizes, of numbers that do not depend on N.
func (c *call) fixedInts(i int, name string) ([]int, error) {
	d, err := c.sizes(i, name)
	if err != nil {
		return nil, err
	}
	if !Shape(d).IsFixed() {
		return nil, c.unsupported("its input %s depends on the batch: %v", name, Shape(d))
	}
	return Shape(d).At(1), nil
}

// parameter is an attribute up to one opset and an input from then on; ok is false if
// it is neither.
func (c *call) parameter(name string, since, input int) (v []int, ok bool, err error) {
	if c.version < since {
		return c.Ints(name), c.n.Has(name), nil
	}
	if !c.has(input) {
		return nil, false, nil
	}
	v, err = c.fixedInts(input, name)
	return v, true, err
}

// number is a known input of one element.
func (c *call) number(i int, name string) (float32, error) {
	k := c.in[i].known
	if k == nil {
		return 0, c.unsupported("its input %s is not known when the model is loaded", name)
	}
	if k.len() != 1 || k.sym != nil {
		return 0, c.malformed("%s: want one number, got the shape %v", name, c.in[i].shape)
	}
	if k.typ.IsFloat() {
		return float32(k.floats()[0]), nil
	}
	return float32(k.tensor().int(0)), nil
}

// set makes output i the value v. Those who read it read v.
func (c *call) set(i int, v *value) error {
	if i < len(c.n.Outputs) && c.n.Outputs[i] != "" {
		c.f.values[c.n.Outputs[i]] = v
	}
	return nil
}

// constant makes output i a known value.
func (c *call) constant(i int, k *known) error {
	if i >= len(c.n.Outputs) || c.n.Outputs[i] == "" {
		return nil
	}
	return c.set(i, &value{name: c.n.Outputs[i], typ: k.typ, shape: FixedShape(k.dims...), known: k})
}

// emit makes output i an operation's.
func (c *call) emit(i int, opType string, out Shape, in []*value, attributes ...Attribute) error {
	if i >= len(c.n.Outputs) || c.n.Outputs[i] == "" {
		return nil
	}
	v, err := c.op(c.n.Outputs[i], opType, out, in, attributes...)
	if err != nil {
		return err
	}
	return c.set(i, v)
}

// step makes an operation of which another one of the node is made.
func (c *call) step(opType string, out Shape, in []*value, attributes ...Attribute) (*value, error) {
	return c.op(c.f.taken.fresh(firstOf(c.n.Outputs)+"/"+opType), opType, out, in, attributes...)
}

// names are those that are taken, with the number that the last one like it got.
type names map[string]int

func (n names) take(name string) { n[name] = max(n[name], 1) }

// fresh is name, or if that is taken, with a number.
func (n names) fresh(name string) string {
	unique := name
	for n[unique] > 0 {
		n[name]++
		unique = fmt.Sprintf("%s_%d", name, n[name])
	}
	n.take(unique)
	return unique
}

func (c *call) op(output, opType string, out Shape, in []*value, attributes ...Attribute) (*value, error) {
	op := &Op{
		Node: Node{
			Name: c.f.opNames.fresh(c.n.Name), OpType: opType, Outputs: []string{output}, Attributes: attributes,
		},
		Version: c.version, Out: []Shape{out}, Type: in[0].typ,
	}
	if opType != c.n.OpType {
		op.Original = c.n.OpType
	}
	for len(in) > 0 && in[len(in)-1] == nil {
		in = in[:len(in)-1]
	}
	for i, v := range in {
		if v == nil {
			op.Inputs, op.In = append(op.Inputs, ""), append(op.In, nil)
			continue
		}
		if v.known != nil {
			if v.known.sym != nil {
				return nil, c.unsupported("input %d depends on the size of the batch: %v", i, Shape(v.known.sym))
			}
			c.f.g.Constants[v.name] = v.known.tensor()
		}
		op.Inputs, op.In = append(op.Inputs, v.name), append(op.In, v.shape)
	}
	switch {
	case opType == "ArgMax":
		op.Type = Int64
	case opType == "Cast":
		to, _ := op.Int("to", 0)
		op.Type = DataType(to)
	}
	c.f.g.Ops = append(c.f.g.Ops, op)
	return &value{name: output, typ: op.Type, shape: out}, nil
}

// literal is a new constant.
func (c *call) literal(name string, k *known) *value {
	name = c.f.taken.fresh(firstOf(c.n.Outputs) + "/" + name)
	return &value{name: name, typ: k.typ, shape: FixedShape(k.dims...), known: k}
}
