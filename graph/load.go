package graph

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/internal/ir"
	"euryale/internal/safetensors"
)

// Load builds the network that Save wrote to a file, from that alone: in identical
// bits, with its Steps and Details. Layers, joiners and initialisers of one's own are
// known by the types of the values given, functions by their names:
//
//	net, err := graph.Load("digits.safetensors", Block{}, graph.Func(square))
//
// A file that is damaged is an error: everything in it is under a checksum. So is
// one by others, which says nothing of layers: see Network.LoadWeights.
func Load(path string, own ...any) (*Network, error) {
	f, err := safetensors.ReadFile(path)
	if err != nil {
		return nil, notONNX(path, err) // which names the file
	}
	n, err := modelOf(f, own)
	return n, errors.WithMessage(err, path)
}

// LoadFS is Load out of a file system, such as an embed.FS.
func LoadFS(fsys fs.FS, name string, own ...any) (*Network, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	return decodeModel(name, b, own)
}

// decodeModel is the network in the bytes of a file.
func decodeModel(path string, b []byte, own []any) (*Network, error) {
	f, err := safetensors.Decode(b)
	if err != nil {
		return nil, notONNX(path, errors.WithMessage(err, path))
	}
	n, err := modelOf(f, own)
	return n, errors.WithMessage(err, path)
}

// notONNX is the error of a file that is not Save's: that it is an ONNX model, where its
// name says so and it could be read.
func notONNX(path string, err error) error {
	var unread *fs.PathError
	if strings.EqualFold(filepath.Ext(path), ".onnx") && !errors.As(err, &unread) {
		return errors.Errorf("%s: want a network that Save wrote, got an ONNX model: ReadONNX reads these", path)
	}
	return err
}

func modelOf(f *safetensors.File, own []any) (*Network, error) {
	about, err := describe(f)
	if err != nil {
		return nil, err
	}
	types, err := newRegistry(own)
	if err != nil {
		return nil, err
	}
	from := newLoads(f)
	n, err := about.Network.network(types, from)
	if err != nil {
		return nil, err
	}
	n.SetSteps(about.Steps)
	d := about.details(f)
	if d.Tensors, err = from.others(); err != nil {
		return nil, err
	}
	return n, n.SetDetails(d)
}

// describe reads what a file says of its network, and sees that the file is as
// it was written.
func describe(f *safetensors.File) (*description, error) {
	text, ok := f.Metadata[metadataKey]
	if !ok {
		return nil, errors.New("want a network that Save wrote, got a file without a declaration; for weights alone declare the network and use LoadWeights")
	}
	if want := f.Metadata[checksumKey]; want != checksum(f) {
		return nil, errors.Errorf("damaged: want the contents of checksum %q, got %q", want, checksum(f))
	}
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal([]byte(text), &version); err != nil {
		return nil, errors.Wrap(err, "declaration")
	}
	if version.Format < 1 || version.Format > format {
		return nil, errors.Errorf("want a file of format 1 to %d, got %d: it is of a newer version", format, version.Format)
	}
	about := &description{}
	if err := strict([]byte(text), about); err != nil {
		return nil, errors.Wrap(err, "declaration")
	}
	if about.Network == nil {
		return nil, errors.New("declaration: want a network, got none")
	}
	return about, nil
}

// details are what the file says of the network besides, without Tensors.
func (about *description) details(f *safetensors.File) Details {
	d := Details{Classes: about.Classes, Settings: about.Settings, Figures: about.Figures}
	if about.Input != nil {
		d.Input = *about.Input
	}
	for name, text := range f.Metadata {
		if !reserved(name) {
			if d.Metadata == nil {
				d.Metadata = map[string]string{}
			}
			d.Metadata[name] = text
		}
	}
	return d
}

// others are the tensors that no parameter took.
func (l *loads) others() (map[string]*tensor.Dense, error) {
	var all map[string]*tensor.Dense
	for _, name := range sortedKeys(l.tensors) {
		if l.used[name] {
			continue
		}
		t, err := decodeTensor(l.tensors[name])
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = map[string]*tensor.Dense{}
		}
		all[name] = t
	}
	return all, nil
}

func decodeTensor(t safetensors.Tensor) (*tensor.Dense, error) {
	if t.Dtype == safetensors.F64 {
		values, err := t.Float64s()
		return tensor.New(tensor.WithShape(t.Shape...), tensor.WithBacking(values)), err
	}
	values, err := t.Float32s()
	if err != nil {
		return nil, err
	}
	return tensor.New(tensor.WithShape(t.Shape...), tensor.WithBacking(values)), nil
}

// loads is the filler of a network whose file holds each of its parameters.
type loads struct {
	tensors map[string]safetensors.Tensor
	used    map[string]bool
}

func newLoads(f *safetensors.File) *loads {
	l := &loads{tensors: map[string]safetensors.Tensor{}}
	for _, t := range f.Tensors {
		l.tensors[t.Name] = t
	}
	return l
}

// check sees that the file has each parameter, as it is declared.
func (l *loads) check(n *Network) error {
	l.used = map[string]bool{}
	want := safetensors.Dtype(dtypes[n.config.Dtype.String()])
	for _, v := range n.values {
		p, ok := v.Op.(ir.Param)
		if !ok {
			continue
		}
		name := v.Call.Path + "/" + p.Name
		l.used[name] = true
		t, ok := l.tensors[name]
		switch {
		case !ok:
			return errors.Errorf("want the weight %s, got a file without it", name)
		case t.Dtype != want || !slices.Equal(v.Shape, Shape(t.Shape)):
			return errors.Errorf("weight %s: want %s %v, got %s %v", name, want, v.Shape, t.Dtype, Shape(t.Shape))
		}
	}
	return nil
}

func (l *loads) fill(_ *Network, _ *ir.Value, name string, to any) error {
	return copyTensor(to, l.tensors[name])
}

// copyTensor writes a tensor's values into float32 or float64.
func copyTensor(to any, t safetensors.Tensor) error {
	if to, ok := to.([]float64); ok {
		values, err := t.Float64s()
		copy(to, values)
		return err
	}
	values, err := t.Float32s()
	copy(to.([]float32), values)
	return err
}
