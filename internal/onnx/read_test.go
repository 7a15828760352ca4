package onnx

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"euryale/internal/onnx/schema"
)

// file is a small model file: y = Conv(x, w) + b.
func file() *schema.ModelProto {
	return &schema.ModelProto{
		IrVersion: 8, ProducerName: "test", OpsetImport: []*schema.OperatorSetIdProto{{Version: 17}},
		Graph: &schema.GraphProto{
			Name:        "g",
			Initializer: []*schema.TensorProto{{Name: "w", DataType: 1, Dims: []int64{1, 1, 1, 1}, RawData: rawFloats(2)}},
			Input:       []*schema.ValueInfoProto{valueInfo("x", -2, 1, 4, 4), valueInfo("w", 1, 1, 1, 1)},
			Output:      []*schema.ValueInfoProto{valueInfo("y")},
			Node: []*schema.NodeProto{
				{OpType: "Add", Input: []string{"c", "b"}, Output: []string{"y"}},
				{OpType: "Conv", Name: "conv", Input: []string{"x", "w"}, Output: []string{"c"}, Domain: "ai.onnx"},
				{OpType: "Constant", Output: []string{"b"}, Attribute: []*schema.AttributeProto{
					{Name: "value_float", Type: schema.AttributeProto_FLOAT, F: 0.5},
				}},
			},
		},
	}
}

// valueInfo is a float tensor; a size of -1 is unknown, -2 "batch".
func valueInfo(name string, sizes ...int64) *schema.ValueInfoProto {
	t := &schema.TypeProto_Tensor{ElemType: 1, Shape: &schema.TensorShapeProto{}}
	for _, n := range sizes {
		d := &schema.TensorShapeProto_Dimension{Value: &schema.TensorShapeProto_Dimension_DimValue{DimValue: n}}
		if n == -2 {
			d.Value = &schema.TensorShapeProto_Dimension_DimParam{DimParam: "batch"}
		}
		t.Shape.Dim = append(t.Shape.Dim, d)
	}
	return &schema.ValueInfoProto{Name: name, Type: &schema.TypeProto{Value: &schema.TypeProto_TensorType{TensorType: t}}}
}

