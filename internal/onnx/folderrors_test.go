package onnx

import (
	"strings"
	"testing"
)

func TestFoldErrors(t *testing.T) {
	w := constants{"w": weights(8, 3, 3, 3), "v": vector(5, 5), "f": Floats([]int{2}, []float32{1, 2}), "big": vector(1<<39, 1<<39)}
	in := []int{0, 3, 8, 8}
	tests := []struct {
		name string
		m    *Model
		opt  FoldOptions
		err  string
	}{
		{"too old", image(6, in, nil, node("y", "Relu", "x")), FoldOptions{}, "not supported: opset 6: want 7 to 28"},
		{"too new", image(29, in, nil, node("y", "Relu", "x")), FoldOptions{}, "not supported: opset 29"},
		{"no opset", &Model{Outputs: []Info{{Name: "y"}}, Nodes: []*Node{node("y", "Range", "y")}}, FoldOptions{}, "does not say of which version"},
		{"a wrong kind", image(17, in, w, node("y", "Conv", "x w", FloatAttr("group", 1))), FoldOptions{}, `onnx: node "y" (Conv): attribute 'group': want an integer, got a number`},
		{"no group", image(17, in, w, node("y", "Conv", "x w", IntAttr("group", 0))), FoldOptions{}, "attribute 'group': want at least 1, got 0"},
		{"groups that do not fit", image(17, in, w, node("y", "Conv", "x w", IntAttr("group", 3))), FoldOptions{}, "W: of 3 channels in 3 groups, want (M, 1, …) with M a multiple of 3, got (8, 3, 3, 3)"},
		{"another kernel", image(17, in, w, node("y", "Conv", "x w", IntsAttr("kernel_shape", 5, 5))), FoldOptions{}, "attribute 'kernel_shape': want [3 3] as W has, got [5 5]"},
		{"too few pads", image(17, in, w, node("y", "Conv", "x w", IntsAttr("pads", 1, 1))), FoldOptions{}, "attribute 'pads': want 4 integers, got [1 1]"},
		{"negative pads", image(17, in, w, node("y", "Conv", "x w", IntsAttr("pads", 1, 1, -1, 1))), FoldOptions{}, "not supported: Conv of opset 17 (node \"y\"): pads below 0"},
		{"strides of 0", image(17, in, w, node("y", "Conv", "x w", IntsAttr("strides", 0, 1))), FoldOptions{}, "attribute 'strides': want integers of 1 to 1048576, got [0 1]"},
		{"a window that is too large", image(17, []int{0, 3, 2, 2}, w, node("y", "Conv", "x w")), FoldOptions{}, "a window of [3 3] with dilations [1 1] does not fit"},
		{"pixels of the batch's size", image(17, in, w, node("t", "Transpose", "x", IntsAttr("perm", 1, 2, 0, 3)), node("y", "Conv", "t w")), FoldOptions{}, "channels or pixels depend on the batch: (3, 8, N, 8)"},
		{"no kernel", image(17, in, nil, node("y", "MaxPool", "x")), FoldOptions{}, "attribute 'kernel_shape': want 2 integers, got []"},
		{"its places too", image(17, in, nil, node("p y", "MaxPool", "x", IntsAttr("kernel_shape", 2, 2))), FoldOptions{}, `MaxPool of opset 17 (node "p y"): output 1 is read`},
		{"shapes that do not broadcast", image(17, in, w, node("y", "Add", "x v")), FoldOptions{}, "want shapes that broadcast, got (N, 3, 8, 8) and (2,)"},
		{"a target that does not fit", image(17, in, w, node("y", "Reshape", "x v")), FoldOptions{}, "want a shape of as many elements as (N, 3, 8, 8), got (5, 5)"},
		{"a target that is computed", image(17, in, nil, node("i", "Cast", "x", IntAttr("to", int(Int64))), node("y", "Reshape", "x i")), FoldOptions{}, "its input shape is not known when the model is loaded"},
		{"a target of numbers", image(17, in, w, node("y", "Expand", "x half")).with("half", Floats([]int{1}, []float32{0.5})), FoldOptions{}, "shape: want whole numbers, got 0.5"},
		{"too large", image(17, in, w, node("y", "ConstantOfShape", "big")), FoldOptions{}, "shape: too many elements: (549755813888, 549755813888)"},
		{"only where it folds", image(17, in, w, node("y", "Where", "b x x"), node("b", "Greater", "x one")).with("one", Floats(nil, []float32{1})).sorted(), FoldOptions{}, `Greater of opset 17 (node "b"): it is evaluated only where`},
		{"a softplus that bends", image(20, in, constants{"t": Floats(nil, []float32{5})}, node("s", "Softplus", "x"), node("g", "Greater", "x t"), node("y", "Where", "g x s")), FoldOptions{}, `Greater of opset 20 (node "g"): it is evaluated only where`},
		{"a softplus of another", image(20, in, constants{"t": Floats(nil, []float32{20})}, node("n", "Neg", "x"), node("s", "Softplus", "n"), node("g", "Greater", "x t"), node("y", "Where", "g x s")), FoldOptions{}, `Greater of opset 20 (node "g"): it is evaluated only where`},
		{"a softplus over another", image(20, in, constants{"t": Floats(nil, []float32{20}), "b": Floats(nil, []float32{2})}, node("z", "Mul", "x b"), node("s", "Softplus", "z"), node("d", "Div", "s t"), node("g", "Greater", "z t"), node("y", "Where", "g x d")), FoldOptions{}, `Greater of opset 20 (node "g"): it is evaluated only where`},
		{"no softplus to choose", image(20, in, constants{"t": Floats(nil, []float32{20})}, node("g", "Greater", "x t"), node("y", "Where", "g x ")), FoldOptions{}, `Greater of opset 20 (node "g"): it is evaluated only where`},
		{"a comparison as a result", image(20, in, constants{"t": Floats(nil, []float32{20})}, node("y", "Greater", "x t")), FoldOptions{}, `Greater of opset 20 (node "y"): it is evaluated only where`},
		{"a reduction of a constant", image(20, in, constants{"t": Floats(nil, []float32{20})}, node("r", "ReduceL2", "t"), node("y", "Mul", "x r")), FoldOptions{}, "ReduceL2 of opset 20 (node \"r\"): it reduces nothing"},
		{"an axis too many", image(13, in, nil, node("y", "Softmax", "x", IntAttr("axis", 4))), FoldOptions{}, "axis 4: want one of a tensor of 4 dimensions"},
		{"an axis twice", image(13, in, nil, node("y", "ReduceMax", "x", IntsAttr("axes", 1, -3))), FoldOptions{}, "axis 1 is there twice"},
		{"an input too many", image(13, in, nil, node("y", "Relu", "x x")), FoldOptions{}, "want 1 inputs, got 2"},
		{"an input missing", image(13, in, nil, node("y", "Add", "x ")), FoldOptions{}, "input 1 is missing"},
		{"training", image(13, in, constants{"t": {Bool, nil, []byte{1}}}, node("y", "Dropout", "x  t")), FoldOptions{}, "training_mode is true"},
		{"a batch squared", image(13, in, nil, node("s", "Shape", "x"), node("p", "ReduceProd", "q", IntAttr("keepdims", 1)), node("q", "Concat", "s s", IntAttr("axis", 0)), node("y", "ConstantOfShape", "p")).sorted(), FoldOptions{}, "other than as a·N + b"},
		{"division by zero", image(13, in, constants{"a": vector(1), "b": vector(0)}, node("q", "Div", "a b"), node("y", "Reshape", "x q")), FoldOptions{}, "division by zero"},
		{"the batch's size as a result", image(13, in, nil, node("y", "Shape", "x")), FoldOptions{}, `output "y" is the size of the batch`},
		{"an index outside", image(13, in, constants{"i": vector(3)}, node("y", "Gather", "x i", IntAttr("axis", 1))), FoldOptions{}, "want one of a dimension of size 3, got 3"},
		{"parts that do not sum", image(13, in, w, node("y z", "Split", "x v", IntAttr("axis", 2))).with("", nil), FoldOptions{}, "want sizes of 2 outputs that sum to 8, got [5 5]"},
		{"unequal parts", image(13, in, nil, node("y z", "Split", "x", IntAttr("axis", 1))), FoldOptions{}, "want a dimension that 2 outputs share in equal parts, got 3"},
		{"scales and sizes", image(13, in, constants{"s": Floats([]int{4}, []float32{1, 1, 2, 2}), "z": vector(1, 1, 2, 2)}, node("y", "Resize", "x  s z")), FoldOptions{}, "want scales or sizes, got both or none"},
		{"a scale of 0", image(13, in, constants{"s": Floats([]int{4}, []float32{1, 1, 0, 2})}, node("y", "Resize", "x  s")), FoldOptions{}, "want numbers above 0, got [1 1 0 2]"},
		{"a scaled batch", image(13, in, constants{"s": Floats([]int{4}, []float32{2, 1, 1, 1})}, node("y", "Resize", "x  s")), FoldOptions{}, "scale 2 of dimension 0, which depends on the batch"},

		{"no such input", image(13, in, nil, node("y", "Relu", "x")), FoldOptions{Inputs: map[string]Shape{"image": nil}}, `no input "image"; it has "x"`},
		{"another rank", image(13, in, nil, node("y", "Relu", "x")), FoldOptions{Inputs: map[string]Shape{"x": {Batch}}}, "want a shape of 4 dimensions as in the file, (batch, 3, 8, 8), got (N,)"},
		{"an unknown size", image(13, in, nil, node("y", "Relu", "x")).unknown(2), FoldOptions{}, `input "x": dimension 2 of (batch, 3, height, 8) is not known, its shape must be given`},
		{"a size below 0", image(13, in, nil, node("y", "Relu", "x")), FoldOptions{Inputs: map[string]Shape{"x": {Batch, Fixed(3), Fixed(-8), Fixed(8)}}}, "want sizes of at least 0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g, err := Fold(test.m, test.opt)
			if err == nil {
				t.Fatalf("want an error with %q, got\n%s", test.err, show(g))
			}
			if !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "onnx: ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("want an error of one line with %q, got %v", test.err, err)
			}
		})
	}
}

