package onnx

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/onnx/schema"
)

// operation is a node of a file.
func operation(op, inputs, outputs string, attributes ...*schema.AttributeProto) *schema.NodeProto {
	return &schema.NodeProto{OpType: op, Name: outputs, Input: strings.Fields(inputs), Output: strings.Fields(outputs), Attribute: attributes}
}

func subgraph(name string, g *schema.GraphProto) *schema.AttributeProto {
	return &schema.AttributeProto{Name: name, Type: schema.AttributeProto_GRAPH, G: g}
}

func branchOf(output string, nodes ...*schema.NodeProto) *schema.GraphProto {
	return &schema.GraphProto{Node: nodes, Output: []*schema.ValueInfoProto{valueInfo(output)}}
}

func whole(name string, v ...int64) *schema.AttributeProto {
	return &schema.AttributeProto{Name: name, Type: schema.AttributeProto_INTS, Ints: v}
}

func wholeConstant(output string, v ...int64) *schema.NodeProto {
	return operation("Constant", "", output, whole("value_ints", v...))
}

// conditional is what PyTorch's older exporter writes of x.squeeze(1), of an x with so
// many channels: an If on the dimension's size, and a ReLU behind it.
func conditional(channels int64, then, otherwise *schema.GraphProto) *schema.ModelProto {
	return &schema.ModelProto{
		IrVersion: 8, OpsetImport: []*schema.OperatorSetIdProto{{Version: 17}},
		Graph: &schema.GraphProto{
			Input: []*schema.ValueInfoProto{valueInfo("x", -2, channels, 4)}, Output: []*schema.ValueInfoProto{valueInfo("y")},
			Node: []*schema.NodeProto{
				wholeConstant("one", 1), operation("Shape", "x", "shape"), operation("Gather", "shape one", "size"), operation("Equal", "size one", "is"),
				operation("If", "is", "if", subgraph("then_branch", then), subgraph("else_branch", otherwise)), operation("Relu", "if", "y"),
			},
		},
	}
}

func TestIf(t *testing.T) {
	squeezed := func() *schema.GraphProto {
		return branchOf("squeezed", wholeConstant("axis", 1), operation("Squeeze", "x axis", "squeezed"))
	}
	same := func() *schema.GraphProto { return branchOf("same", operation("Identity", "x", "same")) }
	inner := func() *schema.GraphProto {
		return branchOf("inner", operation("Neg", "x", "n"),
			operation("If", "is", "inner", subgraph("then_branch", branchOf("a", operation("Abs", "n", "a"))), subgraph("else_branch", branchOf("e", operation("Exp", "n", "e")))))
	}
	computed := conditional(1, squeezed(), same())
	computed.Graph.Node[3] = operation("Greater", "x x", "is")
	with := func(m *schema.ModelProto, change func(*schema.ModelProto)) *schema.ModelProto {
		change(m)
		return m
	}
	for name, c := range map[string]struct {
		m    *schema.ModelProto
		want string // of the graph, or an error
	}{
		"then":                   {conditional(1, squeezed(), same()), "squeezed = Reshape(x) → (N, 4)\ny = Relu(squeezed) → (N, 4)"},
		"else":                   {conditional(3, squeezed(), same()), "y = Relu(x) → (N, 3, 4)"},
		"in one another, then":   {conditional(1, inner(), same()), "n = Neg(x) → (N, 1, 4)\na = Abs(n) → (N, 1, 4)\ny = Relu(a) → (N, 1, 4)"},
		"in one another, else":   {conditional(2, same(), inner()), "n = Neg(x) → (N, 2, 4)\ne = Exp(n) → (N, 2, 4)\ny = Relu(e) → (N, 2, 4)"},
		"the other is not known": {conditional(3, branchOf("l", operation("LSTM", "x", "l")), same()), "y = Relu(x) → (N, 3, 4)"},
		"this is not known":      {conditional(1, branchOf("l", operation("LSTM", "x", "l")), same()), `onnx: not supported: LSTM of opset 17 (node "l"): unknown operator`},
		"an output of around":    {conditional(3, squeezed(), branchOf("x")), "y = Relu(x) → (N, 3, 4)"},
		"a computed condition":   {computed, `onnx: not supported: Greater of opset 17 (node "is"): it is evaluated only where its inputs are known when the model is loaded`},
		"a condition that is an input": {with(conditional(1, squeezed(), same()), func(m *schema.ModelProto) {
			m.Graph.Node[4].Input = []string{"x"}
		}), `onnx: not supported: If of opset 17 (node "if"): its condition is not known when the model is loaded`},
		"a name twice":  {conditional(1, squeezed(), branchOf("squeezed", operation("Identity", "x", "squeezed"))), `onnx: not supported: a subgraph (If) (node "if"); If of opset 17 (node "if"): unknown operator`},
		"no else":       {with(conditional(1, squeezed(), same()), func(m *schema.ModelProto) { m.Graph.Node[4].Attribute = m.Graph.Node[4].Attribute[:1] }), `onnx: not supported: a subgraph (If) (node "if"); If of opset 17 (node "if"): unknown operator`},
		"no output":     {conditional(1, &schema.GraphProto{}, same()), `onnx: not supported: a subgraph (If) (node "if"); If of opset 17 (node "if"): unknown operator`},
		"nothing there": {conditional(1, branchOf("nothing"), same()), `onnx: node "if" (If): input 1, "nothing", is not defined`},
		"no name":       {conditional(1, branchOf(""), same()), `onnx: output "y" is not defined`},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Parse(encode(t, c.m), Options{})
			var got string
			if err == nil {
				var g *Graph
				if g, err = Fold(m, FoldOptions{}); err == nil {
					checkGraph(t, g)
					got = show(g)
				}
			}
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
	m, err := Parse(encode(t, conditional(1, squeezed(), same())), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m.Outputs[0].Type = Float32
	if err := Write(&bytes.Buffer{}, m); err == nil || !strings.Contains(err.Error(), "want a node without branches") {
		t.Errorf("want it not to be written, got %v", err)
	}
}
