package onnx_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"euryale/internal/onnx"
	"euryale/internal/onnx/onnxtest"
	"euryale/internal/pythontest"
)

// unfold writes a Graph's operations as ONNX defines them at an opset: where the Graph
// has an attribute and the operator an input, a constant. A folded graph that is
// unfolded computes what the file did.
func unfold(g *onnx.Graph, opset int) *onnx.Model {
	u := &unfolder{&onnx.Model{Opsets: map[string]int{"": opset}, Constants: map[string]*onnx.Tensor{}}}
	for name, t := range g.Constants {
		u.m.Constants[name] = t
	}
	for _, in := range g.Inputs {
		u.m.Inputs = append(u.m.Inputs, info(in))
	}
	for _, op := range g.Ops {
		u.op(op)
	}
	for _, out := range g.Outputs {
		if out.From != out.Name {
			u.m.Nodes = append(u.m.Nodes, &onnx.Node{OpType: "Identity", Inputs: []string{out.From}, Outputs: []string{out.Name}})
		}
		u.m.Outputs = append(u.m.Outputs, info(out.Value))
	}
	return u.m
}

func info(v onnx.Value) onnx.Info {
	in := onnx.Info{Name: v.Name, Type: v.Type}
	for _, d := range v.Shape {
		in.Dims = append(in.Dims, onnx.Size{Value: d.B, Name: d.String(), Unknown: !d.IsFixed()})
	}
	return in
}

type unfolder struct{ m *onnx.Model }

func (u *unfolder) ints(op *onnx.Op, name string, v []int) string {
	name = op.Outputs[0] + "//" + name
	u.m.Constants[name] = onnx.Vector(v...)
	return name
}

func (u *unfolder) float(op *onnx.Op, name string, v float32) string {
	name = op.Outputs[0] + "//" + name
	u.m.Constants[name] = onnx.Floats(nil, []float32{v})
	return name
}

// shape is a shape with one size that is computed, if N is in it.
func (u *unfolder) shape(op *onnx.Op) string {
	s := op.Out[0].At(1)
	for i, d := range op.Out[0] {
		if !d.IsFixed() {
			s[i] = -1
		}
	}
	return u.ints(op, "shape", s)
}

// size is a shape whose N is computed from the first input's.
func (u *unfolder) size(op *onnx.Op) string {
	if op.Out[0].IsFixed() {
		return u.ints(op, "size", op.Out[0].At(1))
	}
	shape, zero := op.Outputs[0]+"//input", u.ints(op, "zero", []int{0})
	batch, size := op.Outputs[0]+"//batch", op.Outputs[0]+"//size"
	u.m.Nodes = append(u.m.Nodes,
		&onnx.Node{OpType: "Shape", Inputs: []string{u.m.Inputs[0].Name}, Outputs: []string{shape}},
		&onnx.Node{OpType: "Gather", Inputs: []string{shape, zero}, Outputs: []string{batch}},
		&onnx.Node{OpType: "Concat", Inputs: []string{batch, u.ints(op, "rest", op.Out[0][1:].At(1))}, Outputs: []string{size}, Attributes: []onnx.Attribute{onnx.IntAttr("axis", 0)}})
	return size
}

func (u *unfolder) op(op *onnx.Op) {
	n := op.Node
	n.Inputs = slices.Clone(n.Inputs)
	// move takes an attribute out.
	move := func(name string) []int {
		v, _ := n.Ints(name)
		n.Attributes = slices.DeleteFunc(slices.Clone(n.Attributes), func(a onnx.Attribute) bool { return a.Name == name })
		return v
	}
	switch n.OpType {
	case "Reshape":
		n.Inputs = append(n.Inputs, u.shape(op))
		n.Attributes = append(n.Attributes, onnx.IntAttr("allowzero", 1))
	case "Expand":
		n.Inputs = append(n.Inputs, u.size(op))
	case "Tile":
		n.Inputs = append(n.Inputs, u.ints(op, "repeats", move("repeats")))
	case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin":
		n.Inputs = append(n.Inputs, u.ints(op, "axes", move("axes")))
	case "Clip":
		low, _ := n.Float("min", 0)
		high, _ := n.Float("max", 0)
		n.Attributes, n.Inputs = nil, append(n.Inputs, "", "")
		if !math.IsInf(float64(low), 0) {
			n.Inputs[1] = u.float(op, "min", low)
		}
		if !math.IsInf(float64(high), 0) {
			n.Inputs[2] = u.float(op, "max", high)
		}
	case "Pad":
		value, _ := n.Float("value", 0)
		n.Inputs = append(n.Inputs, u.ints(op, "pads", move("pads")), u.float(op, "value", value))
		move("value")
	case "Slice":
		axes, starts, steps := move("axes"), move("starts"), move("steps")
		ends := make([]int, len(starts))
		for i := range starts {
			length := op.Out[0][axes[i]].B
			if d := op.Out[0][axes[i]]; !d.IsFixed() { // the tests' all but the last
				ends[i] = d.B
				continue
			}
			if ends[i] = starts[i] + steps[i]*length; ends[i] < 0 {
				ends[i] = math.MinInt32
			}
		}
		n.Inputs = append(n.Inputs, u.ints(op, "starts", starts), u.ints(op, "ends", ends), u.ints(op, "axes", axes), u.ints(op, "steps", steps))
	case "Resize":
		u.resize(op, &n, move)
	}
	u.m.Nodes = append(u.m.Nodes, &n)
}

