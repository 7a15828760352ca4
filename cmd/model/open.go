package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/npy"
	"euryale/internal/safetensors"
	"euryale/internal/scalar"
)

// model is what a file holds.
type model struct {
	path     string
	net      *graph.Network    // nil where the file says nothing of layers
	tensors  []array           // the network's parameters, and what else there is; or all of the file
	metadata map[string]string // of a file without a network
}

// array is a named one.
type array struct {
	name  string
	shape []int
	dtype string
	role  string // of a network's parameter; "" of any other

	bytes  func() []byte // little-endian
	floats func() ([]float64, error)
}

// open reads a file of a kind that its name's ending tells.
func open(path string, s shapes) (*model, error) {
	if len(s) > 0 && ending(path) != ".onnx" {
		return nil, errors.Errorf("%s: want a --shape for inputs of an ONNX model alone: other files say theirs", path)
	}
	m := &model{path: path}
	var err error
	switch ending(path) {
	case ".safetensors":
		err = m.openSafetensors()
	case ".onnx":
		m.net, err = graph.ReadONNX(path, graph.ONNXConfig{Inputs: s})
	case ".npz":
		err = m.openNPZ()
	case ".npy":
		err = m.openNPY()
	default:
		err = errors.Errorf("%s: want a name that ends in .safetensors, .onnx, .npz or .npy", path)
	}
	if err != nil {
		return nil, err
	}
	if m.net != nil {
		m.takeParameters()
	}
	return m, nil
}

// openNetwork is open of a file that must tell of layers.
func openNetwork(path string, s shapes) (*graph.Network, error) {
	m, err := open(path, s)
	if err != nil {
		return nil, err
	}
	if m.net == nil {
		return nil, errors.Errorf("%s: want a network, got tensors alone: the file says nothing of layers", path)
	}
	return m.net, nil
}

func ending(path string) string { return strings.ToLower(filepath.Ext(path)) }

// declaration is the name of the metadata that a file of this module has.
const declaration = "euryale"

func (m *model) openSafetensors() error {
	f, err := safetensors.ReadFile(m.path)
	if err != nil {
		return err
	}
	if _, ok := f.Metadata[declaration]; ok {
		m.net, err = graph.Load(m.path)
		return err
	}
	m.metadata = f.Metadata
	for _, t := range f.Tensors {
		m.tensors = append(m.tensors, array{
			name: t.Name, shape: t.Shape, dtype: dtypeName(t.Dtype),
			bytes: func() []byte { return t.Data }, floats: t.Float64s,
		})
	}
	return nil
}

// dtypeName is NumPy's name of a dtype, or the file's own of one that it lacks.
func dtypeName(d safetensors.Dtype) string {
	if t := d.Numbers(); t != 0 {
		return t.String()
	}
	return string(d)
}

func (m *model) openNPZ() error {
	entries, err := npy.ReadNPZFile(m.path, npy.Options{})
	for _, e := range entries {
		m.tensors = append(m.tensors, arrayOf(e.Name, e.Array))
	}
	return err
}

func (m *model) openNPY() error {
	a, err := npy.ReadFile(m.path)
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(filepath.Base(m.path), filepath.Ext(m.path))
	m.tensors = []array{arrayOf(name, a)}
	return nil
}

func arrayOf(name string, a *npy.Array) array {
	return array{name: name, shape: a.Shape, dtype: a.Dtype.String(), bytes: func() []byte { return a.Data }, floats: a.Float64s}
}

// takeParameters makes arrays of the network's parameters, and of what lies
// beside them.
func (m *model) takeParameters() {
	for _, p := range m.net.Params() {
		a := denseOf(p.Name, p.Value)
		a.role = p.Role.String()
		m.tensors = append(m.tensors, a)
	}
	beside := m.net.Details().Tensors
	for _, name := range sortedKeys(beside) {
		m.tensors = append(m.tensors, denseOf(name, beside[name]))
	}
}

func denseOf(name string, t *tensor.Dense) array {
	data := t.Data()
	a := array{name: name, shape: t.Shape(), dtype: t.Dtype().String(), floats: func() ([]float64, error) { return numbers(data) }}
	switch x := data.(type) {
	case []float64:
		a.bytes = func() []byte { return scalar.FromFloat64s(x) }
	case []float32:
		a.bytes = func() []byte { return scalar.FromFloat32s(x) }
	}
	return a
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
