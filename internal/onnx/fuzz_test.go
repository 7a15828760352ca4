package onnx

import (
	"bytes"
	"math/rand"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// seeds are small models that between them have most operators.
func seeds(t testing.TB) [][]byte {
	shapes := image(13, []int{0, 8, 4, 4}, constants{"i": Ints(nil, []int64{0}), "a": vector(0), "rest": vector(2, 4, 4, 4), "back": vector(0, -1, 4, 4), "minus": vector(-1)},
		node("shape", "Shape", "x"), node("n", "Gather", "shape i"), node("nu", "Unsqueeze", "n a"), node("neg", "Equal", "rest minus"), node("w", "Where", "neg minus rest"),
		node("target", "Concat", "nu w", IntAttr("axis", 0)), node("s", "Reshape", "x target"), node("t", "Transpose", "s", IntsAttr("perm", 0, 2, 1, 3, 4)),
		node("r", "Reshape", "t back"), node("p1 p2", "Split", "r", IntAttr("axis", 1)), node("sum", "Add", "p1 p2"), node("y", "Softmax", "sum", IntAttr("axis", 1)))
	pictures := image(18, []int{1, 3, 8, 8}, constants{
		"w": weights(4, 3, 3, 3), "wt": weights(4, 2, 2, 2), "b": weights(4), "lo": weights(), "p": vector(0, 0, 1, 1, 0, 0, 1, 1), "scales": Floats([]int{4}, []float32{1, 1, 2, 2}),
		"ax": vector(2, 3), "st": vector(0, 1), "en": vector(-1, 9), "sp": vector(1, 2), "rep": vector(1, 2, 1, 1), "idx": vector(1, 0),
	},
		node("c", "Conv", "x w b", StringAttr("auto_pad", "SAME_UPPER"), IntsAttr("strides", 2, 2)), node("n", "BatchNormalization", "c b b b b"), node("cl", "Clip", "n lo"),
		node("pad", "Pad", "cl p"), node("m", "MaxPool", "pad", IntsAttr("kernel_shape", 3, 3), IntsAttr("strides", 2, 2), IntAttr("ceil_mode", 1)),
		node("up", "Resize", "m  scales"), node("ct", "ConvTranspose", "up wt", IntsAttr("output_shape", 9, 9)), node("sl", "Slice", "ct st en ax sp"),
		node("ti", "Tile", "sl rep"), node("g", "Gather", "ti idx", IntAttr("axis", 1)), node("ln", "LayerNormalization", "g lo"), node("f", "Flatten", "ln"), node("y", "ReduceMean", "f"))
	data := [][]byte{encode(t, file()), encode(t, nested(2)), encode(t, outside("location", "w")), encode(t, conditional(1, branchOf("t", operation("Abs", "x", "t")), branchOf("e", operation("Neg", "x", "e"))))}
	for _, m := range []*Model{shapes, pictures, everything()} {
		var b bytes.Buffer
		if len(m.Outputs) == 1 && m.Outputs[0].NoShape {
			m.Outputs[0] = Info{Name: "y", Type: Float32, NoShape: true}
		}
		if err := Write(&b, m); err != nil {
			t.Fatal(err)
		}
		data = append(data, b.Bytes())
	}
	return data
}

// use does with a file what there is to do with one.
func use(t testing.TB, data []byte) {
	m, err := Parse(data, Options{})
	if err != nil {
		return
	}
	var b bytes.Buffer
	if err := Write(&b, m); err == nil {
		again, err := Parse(b.Bytes(), Options{})
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if m.Name == "" {
			m.Name = "graph"
		}
		if diff := cmp.Diff(m, again, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("what was written is read as another model:\n%s", diff)
		}
	}
	for _, free := range []bool{false, true} {
		g, err := Fold(m, FoldOptions{FreeBatch: free, Limit: 1 << 12})
		if err == nil {
			checkGraph(t, g)
		}
	}
}

// forms are the operators of a Graph, with all their attributes, as the package comment
// has them.
var forms = func() map[string]string {
	m := map[string]string{
		"Conv": "kernel_shape strides dilations pads group", "ConvTranspose": "kernel_shape strides dilations pads output_padding group",
		"MaxPool": "kernel_shape strides dilations pads ceil_mode", "AveragePool": "kernel_shape strides dilations pads ceil_mode count_include_pad",
		"LRN": "size alpha beta bias", "BatchNormalization": "epsilon momentum", "InstanceNormalization": "epsilon",
		"GroupNormalization": "epsilon num_groups", "LayerNormalization": "epsilon axis", "Gemm": "alpha beta transA transB",
		"LeakyRelu": "alpha", "Elu": "alpha", "Celu": "alpha", "ThresholdedRelu": "alpha", "Swish": "alpha", "Selu": "alpha gamma",
		"HardSigmoid": "alpha beta", "Gelu": "approximate", "Clip": "min max", "Cast": "to", "Softmax": "axis", "LogSoftmax": "axis",
		"ReduceMean": "axes keepdims", "ReduceSum": "axes keepdims", "ReduceMax": "axes keepdims", "ReduceMin": "axes keepdims",
		"ArgMax": "axis keepdims select_last_index", "Transpose": "perm", "Concat": "axis", "Slice": "axes starts steps", "Gather": "axis",
		"Pad": "mode pads value", "Tile": "repeats", "DepthToSpace": "blocksize mode", "SpaceToDepth": "blocksize mode",
		"Resize": "scales mode coordinate_transformation_mode nearest_mode cubic_coeff_a exclude_outside extrapolation_value antialias roi",
	}
	for _, op := range strings.Fields(`GlobalAveragePool GlobalMaxPool MatMul Add Sub Mul Div Pow Sum Max Min PRelu Abs Neg Sqrt Exp Log Erf Reciprocal Relu
		Sigmoid Tanh Softplus Softsign HardSwish Mish Reshape Expand`) {
		m[op] = ""
	}
	return m
}()

// checkGraph is what a Graph promises.
func checkGraph(t testing.TB, g *Graph) {
	defined, names := map[string]Shape{}, map[string]bool{}
	for _, in := range g.Inputs {
		defined[in.Name] = in.Shape
	}
	for name, c := range g.Constants {
		if err := c.check(); err != nil {
			t.Fatalf("constant %q: %v", name, err)
		}
		defined[name] = FixedShape(c.Dims...)
	}
	for _, op := range g.Ops {
		if names[op.Name] || len(op.Outputs) != 1 || len(op.Out) != 1 || len(op.In) != len(op.Inputs) || foldedOnly[op.OpType] {
			t.Fatalf("bad operation %+v", op)
		}
		var attributes []string
		for _, a := range op.Attributes {
			attributes = append(attributes, a.Name)
		}
		if want, ok := forms[op.OpType]; !ok || strings.Join(attributes, " ") != want {
			t.Fatalf("%v: want attributes %s, got %v", op, want, attributes)
		}
		names[op.Name] = true
		for i, in := range op.Inputs {
			if s, ok := defined[in]; in != "" && (!ok || !s.Equal(op.In[i])) {
				t.Fatalf("%v: input %q of shape %v: want one of shape %v", op, in, op.In[i], s)
			}
		}
		if _, twice := defined[op.Outputs[0]]; twice {
			t.Fatalf("%v: %q is defined twice", op, op.Outputs[0])
		}
		defined[op.Outputs[0]] = op.Out[0]
	}
	for _, out := range g.Outputs {
		if s, ok := defined[out.From]; !ok || !s.Equal(out.Shape) {
			t.Fatalf("output %q: want shape %v, got %v", out.Name, s, out.Shape)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { use(t, data) })
}

// Damaged files are errors or models, in little time and memory.
func TestDamagedFiles(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	start := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	models := 0
	for _, seed := range seeds(t) {
		for range 1000 {
			data := bytes.Clone(seed)
			for range 1 + random.Intn(4) {
				at := random.Intn(len(data))
				switch random.Intn(5) {
				case 0:
					data[at] ^= 1 << random.Intn(8)
				case 1:
					data[at] = byte(random.Intn(256))
				case 2:
					data = data[:max(1, at)]
				case 3:
					to := random.Intn(len(data))
					data[at], data[to] = data[to], data[at]
				case 4:
					n := random.Intn(len(data) - at)
					data = append(data[:at:at], data[at+n:]...)
					data = append(data, 0)
				}
			}
			use(t, data)
			models++
		}
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / uint64(models)
	if took := time.Since(start); took > time.Minute || each > 4<<20 {
		t.Errorf("%d files took %v and %d bytes each", models, took, each)
	}
}
