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
	ints := make([]int64, len(v))
	for i, n := range v {
		ints[i] = int64(n)
	}
	return Attribute{Name: name, Kind: KindInts, Ints: ints}
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
