package onnx

import (
	"fmt"

	"github.com/pkg/errors"
)

// Kind says which field of an Attribute holds its value.
type Kind int

// The kinds of attributes.
const (
	KindInt Kind = iota + 1
	KindFloat
	KindString
	KindTensor
	KindInts
	KindFloats
	KindStrings
)

var kindNames = map[Kind]string{
	KindInt: "an integer", KindFloat: "a number", KindString: "a string", KindTensor: "a tensor",
	KindInts: "integers", KindFloats: "numbers", KindStrings: "strings",
}

// String is as in "an integer".
func (k Kind) String() string {
	if s, ok := kindNames[k]; ok {
		return s
	}
	return fmt.Sprintf("kind %d", int(k))
}

// Attribute is a named setting of a Node.
type Attribute struct {
	Name    string
	Kind    Kind
	Int     int64
	Float   float32
	String  string
	Tensor  *Tensor
	Ints    []int64
	Floats  []float32
	Strings []string
}

// IntAttr is an attribute that holds an integer.
func IntAttr(name string, v int) Attribute {
	return Attribute{Name: name, Kind: KindInt, Int: int64(v)}
}

// IntsAttr is an attribute that holds integers.
func IntsAttr(name string, v ...int) Attribute {
	return Attribute{Name: name, Kind: KindInts, Ints: wide(v)}
}

func wide(v []int) []int64 {
	all := make([]int64, len(v))
	for i, n := range v {
		all[i] = int64(n)
	}
	return all
}

// FloatAttr is an attribute that holds a number.
func FloatAttr(name string, v float32) Attribute {
	return Attribute{Name: name, Kind: KindFloat, Float: v}
}

// FloatsAttr is an attribute that holds numbers.
func FloatsAttr(name string, v ...float32) Attribute {
	return Attribute{Name: name, Kind: KindFloats, Floats: v}
}

// StringAttr is an attribute that holds a string.
func StringAttr(name, v string) Attribute {
	return Attribute{Name: name, Kind: KindString, String: v}
}

// TensorAttr is an attribute that holds a tensor.
func TensorAttr(name string, t *Tensor) Attribute {
	return Attribute{Name: name, Kind: KindTensor, Tensor: t}
}

// attribute returns the attribute of that name, nil if there is none, and an error if
// it is of another kind.
func (n *Node) attribute(name string, want Kind) (*Attribute, error) {
	for i := range n.Attributes {
		a := &n.Attributes[i]
		if a.Name != name {
			continue
		}
		if a.Kind != want {
			return nil, n.badAttribute(name, want.String(), a.Kind.String())
		}
		return a, nil
	}
	return nil, nil
}

func (n *Node) badAttribute(name, want, got string) error {
	return errors.Errorf("%v: attribute '%s': want %s, got %s", n, name, want, got)
}

// Has reports whether the node has an attribute of that name, of any kind.
func (n *Node) Has(name string) bool {
	for i := range n.Attributes {
		if n.Attributes[i].Name == name {
			return true
		}
	}
	return false
}

// Int returns an attribute, missing if the node has none of that name. It is an error
// if it is of another kind, or does not fit an int.
func (n *Node) Int(name string, missing int) (int, error) {
	a, err := n.attribute(name, KindInt)
	if a == nil {
		return missing, err
	}
	if int64(int(a.Int)) != a.Int {
		return 0, n.badAttribute(name, "an int", fmt.Sprint(a.Int))
	}
	return int(a.Int), nil
}

// Ints is as Int; missing is nil.
func (n *Node) Ints(name string) ([]int, error) {
	a, err := n.attribute(name, KindInts)
	if a == nil {
		return nil, err
	}
	ints := make([]int, len(a.Ints))
	for i, v := range a.Ints {
		if int64(int(v)) != v {
			return nil, n.badAttribute(name, "ints", fmt.Sprint(v))
		}
		ints[i] = int(v)
	}
	return ints, nil
}

// Float is as Int.
func (n *Node) Float(name string, missing float32) (float32, error) {
	a, err := n.attribute(name, KindFloat)
	if a == nil {
		return missing, err
	}
	return a.Float, nil
}

// Floats is as Ints.
func (n *Node) Floats(name string) ([]float32, error) {
	a, err := n.attribute(name, KindFloats)
	if a == nil {
		return nil, err
	}
	return a.Floats, nil
}

// Text is as Int, of an attribute that holds a string.
func (n *Node) Text(name, missing string) (string, error) {
	a, err := n.attribute(name, KindString)
	if a == nil {
		return missing, err
	}
	return a.String, nil
}

// Tensor is as Ints, of an attribute that holds a tensor.
func (n *Node) Tensor(name string) (*Tensor, error) {
	a, err := n.attribute(name, KindTensor)
	if a == nil {
		return nil, err
	}
	return a.Tensor, nil
}

// AttributeReader reads attributes of a Node, as its methods do, and keeps the first
// error, as bufio.Scanner does: Err is to be asked before what was read is used.
type AttributeReader struct {
	node *Node
	read map[string]bool // names that were asked for
	err  error
}

// Reader returns a reader of the node's attributes.
func (n *Node) Reader() AttributeReader { return AttributeReader{node: n, read: map[string]bool{}} }

// Err is the first error, nil if there was none.
func (r *AttributeReader) Err() error { return r.err }

// Keep makes err the first error, unless there is one or it is nil.
func (r *AttributeReader) Keep(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Int is Node.Int.
func (r *AttributeReader) Int(name string, missing int) int {
	v, err := r.node.Int(name, missing)
	return kept(r, name, v, err)
}

// Flag is as Int, of an attribute that is 0 or 1.
func (r *AttributeReader) Flag(name string, missing int) int {
	v := r.Int(name, missing)
	if v != 0 && v != 1 {
		r.Keep(r.node.badAttribute(name, "0 or 1", fmt.Sprint(v)))
	}
	return v
}

// Ints is Node.Ints.
func (r *AttributeReader) Ints(name string) []int {
	v, err := r.node.Ints(name)
	return kept(r, name, v, err)
}

// Float is Node.Float.
func (r *AttributeReader) Float(name string, missing float32) float32 {
	v, err := r.node.Float(name, missing)
	return kept(r, name, v, err)
}

// Floats is Node.Floats.
func (r *AttributeReader) Floats(name string) []float32 {
	v, err := r.node.Floats(name)
	return kept(r, name, v, err)
}

// Text is Node.Text.
func (r *AttributeReader) Text(name, missing string) string {
	v, err := r.node.Text(name, missing)
	return kept(r, name, v, err)
}

// Tensor is Node.Tensor.
func (r *AttributeReader) Tensor(name string) *Tensor {
	v, err := r.node.Tensor(name)
	return kept(r, name, v, err)
}

func kept[T any](r *AttributeReader, name string, v T, err error) T {
	r.read[name] = true
	r.Keep(err)
	return v
}
