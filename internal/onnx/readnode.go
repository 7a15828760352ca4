package onnx

import (
	"fmt"

	"github.com/pkg/errors"

	"euryale/internal/onnx/schema"
)

// node appends a node, or a constant if that is what it makes.
func (r *reader) node(p *schema.NodeProto) error {
	n := &Node{
		Name: p.GetName(), OpType: p.GetOpType(), Domain: canonicalDomain(p.GetDomain()),
		Inputs: p.Input, Outputs: p.Output,
	}
	if n.Name == "" {
		n.Name = firstOf(n.Outputs)
	}
	if n.OpType == "" {
		return errors.Errorf("node %q has no operator", n.Name)
	}
	for _, out := range n.Outputs {
		if out == "" {
			continue
		}
		if err := r.define(out, n.String()); err != nil {
			return err
		}
	}
	if r.functions[[2]string{n.Domain, n.OpType}] {
		r.unsupported("the function "+qualified(n), n.Name, "")
		return nil
	}
	if n.Domain == "" && n.OpType == "Constant" {
		return r.constantNode(n, p.Attribute)
	}
	read := r.attributes
	if n.Domain == "" && n.OpType == "If" {
		read = r.ifNode
	}
	if err := read(n, p.Attribute); err != nil {
		return err
	}
	r.m.Nodes = append(r.m.Nodes, n)
	return nil
}

func firstOf(names []string) string {
	for _, name := range names {
		if name != "" {
			return name
		}
	}
	return ""
}

// qualified is the operator with its domain: "com.microsoft.FusedConv".
func qualified(n *Node) string {
	if n.Domain == "" {
		return n.OpType
	}
	return n.Domain + "." + n.OpType
}

func (r *reader) attributes(n *Node, ps []*schema.AttributeProto) error {
	seen := map[string]bool{}
	for _, p := range ps {
		if seen[p.GetName()] {
			return errors.Errorf("%v: attribute '%s' is there twice", n, p.GetName())
		}
		seen[p.GetName()] = true
		a, err := r.attribute(n, p)
		if err != nil {
			return errors.WithMessagef(err, "%v: attribute '%s'", n, p.GetName())
		}
		if a != nil {
			n.Attributes = append(n.Attributes, *a)
		}
	}
	return nil
}

// attribute is nil if it is of a type that is not supported, which is noted.
func (r *reader) attribute(n *Node, p *schema.AttributeProto) (*Attribute, error) {
	if p.GetRefAttrName() != "" {
		return nil, errors.Errorf("refers to attribute '%s' of a function, outside of one", p.GetRefAttrName())
	}
	a := &Attribute{Name: p.GetName()}
	switch t := p.GetType(); t {
	case schema.AttributeProto_INT:
		a.Kind, a.Int = KindInt, p.I
	case schema.AttributeProto_FLOAT:
		a.Kind, a.Float = KindFloat, p.F
	case schema.AttributeProto_STRING:
		a.Kind, a.String = KindString, string(p.S)
	case schema.AttributeProto_INTS:
		a.Kind, a.Ints = KindInts, p.Ints
	case schema.AttributeProto_FLOATS:
		a.Kind, a.Floats = KindFloats, p.Floats
	case schema.AttributeProto_STRINGS:
		a.Kind = KindStrings
		for _, s := range p.Strings {
			a.Strings = append(a.Strings, string(s))
		}
	case schema.AttributeProto_TENSOR:
		return r.tensorAttribute(n, p)
	case schema.AttributeProto_UNDEFINED:
		return nil, errors.New("has no type")
	case schema.AttributeProto_GRAPH, schema.AttributeProto_GRAPHS:
		r.unsupported("a subgraph ("+qualified(n)+")", n.Name, "")
		return nil, nil
	default:
		r.unsupported(fmt.Sprintf("attribute '%s' of type %v", p.GetName(), t), n.Name, "")
		return nil, nil
	}
	return a, nil
}

func (r *reader) tensorAttribute(n *Node, p *schema.AttributeProto) (*Attribute, error) {
	if p.T == nil {
		return nil, errors.New("want a tensor, got none")
	}
	if dt := DataType(p.T.GetDataType()); dt.Size() == 0 {
		r.unsupported(fmt.Sprintf("attribute '%s', a tensor of type %v,", p.GetName(), dt), n.Name, "")
		return nil, nil
	}
	t, err := r.tensor(p.T)
	if err != nil {
		return nil, err
	}
	return &Attribute{Name: p.GetName(), Kind: KindTensor, Tensor: t}, nil
}

// constantNode reads a Constant. It has one attribute, of one of several names.
func (r *reader) constantNode(n *Node, ps []*schema.AttributeProto) error {
	if len(n.Outputs) != 1 || n.Outputs[0] == "" || len(n.Inputs) != 0 {
		return errors.Errorf("%v: want no inputs and one output, got %d and %d", n, len(n.Inputs), len(n.Outputs))
	}
	if len(ps) != 1 {
		return errors.Errorf("%v: want one attribute, got %d", n, len(ps))
	}
	name := n.Outputs[0]
	if p := ps[0]; p.GetName() == "value" && p.GetType() == schema.AttributeProto_TENSOR && p.T != nil {
		return errors.WithMessagef(r.constant(name, n.Name, p.T), "%v", n)
	}
	before := len(r.m.Unsupported)
	if err := r.attributes(n, ps); err != nil {
		return err
	}
	if len(r.m.Unsupported) > before {
		return nil
	}
	t, err := constantOf(n.Attributes[0])
	if err != nil {
		return errors.WithMessagef(err, "%v", n)
	}
	if t == nil {
		r.unsupported("a constant of strings", n.Name, "")
		return nil
	}
	r.m.Constants[name] = t
	return nil
}

// constantOf is the value of a Constant's other attributes, nil if it is of strings.
func constantOf(a Attribute) (*Tensor, error) {
	switch {
	case a.Name == "value_int" && a.Kind == KindInt:
		return Ints(nil, []int64{a.Int}), nil
	case a.Name == "value_ints" && a.Kind == KindInts:
		return Ints([]int{len(a.Ints)}, a.Ints), nil
	case a.Name == "value_float" && a.Kind == KindFloat:
		return Floats(nil, []float32{a.Float}), nil
	case a.Name == "value_floats" && a.Kind == KindFloats:
		return Floats([]int{len(a.Floats)}, a.Floats), nil
	case a.Name == "value_string" && a.Kind == KindString, a.Name == "value_strings" && a.Kind == KindStrings:
		return nil, nil
	}
	return nil, errors.Errorf("attribute '%s': want a Constant's value, got %v", a.Name, a.Kind)
}
