package onnx

import (
	"io"
	"slices"

	"github.com/pkg/errors"
	"google.golang.org/protobuf/proto"

	"euryale/internal/onnx/schema"
)

// irOf is the version of the format that came with an opset, from docs/Versioning.md.
func irOf(opset int) int {
	ir := minIR
	for _, v := range []struct{ opset, ir int }{
		{9, 4}, {10, 5}, {11, 6}, {12, 7}, {15, 8}, {19, 9}, {21, 10}, {23, 11}, {24, 12}, {25, 13}, {28, 14},
	} {
		if opset >= v.opset {
			ir = v.ir
		}
	}
	return ir
}

// Write writes a model file. The same model gives the same bytes. It is an error if
// the model's names, constants or types do not hold together; that its nodes are
// operators used as their definition says is not checked.
func Write(w io.Writer, m *Model) error {
	p, err := m.proto()
	if err != nil {
		return errors.WithMessage(err, "onnx")
	}
	if n := proto.Size(p); n > maxBytes {
		return errors.Errorf("onnx: the file would have %d bytes, want at most %d", n, maxBytes)
	}
	data, err := proto.MarshalOptions{Deterministic: true}.Marshal(p)
	if err != nil {
		return errors.Wrap(err, "onnx")
	}
	_, err = w.Write(data)
	return errors.Wrap(err, "onnx")
}