func encode(t testing.TB, p proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	m, err := Read(bytes.NewReader(encode(t, file())), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &Model{
		IR: 8, Producer: "test", Name: "g", Opsets: map[string]int{"": 17}, Metadata: map[string]string{},
		Inputs:  []Info{{Name: "x", Type: Float32, Dims: []Size{{Name: "batch", Unknown: true}, {Value: 1}, {Value: 4}, {Value: 4}}}},
		Outputs: []Info{{Name: "y", Type: Float32}},
		Nodes: []*Node{
			{Name: "conv", OpType: "Conv", Inputs: []string{"x", "w"}, Outputs: []string{"c"}},
			{Name: "y", OpType: "Add", Inputs: []string{"c", "b"}, Outputs: []string{"y"}},
		},
		Constants: map[string]*Tensor{"w": Floats([]int{1, 1, 1, 1}, []float32{2}), "b": Floats(nil, []float32{0.5})},
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestUnknownSizes(t *testing.T) {
	p := file()
	dims := p.Graph.Input[0].Type.GetTensorType().Shape
	dims.Dim = []*schema.TensorShapeProto_Dimension{
		{},
		{Value: &schema.TensorShapeProto_Dimension_DimValue{DimValue: -1}},
		{Value: &schema.TensorShapeProto_Dimension_DimParam{DimParam: "?"}},
		{Value: &schema.TensorShapeProto_Dimension_DimValue{DimValue: 0}},
	}
	m, err := Parse(encode(t, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := shapeText(m.Inputs[0].Dims); got != "(?, ?, ?, 0)" {
		t.Errorf("want (?, ?, ?, 0), got %s", got)
	}
}

// attr is an attribute of the second node.
func attr(a *schema.AttributeProto) func(*schema.ModelProto) {
	return func(p *schema.ModelProto) { p.Graph.Node[1].Attribute = append(p.Graph.Node[1].Attribute, a) }
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		name   string
		change func(*schema.ModelProto)
		err    string
	}{
		{"nothing", func(p *schema.ModelProto) { proto.Reset(p) }, "want a model, got none: the file is empty or of something else"},
		{"an old format", func(p *schema.ModelProto) { p.IrVersion = 2 }, "want a model of IR version 3 to 14, got 2"},
		{"a format to come", func(p *schema.ModelProto) { p.IrVersion = 15 }, "got 15"},
		{"no graph", func(p *schema.ModelProto) { p.Graph = nil }, "has no graph"},
		{"an opset twice", func(p *schema.ModelProto) {
			p.OpsetImport = append(p.OpsetImport, &schema.OperatorSetIdProto{Domain: "ai.onnx", Version: 12})
		}, `the domain "" is there twice`},
		{"an opset below 1", func(p *schema.ModelProto) { p.OpsetImport[0].Version = -1 }, `version -1 of domain ""`},
		{"metadata twice", func(p *schema.ModelProto) {
			p.MetadataProps = []*schema.StringStringEntryProto{{Key: "k"}, {Key: "k"}}
		}, `the key "k" is there twice`},
		{"an initializer twice", func(p *schema.ModelProto) {
			p.Graph.Initializer = append(p.Graph.Initializer, p.Graph.Initializer[0])
		}, `"w" is defined twice: by an initializer and by an initializer`},
		{"an initializer without a name", func(p *schema.ModelProto) { p.Graph.Initializer[0].Name = "" }, "an initializer has no name"},
		{"a damaged initializer", func(p *schema.ModelProto) { p.Graph.Initializer[0].RawData = []byte{1} }, `constant "w": want 1 elements of 4 bytes for float (1, 1, 1, 1), got 1 bytes`},
		{"an input twice", func(p *schema.ModelProto) { p.Graph.Input = append(p.Graph.Input, p.Graph.Input[0]) }, `"x" is defined twice`},
		{"a node that makes an input", func(p *schema.ModelProto) { p.Graph.Node[1].Output[0] = "x" }, `"x" is defined twice: by an input and by node "conv" (Conv)`},
		{"a node that makes a weight", func(p *schema.ModelProto) { p.Graph.Node[1].Output[0] = "w" }, `"w" is defined twice`},
		{"no such value", func(p *schema.ModelProto) { p.Graph.Node[1].Input[1] = "v" }, `node "conv" (Conv): input 1, "v", is not defined`},
		{"no such output", func(p *schema.ModelProto) { p.Graph.Output[0].Name = "z" }, `output "z": no node makes it`},
		{"a cycle", func(p *schema.ModelProto) { p.Graph.Node[1].Input[0] = "y" }, `in a cycle: node "conv" (Conv) reads "y", of which node "y" (Add) needs the result`},
		{"a node that reads itself", func(p *schema.ModelProto) { p.Graph.Node[1].Input[0] = "c" }, "in a cycle"},
		{"no operator", func(p *schema.ModelProto) { p.Graph.Node[1].OpType = "" }, `node "conv" has no operator`},
		{"an attribute twice", func(p *schema.ModelProto) {
			attr(&schema.AttributeProto{Name: "group", Type: schema.AttributeProto_INT, I: 1})(p)
			attr(&schema.AttributeProto{Name: "group", Type: schema.AttributeProto_INT, I: 1})(p)
		}, `node "conv" (Conv): attribute 'group' is there twice`},
		{"an attribute without a type", attr(&schema.AttributeProto{Name: "group", I: 1}), `node "conv" (Conv): attribute 'group': has no type`},
		{"an attribute of a function", attr(&schema.AttributeProto{Name: "group", RefAttrName: "g", Type: schema.AttributeProto_INT}), "outside of one"},
		{"no tensor", attr(&schema.AttributeProto{Name: "value", Type: schema.AttributeProto_TENSOR}), "attribute 'value': want a tensor, got none"},
		{"an empty Constant", func(p *schema.ModelProto) { p.Graph.Node[2].Attribute = nil }, `node "b" (Constant): want one attribute, got 0`},
		{"a Constant of what", func(p *schema.ModelProto) { p.Graph.Node[2].Attribute[0].Name = "value_ints" }, "attribute 'value_ints': want a Constant's value, got a number"},
		{"a Constant with inputs", func(p *schema.ModelProto) { p.Graph.Node[2].Input = []string{"x"} }, "want no inputs and one output, got 1 and 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := file()
			test.change(p)
			_, err := Parse(encode(t, p), Options{})
			if err == nil || !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "onnx: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("want an error of one line with %q, got %v", test.err, err)
			}
		})
	}
}

func TestNotAModel(t *testing.T) {
	good := encode(t, file())
	for name, data := range map[string][]byte{
		"text": []byte("<html>"), "cut short": good[:len(good)-3], "nothing": nil, "PyTorch's": []byte("PK\x03\x04 archive"),
	} {
		if m, err := Parse(data, Options{}); err == nil || !strings.HasPrefix(err.Error(), "onnx: ") {
			t.Errorf("%s: want an error, got %v, %v", name, m, err)
		}
	}
}

// nested is a model with a subgraph in a subgraph, so many deep.
func nested(depth int) *schema.ModelProto {
	p := file()
	g := &schema.GraphProto{}
	for range depth {
		g = &schema.GraphProto{Node: []*schema.NodeProto{{OpType: "If", Attribute: []*schema.AttributeProto{
			{Name: "then_branch", Type: schema.AttributeProto_GRAPH, G: g},
		}}}}
	}
	p.Graph.Node = append(p.Graph.Node, g.Node...)
	return p
}

func TestLimits(t *testing.T) {
	if _, err := Parse(encode(t, nested(10)), Options{}); err != nil {
		t.Errorf("10 deep: %v", err)
	}
	if _, err := Parse(encode(t, nested(30)), Options{}); err == nil || !strings.Contains(err.Error(), "nested more than 64 deep") {
		t.Errorf("30 deep: want an error, got %v", err)
	}
	// Empty messages, two bytes each in the file, are 200 in memory.
	graph := bytes.Repeat([]byte{1<<3 | 2, 0}, maxPieces+1)
	model := append(encode(t, &schema.ModelProto{IrVersion: 8}), 7<<3|2)
	for n := len(graph); ; n >>= 7 {
		if n < 128 {
			model = append(model, byte(n))
			break
		}
		model = append(model, byte(n)|128)
	}
	if _, err := Parse(append(model, graph...), Options{}); err == nil || !strings.Contains(err.Error(), "more than 2097152 messages") {
		t.Errorf("want an error, got %v", err)
	}
}

// All that is not supported is named at once.
func TestUnsupported(t *testing.T) {
	p := nested(1)
	p.Graph.Node[3].Output = []string{"if"}
	p.Functions = []*schema.FunctionProto{{Domain: "local", Name: "F"}}
	add := func(n *schema.NodeProto) { p.Graph.Node = append(p.Graph.Node, n) }
	add(&schema.NodeProto{OpType: "F", Domain: "local", Input: []string{"y"}, Output: []string{"f"}})
	for _, name := range []string{"l1", "l2", "l3", "l4", "l5"} {
		add(&schema.NodeProto{OpType: "LSTM", Name: name, Input: []string{"y"}, Output: []string{name}})
		p.Graph.Output = append(p.Graph.Output, valueInfo(name))
	}
	add(&schema.NodeProto{OpType: "FusedConv", Domain: "com.microsoft", Name: "fc", Input: []string{"y"}, Output: []string{"fc"}})
	add(&schema.NodeProto{OpType: "Gelu", Name: "early", Input: []string{"y"}, Output: []string{"gelu"}})
	add(&schema.NodeProto{OpType: "Relu", Name: "after", Input: []string{"gelu"}, Output: []string{"relu"}})
	add(&schema.NodeProto{OpType: "Einsum", Name: "unused", Input: []string{"y"}, Output: []string{"unused"}})
	add(&schema.NodeProto{OpType: "Softmax", Name: "wish", Input: []string{"y"}, Output: []string{"wish"}, Attribute: []*schema.AttributeProto{
		{Name: "temperature", Type: schema.AttributeProto_FLOAT, F: 2},
	}})
	p.Graph.Output = append(p.Graph.Output, valueInfo("if"), valueInfo("f"), valueInfo("fc"), valueInfo("relu"), valueInfo("wish"))
	p.Graph.Initializer = append(p.Graph.Initializer, &schema.TensorProto{Name: "s", DataType: 8, StringData: [][]byte{{1}}})
	p.Graph.SparseInitializer = []*schema.SparseTensorProto{{Values: &schema.TensorProto{Name: "sparse", DataType: 1}}}

	m, err := Parse(encode(t, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Fold(m, FoldOptions{})
	want := `onnx: not supported: a constant of type string (node "s"); a sparse initializer (node "sparse"); a subgraph (If) (node "if");` +
		` the function local.F (node "f"); If of opset 17 (node "if"): unknown operator;` +
		` LSTM of opset 17 (nodes "l1", "l2", "l3" and 2 more): unknown operator;` +
		` com.microsoft.FusedConv of opset 0 (node "fc"): unknown operator; Gelu of opset 17 (node "early"): the operator came with opset 20;` +
		` Softmax of opset 17 (node "wish"): attribute 'temperature'`
	if err == nil || err.Error() != want {
		t.Errorf("want %s\ngot  %v", want, err)
	}
	var u *UnsupportedError
	if !errors.As(err, &u) || len(u.Items) != 13 {
		t.Errorf("want the list of 13, got %+v", u)
	}
}
