package graph

import (
	"io"
	"runtime"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/onnx"
)

// ONNXConfig is how to read a model of the ONNX format. Its zero value works where
// the file says the shape of each input but for the batch.
type ONNXConfig struct {
	Name   string // of the network; "" means the graph's in the file
	Engine Engine // what its programs run on; 0 means the default
	Seed   uint64 // of what its training draws

	// Inputs are the shapes of one sample of inputs, by name, where the file leaves
	// them open.
	Inputs map[string]Shape
}

// ReadONNX makes a network of an ONNX model file: one that prints as code, is
// trained further, and saved, as any other. Operator sets 7 to the newest are known,
// with the operators that convolutional networks of PyTorch, Keras, PaddlePaddle and
// their like are written in; the shape arithmetic around them is computed away.
// Weights in files beside the model are read from its folder, and from nowhere else.
//
// Weights that the file has as constants are trained, running means and variances are
// State. The batch is free: a first dimension that the file fixes is, if it is that of
// all its inputs, taken for the batch. Where that cannot be, since something works
// along that dimension, and the file fixes all sizes, a sample is all that the model
// takes at once. Outputs bear the names that the file
// gives them where a layer makes them that may be named. One of a number a sample has
// the shape (N, 1), also where the file has it as (N).
//
// The error of what is not known is an *onnx.UnsupportedError in words: all of it at
// once, with operators, versions and names of nodes.
func ReadONNX(path string, c ONNXConfig) (*Network, error) {
	m, err := onnx.ReadFile(path)
	if err != nil {
		return nil, err // which names the file
	}
	n, err := c.network(m)
	if err == nil {
		collect(n)
	}
	return n, errors.WithMessage(err, path)
}

// DecodeONNX is ReadONNX of bytes, whose weights are all in them.
func DecodeONNX(r io.Reader, c ONNXConfig) (*Network, error) {
	m, err := onnx.Read(r, onnx.Options{})
	if err != nil {
		return nil, errors.WithMessage(err, "ONNX model")
	}
	n, err := c.network(m)
	return n, errors.WithMessage(err, "ONNX model")
}

// collect has what was needed to come here thrown away, such as a file's bytes, where
// the weights are many: else the heap may grow to twice that, and the weights, before
// it is.
func collect(n *Network) {
	const many = 4 << 20 // bytes
	size := 0
	for _, p := range n.params {
		size += p.Value.DataSize() * int(p.Value.Dtype().Size())
	}
	if size > many {
		runtime.GC()
	}
}

// network makes a network of a model.
func (c ONNXConfig) network(m *onnx.Model) (*Network, error) {
	n, err := c.batched(m, true)
	if err != nil && fixed(m) {
		if whole, again := c.batched(m, false); again == nil {
			n, err = whole, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return n, n.SetDetails(detailsOf(m, n))
}

// fixed reports whether a model says all sizes of its inputs.
func fixed(m *onnx.Model) bool {
	for _, in := range m.Inputs {
		if in.NoShape || slices.ContainsFunc(in.Dims, func(d onnx.Size) bool { return d.Unknown }) {
			return false
		}
	}
	return true
}

// batched makes the network whose samples are a batch, or, where the first dimension
// is none, whose samples are all that the model takes.
func (c ONNXConfig) batched(m *onnx.Model, batch bool) (*Network, error) {
	o := onnx.FoldOptions{FreeBatch: batch, Inputs: map[string]onnx.Shape{}}
	for name, s := range c.Inputs {
		o.Inputs[name] = append(onnx.Shape{onnx.Batch}, onnx.FixedShape(s...)...)
	}
	g, err := onnx.Fold(m, o)
	if err != nil {
		return nil, err
	}
	config := Config{Name: c.Name, Engine: c.Engine, Seed: c.Seed}
	if config.Name == "" {
		config.Name = m.Name
	}
	r := newImporter(g, !batch)
	outputs, err := r.outputs()
	if err != nil {
		return nil, err
	}
	return composeFilled(config, r, outputs)
}