func (m *Model) proto() (*schema.ModelProto, error) {
	opset := m.Opsets[""]
	if opset < MinOpset || opset > MaxOpset {
		return nil, errors.Errorf("want a model of opset %d to %d, got %d", MinOpset, MaxOpset, opset)
	}
	if len(m.Unsupported) > 0 {
		return nil, &UnsupportedError{m.Unsupported}
	}
	p := &schema.ModelProto{
		IrVersion: int64(m.IR), ProducerName: m.Producer, ProducerVersion: m.ProducerVersion,
		Domain: m.Domain, ModelVersion: m.Version, DocString: m.Doc,
	}
	switch {
	case m.IR == 0:
		p.IrVersion = int64(irOf(opset))
	case m.IR < minIR || m.IR > maxIR:
		return nil, errors.Errorf("want IR version %d to %d, got %d", minIR, maxIR, m.IR)
	}
	for _, domain := range sortedKeys(m.Opsets) {
		p.OpsetImport = append(p.OpsetImport, &schema.OperatorSetIdProto{Domain: domain, Version: int64(m.Opsets[domain])})
	}
	for _, key := range sortedKeys(m.Metadata) {
		p.MetadataProps = append(p.MetadataProps, &schema.StringStringEntryProto{Key: key, Value: m.Metadata[key]})
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	var err error
	p.Graph, err = m.graphProto(p.IrVersion)
	return p, err
}

// check is an error if a name is defined twice, or read before it is defined.
func (m *Model) check() error {
	defined := map[string]bool{}
	for name, t := range m.Constants {
		if name == "" {
			return errors.New("a constant has no name")
		}
		if err := t.check(); err != nil {
			return errors.WithMessagef(err, "constant %q", name)
		}
		defined[name] = true
	}
	define := func(name string) error {
		if defined[name] {
			return errors.Errorf("the value %q is defined twice", name)
		}
		defined[name] = true
		return nil
	}
	for _, in := range m.Inputs {
		if in.Name == "" {
			return errors.New("an input has no name")
		}
		if err := define(in.Name); err != nil {
			return err
		}
	}
	for _, n := range m.Nodes {
		for i, in := range n.Inputs {
			if in != "" && !defined[in] {
				return errors.Errorf("%v: input %d, %q, is not defined by what comes before", n, i, in)
			}
		}
		for _, out := range n.Outputs {
			if out == "" {
				continue
			}
			if err := define(out); err != nil {
				return err
			}
		}
	}
	for _, out := range m.Outputs {
		if !defined[out.Name] {
			return errors.Errorf("output %q: no node makes it", out.Name)
		}
	}
	return nil
}

func (m *Model) graphProto(ir int64) (*schema.GraphProto, error) {
	g := &schema.GraphProto{Name: m.Name}
	if g.Name == "" {
		g.Name = "graph"
	}
	for _, name := range m.constantNames() {
		g.Initializer = append(g.Initializer, tensorProto(name, m.Constants[name]))
	}
	inputs := m.Inputs
	if ir < 4 {
		inputs = m.inputsAndConstants()
	}
	for _, list := range []struct {
		from []Info
		to   *[]*schema.ValueInfoProto
	}{{inputs, &g.Input}, {m.Outputs, &g.Output}} {
		for _, in := range list.from {
			v, err := infoProto(in)
			if err != nil {
				return nil, err
			}
			*list.to = append(*list.to, v)
		}
	}
	for _, n := range m.Nodes {
		if n.Branch || n.isFlat() {
			return nil, errors.Errorf("%v: want a node without branches", n)
		}
		p := &schema.NodeProto{Name: n.Name, OpType: n.OpType, Domain: n.Domain, Input: n.Inputs, Output: n.Outputs}
		for i := range n.Attributes {
			a, err := attributeProto(&n.Attributes[i])
			if err != nil {
				return nil, errors.WithMessagef(err, "%v", n)
			}
			p.Attribute = append(p.Attribute, a)
		}
		g.Node = append(g.Node, p)
	}
	return g, nil
}

// inputsAndConstants are the inputs as formats before IR 4 list them.
func (m *Model) inputsAndConstants() []Info {
	inputs := slices.Clone(m.Inputs)
	for _, name := range m.constantNames() {
		in := Info{Name: name, Type: m.Constants[name].Type}
		for _, n := range m.Constants[name].Dims {
			in.Dims = append(in.Dims, Size{Value: n})
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// constantNames are in the order in which nodes read them, then those that none reads.
func (m *Model) constantNames() []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if _, ok := m.Constants[name]; ok && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, n := range m.Nodes {
		for _, in := range n.Inputs {
			add(in)
		}
	}
	for _, name := range sortedKeys(m.Constants) {
		add(name)
	}
	return names
}

func tensorProto(name string, t *Tensor) *schema.TensorProto {
	p := &schema.TensorProto{Name: name, DataType: int32(t.Type), RawData: t.Raw}
	for _, d := range t.Dims {
		p.Dims = append(p.Dims, int64(d))
	}
	return p
}

func infoProto(in Info) (*schema.ValueInfoProto, error) {
	if in.Type.Size() == 0 {
		return nil, errors.Errorf("value %q: want a type of elements, got %v", in.Name, in.Type)
	}
	t := &schema.TypeProto_Tensor{ElemType: int32(in.Type)}
	if !in.NoShape {
		t.Shape = &schema.TensorShapeProto{}
	}
	for _, d := range in.Dims {
		p := &schema.TensorShapeProto_Dimension{}
		switch {
		case !d.Unknown && d.Value < 0:
			return nil, errors.Errorf("value %q: want sizes of at least 0, got %s", in.Name, shapeText(in.Dims))
		case !d.Unknown:
			p.Value = &schema.TensorShapeProto_Dimension_DimValue{DimValue: int64(d.Value)}
		case d.Name != "":
			p.Value = &schema.TensorShapeProto_Dimension_DimParam{DimParam: d.Name}
		}
		t.Shape.Dim = append(t.Shape.Dim, p)
	}
	return &schema.ValueInfoProto{
		Name: in.Name, Type: &schema.TypeProto{Value: &schema.TypeProto_TensorType{TensorType: t}},
	}, nil
}

func attributeProto(a *Attribute) (*schema.AttributeProto, error) {
	p := &schema.AttributeProto{Name: a.Name}
	switch a.Kind {
	case KindInt:
		p.Type, p.I = schema.AttributeProto_INT, a.Int
	case KindFloat:
		p.Type, p.F = schema.AttributeProto_FLOAT, a.Float
	case KindString:
		p.Type, p.S = schema.AttributeProto_STRING, []byte(a.String)
	case KindInts:
		p.Type, p.Ints = schema.AttributeProto_INTS, a.Ints
	case KindFloats:
		p.Type, p.Floats = schema.AttributeProto_FLOATS, a.Floats
	case KindStrings:
		p.Type = schema.AttributeProto_STRINGS
		for _, s := range a.Strings {
			p.Strings = append(p.Strings, []byte(s))
		}
	case KindTensor:
		if a.Tensor == nil {
			return nil, errors.Errorf("attribute '%s': want a tensor, got none", a.Name)
		}
		if err := a.Tensor.check(); err != nil {
			return nil, errors.WithMessagef(err, "attribute '%s'", a.Name)
		}
		p.Type, p.T = schema.AttributeProto_TENSOR, tensorProto("", a.Tensor)
	default:
		return nil, errors.Errorf("attribute '%s': want a kind, got %v", a.Name, a.Kind)
	}
	return p, nil
}
