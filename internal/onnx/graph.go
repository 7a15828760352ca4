package onnx

// Graph is a model in the form that the package comment describes.
type Graph struct {
	Inputs    []Value
	Outputs   []Output
	Ops       []*Op              // each after those whose outputs it reads
	Constants map[string]*Tensor // what Ops and Outputs read
	// FixedBatch is the first dimension that the file gives its inputs, if
	// FoldOptions.FreeBatch freed it; else 0.
	FixedBatch int
}

// Value is a tensor that is computed from the inputs, or an input.
type Value struct {
	Name  string
	Type  DataType
	Shape Shape
}

// Output is an output of a Graph.
type Output struct {
	Value        // its name as in the file
	From  string // the value that it is: of an Op, a graph input, a constant
}

// Op is one operation, in the form that the package comment describes. It has one
// output.
type Op struct {
	Node             // its Name is unique in the Graph
	Version  int     // of the operator set that the file uses
	Original string  // the operator's type in the file, if another: "Flatten" of a Reshape
	In       []Shape // of the inputs; nil for one that is left out
	Out      []Shape
	Type     DataType // of the output
}

// Const returns the constant of that name, nil if the name is that of an input or of
// an operation's output, or "".
func (g *Graph) Const(name string) *Tensor { return g.Constants[name] }

// FoldOptions are settings of Fold. The zero value is for a model whose inputs have a
// free first dimension, or none that is free.
type FoldOptions struct {
	// Inputs gives shapes by the input's name, whole ones, where the file leaves more
	// than the first dimension open, or to be used instead of the file's.
	Inputs map[string]Shape
	// FreeBatch makes the first dimension of each input N where the file fixes it, to
	// the same size for all inputs. A Reshape, Expand or Slice with that size written
	// into its target is taken to mean N where it cannot mean anything else.
	FreeBatch bool
	// Limit is how many bytes a constant may have that folding makes and that is larger
	// than each of what it is made of: a small file does not become a large Graph. What
	// would be larger stays an operation. 0 means 4 MiB.
	Limit int
}
