package graph

import (
	"io"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
	"euryale/internal/onnx"
)

// ONNXFormat is how WriteONNX writes. Its zero value is for programs of all ages.
type ONNXFormat struct {
	// Opset is the version of the operators, 17 to 23. 0 means the least of these
	// that has an operator for each function, norm and border of the network: 17,
	// but 18 with Mish, 19 with PadWrap, with pools that are means and dilated, and
	// with HalfPixelSymmetric, 20 with GELU and GELUTanh, 21 with GroupNorm. Under
	// an older one such a layer is several operators, which compute the same.
	Opset int
	Name  string // of the graph; "" means the network's
	Doc   string // what the file says of the model, in words; may be empty
}

// The versions of operators that WriteONNX knows.
const (
	oldestONNX = 17
	newestONNX = 23
)

// WriteONNX writes the network, as it is in inference, as a model of the ONNX format:
// for ONNX Runtime and its like, or ReadONNX. In the model
//
//   - inputs and outputs are called as those of Inputs and Outputs, and have a first
//     dimension N, the batch, which is free. Of two outputs of one name the second
//     has _2 behind it;
//   - initializers are called as the Params that they are, conv2d_1/kernel, and a
//     layer that is shared has its weights once. A Dense's kernel is (in, out);
//   - nodes are called after their layers, conv2d_1/Conv, and what a layer makes
//     after the layer;
//   - all is float32. Numbers of a Float64 network are rounded; one that is too
//     large is an error;
//   - there is nothing of what works in training alone: Dropout, GaussianNoise,
//     losses, penalties;
//   - of Details there are the class names and the scaling, in JSON in the metadata
//     as "classes" and "input", and Metadata, beside them. Settings, Figures and
//     Tensors are not there: Save keeps these.
//
// The same network gives the same bytes, of which there may be 2³¹-1 at most, as in
// all of Protocol Buffers. A function on Gorgonia's nodes, such as Func, cannot be
// written: the error names each layer that has one.
//
// The format: https://onnx.ai/onnx/repo-docs/IR.html, the operators:
// https://onnx.ai/onnx/operators/.
func (n *Network) WriteONNX(w io.Writer, c ONNXFormat) error {
	m, err := n.onnxModel(c)
	if err != nil {
		return errors.WithMessage(err, "cannot write the network as ONNX")
	}
	return onnx.Write(w, m)
}

// SaveONNX is WriteONNX to a file, by the zero ONNXFormat. The file is there whole,
// on the disk, or as it was.
func (n *Network) SaveONNX(path string) error {
	m, err := n.onnxModel(ONNXFormat{})
	if err != nil {
		return errors.WithMessagef(err, "cannot save %s", path)
	}
	return atomicfile.WriteDurably(path, func(w io.Writer) error { return onnx.Write(w, m) })
}

// onnxModel is the network as a model.
func (n *Network) onnxModel(c ONNXFormat) (*onnx.Model, error) {
	switch {
	case n == nil || n.details == nil || len(n.outputs) == 0:
		return nil, errors.New("want a network, got one of nothing")
	case c.Opset != 0 && (c.Opset < oldestONNX || c.Opset > newestONNX):
		return nil, errors.Errorf("want an Opset of %d to %d, or 0, got %d", oldestONNX, newestONNX, c.Opset)
	}
	metadata, err := n.onnxMetadata()
	if err != nil {
		return nil, err
	}
	e := newExporter(n, max(c.Opset, oldestONNX))
	for e.write(); c.Opset == 0 && e.wanted > e.opset; e.write() {
		e = newExporter(n, e.wanted)
	}
	if err := e.finish(); err != nil {
		return nil, err
	}
	e.m.Opsets = map[string]int{"": e.opset}
	e.m.Producer, e.m.Doc, e.m.Metadata = "euryale", c.Doc, metadata
	if e.m.Name = c.Name; c.Name == "" {
		e.m.Name = n.config.Name
	}
	return e.m, nil
}
