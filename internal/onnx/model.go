package onnx

import "fmt"

// MinOpset and MaxOpset are the versions of the operator set ai.onnx that Fold knows.
const (
	MinOpset = 7
	MaxOpset = 28
)

// Model is a model file.
type Model struct {
	IR              int            // version of the format; Write: 0 means the one that fits the opset
	Opsets          map[string]int // operator set versions by domain; "" is ai.onnx
	Producer        string
	ProducerVersion string
	Domain          string // of the model, as in "org.example"
	Version         int64  // of the model
	Doc             string
	Name            string // of the graph; Write: "" becomes "graph"
	Metadata        map[string]string

	Inputs    []Info // without those that only give an initializer its default
	Outputs   []Info
	Nodes     []*Node // each after those whose outputs it reads; no Constant among them
	Constants map[string]*Tensor

	// Unsupported is what the file has and a Model cannot hold.
	Unsupported []Unsupported
}

// Info is what a file says of an input or an output.
type Info struct {
	Name    string
	Type    DataType
	Dims    []Size
	NoShape bool // not even the number of dimensions is known
}

// Size is a dimension as a file gives it: a number, or if Unknown is set a name or
// nothing at all.
type Size struct {
	Value   int
	Name    string // "batch"; may be "" for an unknown size
	Unknown bool
}

// String is as in "3", "batch" or "?".
func (s Size) String() string {
	switch {
	case !s.Unknown:
		return fmt.Sprint(s.Value)
	case s.Name != "":
		return s.Name
	}
	return "?"
}

// Node is an operation.
type Node struct {
	Name       string // in files without: the name of its first output
	OpType     string // "Conv"
	Domain     string // "" is ai.onnx
	Inputs     []string
	Outputs    []string    // "" is an optional one that is left out, among Inputs too
	Attributes []Attribute // in the file's order, names are unique
	Branch     bool        // of an If, which reads it: it is folded where that takes it
}

// String names the node in messages.
func (n *Node) String() string { return fmt.Sprintf("node %q (%s)", n.Name, n.OpType) }
