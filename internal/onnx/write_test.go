package onnx

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everything is a model with one of each thing that a file can hold.
func everything() *Model {
	return &Model{
		IR: 8, Opsets: map[string]int{"": 17, "org.example": 3}, Producer: "euryale", ProducerVersion: "1", Domain: "org.example",
		Version: 7, Doc: "A test.", Name: "net", Metadata: map[string]string{"classes": `["a","b"]`, "author": "é", "z": ""},
		Inputs: []Info{
			{Name: "x", Type: Float32, Dims: []Size{{Name: "N", Unknown: true}, {Value: 3}, {Unknown: true}}},
			{Name: "any", Type: Uint8, NoShape: true},
			{Name: "one", Type: Int64},
		},
		Outputs: []Info{{Name: "y", Type: Float32, Dims: []Size{{Name: "N", Unknown: true}, {Value: 3}}}},
		Nodes: []*Node{
			{Name: "first", OpType: "Custom", Domain: "org.example", Inputs: []string{"x", "", "b"}, Outputs: []string{"h", "", "i"}, Attributes: []Attribute{
				IntAttr("int", -1), IntsAttr("ints", 1, 2), FloatAttr("float", 0.1), FloatsAttr("floats", 1, -2),
				StringAttr("string", "s\xff"),
				{Name: "strings", Kind: KindStrings, Strings: []string{"a", ""}},
				TensorAttr("tensor", vector(1, 2)),
			}},
			{Name: "second", OpType: "Add", Inputs: []string{"h", "a"}, Outputs: []string{"y"}},
		},
		Constants: map[string]*Tensor{
			"a": Floats([]int{3}, []float32{1, 2, 3}), "b": Ints(nil, []int64{-1}), "unused": {Bool, []int{1}, []byte{1}}, "half": {Float16, []int{1, 1}, []byte{1, 2}},
		},
	}
}

func TestWriteAndRead(t *testing.T) {
	want := everything()
	var first, second bytes.Buffer
	if err := Write(&first, want); err != nil {
		t.Fatal(err)
	}
	got, err := Read(bytes.NewReader(first.Bytes()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if err := Write(&second, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same model gives other bytes")
	}
}

// Initializers are in the order in which nodes read them.
func TestConstantOrder(t *testing.T) {
	if got, want := everything().constantNames(), []string{"b", "a", "half", "unused"}; !cmp.Equal(got, want) {
		t.Errorf("want %v, got %v", want, got)
	}
}

func TestIRVersions(t *testing.T) {
	for opset, want := range map[int]int{7: 3, 8: 3, 9: 4, 10: 5, 11: 6, 14: 7, 17: 8, 20: 9, 21: 10, 23: 11, 24: 12, 27: 13, 28: 14} {
		m := everything()
		m.IR, m.Opsets[""] = 0, opset
		p, err := m.proto()
		if err != nil || p.IrVersion != int64(want) {
			t.Errorf("opset %d: want IR version %d, got %d, %v", opset, want, p.GetIrVersion(), err)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Model)
		err    string
	}{
		{"no opset", func(m *Model) { delete(m.Opsets, "") }, "want a model of opset 7 to 28, got 0"},
		{"an unknown format", func(m *Model) { m.IR = 99 }, "want IR version 3 to 14, got 99"},
		{"what was not read", func(m *Model) { m.Unsupported = []Unsupported{{What: "a subgraph"}} }, "not supported: a subgraph"},
		{"a constant of another size", func(m *Model) { m.Constants["a"].Dims = []int{4} }, `constant "a": want 4 elements of 4 bytes`},
		{"a constant of an unknown type", func(m *Model) { m.Constants["a"].Type = 8 }, `constant "a": elements of type string are not supported`},
		{"a constant without a name", func(m *Model) { m.Constants[""] = vector(1) }, "a constant has no name"},
		{"an input without a name", func(m *Model) { m.Inputs[0].Name = "" }, "an input has no name"},
		{"a name twice", func(m *Model) { m.Nodes[1].Outputs[0] = "h" }, `the value "h" is defined twice`},
		{"an input that is a constant", func(m *Model) { m.Inputs[0].Name = "a" }, `the value "a" is defined twice`},
		{"another order", func(m *Model) { m.Nodes[0], m.Nodes[1] = m.Nodes[1], m.Nodes[0] }, `node "second" (Add): input 0, "h", is not defined by what comes before`},
		{"no such output", func(m *Model) { m.Outputs[0].Name = "z" }, `output "z": no node makes it`},
		{"an output without a type", func(m *Model) { m.Outputs[0].Type = 0 }, `value "y": want a type of elements, got undefined`},
		{"a size below 0", func(m *Model) { m.Inputs[0].Dims[1].Value = -3 }, `value "x": want sizes of at least 0, got (N, -3, ?)`},
		{"an attribute without a kind", func(m *Model) { m.Nodes[0].Attributes[0].Kind = 0 }, `node "first" (Custom): attribute 'int': want a kind, got kind 0`},
		{"an attribute without its tensor", func(m *Model) { m.Nodes[0].Attributes[6].Tensor = nil }, "attribute 'tensor': want a tensor, got none"},
		{"an attribute with a damaged tensor", func(m *Model) { m.Nodes[0].Attributes[6].Tensor.Raw = nil }, "attribute 'tensor': want 2 elements"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := everything()
			test.change(m)
			var b bytes.Buffer
			err := Write(&b, m)
			if err == nil || !strings.Contains(err.Error(), test.err) || b.Len() > 0 {
				t.Errorf("want an error with %q, got %v and %d bytes", test.err, err, b.Len())
			}
		})
	}
}

func TestAttributes(t *testing.T) {
	n := everything().Nodes[0]
	if v, err := n.Int("int", 0); v != -1 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Ints("ints"); !cmp.Equal(v, []int{1, 2}) || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Float("float", 0); v != 0.1 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Floats("floats"); !cmp.Equal(v, []float32{1, -2}) || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Text("string", ""); v != "s\xff" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
	if v, err := n.Tensor("tensor"); v.Len() != 2 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Int("none", 5); v != 5 || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Text("none", "default"); v != "default" || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := n.Ints("none"); v != nil || err != nil {
		t.Errorf("got %v, %v", v, err)
	}
	_, err := n.Float("int", 0)
	if want := `node "first" (Custom): attribute 'int': want a number, got an integer`; err == nil || err.Error() != want {
		t.Errorf("want %s, got %v", want, err)
	}
}

// Formats before IR 4 list initializers among the inputs, and the reader takes them out.
func TestInitializersAsInputs(t *testing.T) {
	m := everything()
	m.IR, m.Opsets[""] = 0, 7
	p, err := m.proto()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(p.Graph.Input), len(m.Inputs)+len(m.Constants); got != want {
		t.Errorf("want %d inputs, got %d", want, got)
	}
	again, err := Parse(encode(t, p), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.Inputs, again.Inputs); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}