// resize gives scales, or sizes where scales make others.
func (u *unfolder) resize(op *onnx.Op, n *onnx.Node, move func(string) []int) {
	scales, _ := n.Floats("scales")
	roi, _ := n.Floats("roi")
	mode, _ := n.Text("nearest_mode", "")
	move("scales")
	move("roi")
	if mode == "" {
		move("nearest_mode")
	}
	byScales := true
	for i, s := range scales {
		byScales = byScales && (int(float32(op.In[0][i].B)*s) == op.Out[0][i].B || roi != nil)
	}
	prefix := op.Outputs[0] + "//"
	n.Inputs = append(n.Inputs, "", "", "")
	if len(roi) > 0 {
		n.Inputs[1] = prefix + "roi"
		r := len(roi) / 2
		some := slices.Concat(roi[1:r], roi[r+1:])
		u.m.Constants[n.Inputs[1]] = onnx.Floats([]int{len(some)}, some)
	}
	if byScales && roi == nil {
		n.Inputs[2] = prefix + "scales"
		u.m.Constants[n.Inputs[2]] = onnx.Floats([]int{len(scales)}, scales)
	} else { // of all but the batch, which has no size yet
		sizes, axes := op.Out[0].At(1)[1:], make([]int, len(op.Out[0])-1)
		for i := range axes {
			axes[i] = i + 1
		}
		n.Attributes = append(n.Attributes, onnx.IntsAttr("axes", axes...))
		n.Inputs[3] = u.ints(op, "sizes", sizes)
	}
}

// TestFoldedCasesCompute runs what folding leaves of the published cases in
// onnxruntime.
func TestFoldedCasesCompute(t *testing.T) {
	python := pythontest.Find(t, "onnx", "onnxruntime")
	models := t.TempDir()
	count := 0
	for _, c := range onnxtest.Load(t) {
		if c.Left != "" {
			continue
		}
		parameters := c.Parameters()
		g, err := onnx.Fold(c.Bind(func(name string) bool { return parameters[name] }), onnx.FoldOptions{})
		if err != nil {
			continue // another test's
		}
		opset := 21
		for _, op := range g.Ops {
			switch op.OpType {
			case "Swish":
				opset = 24
			case "SpaceToDepth":
				opset = 28
			}
		}
		os.MkdirAll(filepath.Join(models, c.Kind), 0o755)
		var b bytes.Buffer
		if err := onnx.Write(&b, unfold(g, opset)); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if err := os.WriteFile(filepath.Join(models, c.Kind, c.Name+".onnx"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		count++
	}
	out, err := exec.Command(python, "testdata/run.py", onnxtest.Dir(t), models).CombinedOutput()
	if err != nil {
		t.Fatalf("run.py: %v\n%s", err, out)
	}
	if got, want := strings.TrimSpace(string(out)), fmt.Sprint(count, " agree"); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

// TestFoldedModelsCompute runs models of old opsets, and what folding leaves of them, in
// onnxruntime.
func TestFoldedModelsCompute(t *testing.T) {
	python := pythontest.Find(t, "onnx", "onnxruntime")
	dir := t.TempDir()
	write := func(name string, m *onnx.Model) {
		t.Helper()
		var b bytes.Buffer
		if err := onnx.Write(&b, m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	for name, m := range onnx.FoldModels() {
		g, err := onnx.Fold(m, onnx.FoldOptions{})
		if err != nil {
			continue // another test's
		}
		write(name+".file.onnx", m)
		write(name+".folded.onnx", unfold(g, 21))
		count++
	}
	out, err := exec.Command(python, "testdata/same.py", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("same.py: %v\n%s", err, out)
	}
	if got, want := strings.TrimSpace(string(out)), fmt.Sprint(count, " agree"); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}