// with adds a constant.
func (m *Model) with(name string, t *Tensor) *Model {
	if t != nil {
		m.Constants[name] = t
	}
	return m
}

func (m *Model) sorted() *Model {
	if err := m.sort(); err != nil {
		panic(err)
	}
	return m
}

// unknown makes the input's size of a dimension "height".
func (m *Model) unknown(i int) *Model {
	m.Inputs[0].Dims[i] = Size{Name: "height", Unknown: true}
	return m
}

// A batch that the file fixes stays fixed unless it is freed, and then what is written
// into targets means N.
func TestFreeBatch(t *testing.T) {
	m := image(13, []int{2, 3, 4}, constants{
		"split": vector(2, 12), "heads": vector(6, 4), "wide": vector(2, 12), "s": vector(0), "e": vector(2), "a": vector(0), "zero": weights(1, 12),
	},
		node("r", "Reshape", "x split"), node("cut", "Slice", "r s e a"), node("z", "Expand", "zero wide"), node("sum", "Add", "cut z"),
		node("y", "Reshape", "sum heads"))
	fixed, err := Fold(m, FoldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fixed.Outputs[0].Shape.String(); got != "(6, 4)" || fixed.FixedBatch != 0 {
		t.Errorf("want (6, 4) and no batch, got %s and %d", got, fixed.FixedBatch)
	}
	m.Constants["zero"] = weights(12)
	m.Nodes = append(m.Nodes[:2:2], node("sum", "Add", "cut zero"), m.Nodes[4])
	free, err := Fold(m, FoldOptions{FreeBatch: true})
	if err != nil {
		t.Fatal(err)
	}
	want := "r = Reshape(x) → (N, 12)\nsum = Add(r, zero) → (N, 12)\ny = Reshape(sum) → (3N, 4)"
	if got := show(free); got != want || free.FixedBatch != 2 {
		t.Errorf("want\n%s\nof 2 samples, got\n%s\nof %d", want, got, free.FixedBatch)
	}
}

// A result of folding that is larger than what it is made of is at most Limit.
func TestFoldLimit(t *testing.T) {
	m := image(13, []int{0, 8, 8}, constants{"s": vector(8, 8)}, node("w", "ConstantOfShape", "s"), node("y", "MatMul", "x w"))
	for limit, want := range map[int]string{
		8 * 8 * 4: "y = MatMul(x, w) → (N, 8, 8)",
		8*8*4 - 1: "w = Expand(w/value) → (8, 8)\ny = MatMul(x, w) → (N, 8, 8)",
		0:         "y = MatMul(x, w) → (N, 8, 8)",
	} {
		g, err := Fold(m, FoldOptions{Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		if got := show(g); got != want {
			t.Errorf("limit %d: want\n%s\ngot\n%s", limit, want, got)
		}
	}
	// All of it together is limited too.
	m = image(13, []int{0, 8, 8}, constants{"s": vector(8, 8)})
	last := "x"
	for i := range 200 {
		w, sum := "w"+string(rune('a'+i/26))+string(rune('a'+i%26)), "s"+string(rune('a'+i/26))+string(rune('a'+i%26))
		m.Nodes = append(m.Nodes, node(w, "ConstantOfShape", "s"), node(sum, "Add", last+" "+w))
		last = sum
	}
	m.Outputs[0].Name = last
	g, err := Fold(m, FoldOptions{Limit: 8 * 8 * 4})
	if err != nil {
		t.Fatal(err)
	}
	large := 0
	for _, c := range g.Constants {
		if c.Len() > 1 {
			large++
		}
	}
	if large != 64 {
		t.Errorf("want 64 constants that were made, got %d", large)
	}
}
