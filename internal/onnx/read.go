package onnx

import (
	"io"
	"path/filepath"
	"strconv"

	"github.com/pkg/errors"
	"google.golang.org/protobuf/proto"

	"euryale/internal/onnx/schema"
	"euryale/internal/regularfile"
)

// Versions of the format that Parse reads. IR 3 came with opset 7.
const (
	minIR = 3
	maxIR = int(schema.Version_IR_VERSION)
)

// Options are settings of Read.
type Options struct {
	// Dir is the folder in which tensors lie that the model keeps in files of their
	// own. They may lie in folders below it, and not elsewhere; a link is refused.
	// "" refuses models with such tensors.
	Dir string
}

// ReadFile reads a model file, and what it keeps in other files of its folder.
func ReadFile(path string) (*Model, error) {
	f, size, err := regularfile.Open(path)
	if err != nil {
		return nil, err // which names the file
	}
	defer f.Close()
	if size > maxBytes {
		return nil, errors.Errorf("%s: want a file of at most %d bytes, got %d", path, maxBytes, size)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, errors.WithMessage(err, path)
	}
	m, err := Parse(data, Options{Dir: filepath.Dir(path)})
	return m, errors.WithMessage(err, path)
}

// Read reads a model.
func Read(r io.Reader, opt Options) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, errors.Wrap(err, "onnx")
	}
	return Parse(data, opt)
}

// Parse reads a model from the bytes of its file, which its constants share.
func Parse(data []byte, opt Options) (*Model, error) {
	if len(data) > maxBytes {
		return nil, errors.Errorf("onnx: want a file of at most %d bytes", maxBytes)
	}
	p, err := decodeModel(data)
	if err != nil {
		return nil, errors.WithMessage(err, "onnx: not a model file")
	}
	r := newReader(opt)
	defer r.external.close()
	if err := r.model(p); err != nil {
		return nil, errors.WithMessage(err, "onnx")
	}
	return r.m, nil
}

// decode reads a message within the limits.
func decode(data []byte, m proto.Message) error {
	pieces := 0
	if err := scan(data, m.ProtoReflect().Descriptor(), 0, &pieces); err != nil {
		return err
	}
	return errors.WithStack(proto.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(data, m))
}

// reader makes a Model of the file's messages.
type reader struct {
	m         *Model
	external  external
	functions map[[2]string]bool // domain and name
	defined   map[string]string  // what defines a value: an input, "node …"
}

func newReader(opt Options) *reader {
	return &reader{
		m: &Model{
			Opsets: map[string]int{}, Metadata: map[string]string{}, Constants: map[string]*Tensor{},
		},
		external:  external{dir: opt.Dir},
		functions: map[[2]string]bool{},
		defined:   map[string]string{},
	}
}

func (r *reader) unsupported(what, node, why string) {
	r.m.Unsupported = append(r.m.Unsupported, Unsupported{what, node, why})
}

func (r *reader) model(p *schema.ModelProto) error {
	if p.IrVersion == 0 && p.Graph == nil {
		return errors.New("want a model, got none: the file is empty or of something else")
	}
	if v := p.IrVersion; v < minIR || v > int64(maxIR) {
		return errors.Errorf("want a model of IR version %d to %d, got %d", minIR, maxIR, v)
	}
	if p.Graph == nil {
		return errors.New("the model has no graph")
	}
	m := r.m
	m.IR, m.Producer, m.ProducerVersion = int(p.IrVersion), p.ProducerName, p.ProducerVersion
	m.Domain, m.Version, m.Doc, m.Name = p.Domain, p.ModelVersion, p.DocString, p.Graph.Name
	for _, s := range p.OpsetImport {
		domain := canonicalDomain(s.GetDomain())
		if _, twice := m.Opsets[domain]; twice {
			return errors.Errorf("opset_import: the domain %q is there twice", domain)
		}
		if v := s.GetVersion(); v < 1 || v > 1<<20 {
			return errors.Errorf("opset_import: version %d of domain %q", v, domain)
		}
		m.Opsets[domain] = int(s.GetVersion())
	}
	for _, e := range p.MetadataProps {
		if _, twice := m.Metadata[e.GetKey()]; twice {
			return errors.Errorf("metadata_props: the key %q is there twice", e.GetKey())
		}
		m.Metadata[e.GetKey()] = e.GetValue()
	}
	for _, f := range p.Functions {
		r.functions[[2]string{canonicalDomain(f.GetDomain()), f.GetName()}] = true
	}
	return r.graph(p.Graph)
}

// canonicalDomain is "" for the standard operators, which have two names.
func canonicalDomain(d string) string {
	if d == "ai.onnx" {
		return ""
	}
	return d
}

func (r *reader) graph(g *schema.GraphProto) error {
	for _, t := range g.Initializer {
		if err := r.initializer(t); err != nil {
			return err
		}
	}
	for _, s := range g.SparseInitializer {
		name := s.GetValues().GetName()
		if err := r.define(name, "a sparse initializer"); err != nil {
			return err
		}
		r.unsupported("a sparse initializer", name, "")
	}
	for _, v := range g.Input {
		if r.defined[v.GetName()] == isInitializer {
			continue
		}
		if err := r.define(v.GetName(), "an input"); err != nil {
			return err
		}
		r.m.Inputs = append(r.m.Inputs, r.info(v, "input"))
	}
	for _, n := range g.Node {
		if err := r.node(n); err != nil {
			return err
		}
	}
	for _, v := range g.Output {
		if r.defined[v.GetName()] == "" {
			return errors.Errorf("output %q: no node makes it", v.GetName())
		}
		r.m.Outputs = append(r.m.Outputs, r.info(v, "output"))
	}
	return r.m.sort()
}

const isInitializer = "an initializer"

// define notes that something gives the name its value, once.
func (r *reader) define(name, by string) error {
	if name == "" {
		return errors.Errorf("%s has no name", by)
	}
	if before, twice := r.defined[name]; twice {
		return errors.Errorf("the value %q is defined twice: by %s and by %s", name, before, by)
	}
	r.defined[name] = by
	return nil
}

func (r *reader) initializer(t *schema.TensorProto) error {
	name := t.GetName()
	if err := r.define(name, isInitializer); err != nil {
		return err
	}
	return r.constant(name, "", t)
}

// constant decodes a tensor, or notes that it is of a type that is not supported.
func (r *reader) constant(name, node string, t *schema.TensorProto) error {
	if dt := DataType(t.GetDataType()); dt.Size() == 0 {
		if node == "" {
			node = name
		}
		r.unsupported("a constant of type "+dt.String(), node, "")
		return nil
	}
	c, err := r.tensor(t)
	if err != nil {
		return errors.WithMessagef(err, "constant %q", name)
	}
	r.m.Constants[name] = c
	return nil
}

// info reads what the file says of an input or output.
func (r *reader) info(v *schema.ValueInfoProto, role string) Info {
	t := v.GetType().GetTensorType()
	in := Info{Name: v.GetName()}
	if t == nil {
		if role == "input" || v.GetType() != nil {
			r.unsupported("an "+role+" that is not a tensor", in.Name, "")
		}
		in.NoShape = true
		return in
	}
	in.Type = DataType(t.GetElemType())
	if role == "input" && in.Type.Size() == 0 {
		r.unsupported("an input of type "+in.Type.String(), in.Name, "")
	}
	in.NoShape = t.Shape == nil
	if n := len(t.GetShape().GetDim()); n > maxRank {
		r.unsupported("an "+role+" of "+strconv.Itoa(n)+" dimensions", in.Name, "")
		in.NoShape = true
		return in
	}
	for _, d := range t.GetShape().GetDim() {
		in.Dims = append(in.Dims, size(d))
	}
	return in
}

// size is unknown without a value, below 0, and if it does not fit.
func size(d *schema.TensorShapeProto_Dimension) Size {
	switch v := d.GetValue().(type) {
	case *schema.TensorShapeProto_Dimension_DimValue:
		if v.DimValue >= 0 && int64(int(v.DimValue)) == v.DimValue {
			return Size{Value: int(v.DimValue)}
		}
	case *schema.TensorShapeProto_Dimension_DimParam:
		if v.DimParam != "?" {
			return Size{Name: v.DimParam, Unknown: true}
		}
	}
	return Size{Unknown: true}
}
