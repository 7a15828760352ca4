package graph_test

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/graph"
)

func TestLoadWrong(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 6, 6}}, Block{Filters: 2, Stride: 1}, graph.Func(square), graph.Flatten{}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	b := written(t, net)
	for _, c := range []struct {
		own  []any
		want string
	}{
		{nil, "net.safetensors: layer 1: no layer type graph_test.Block is known: a program gives its own to Load, as in Load(path, Block{}), or"},
		{[]any{Block{}}, "layer 2: Func: the function euryale/graph_test.square is not known: want it among what is given to Load, as graph.Func(…)"},
		{[]any{Block{}, nil}, "want layers of one's own such as Block{}, got <nil> as number 2"},
		{[]any{graph.Func(nil)}, "want a function, got nil as number 1"},
	} {
		if _, err := read(b, c.own...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want %q, got %v", c.want, err)
		}
	}
	if _, err := graph.Load(filepath.Join(t.TempDir(), "none.safetensors")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("want a file that is missing, got %v", err)
	}
	if _, err := graph.Load(filepath.Join(t.TempDir(), "none.onnx")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("want a file that is missing, got %v", err)
	}
	_, ofFile := graph.Load("testdata/small_v1.onnx")
	_, ofFS := graph.LoadFS(os.DirFS("."), "testdata/small_v1.onnx")
	for _, err := range []error{ofFile, ofFS} {
		if err == nil || !strings.Contains(err.Error(), "testdata/small_v1.onnx: want a network that Save wrote, got an ONNX model: ReadONNX reads") {
			t.Errorf("an ONNX model: want ReadONNX named, got %v", err)
		}
	}
	foreign, err := os.ReadFile("../internal/safetensors/testdata/python.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(foreign); err == nil || !strings.Contains(err.Error(), "without a declaration") {
		t.Errorf("want a word on a file by others, got %v", err)
	}
}

// edited is a file with its declaration changed and a right checksum.
func edited(t *testing.T, b []byte, old, new string) []byte {
	t.Helper()
	b, err := graph.Resealed(b, old, new)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestLoadDeclarationWrong(t *testing.T) {
	b := written(t, smallNet(t))
	for _, c := range []struct{ old, new, want string }{
		{`"format":1`, `"format":2`, "want a file of format 1 to 1, got 2"},
		{`"format":1`, `"format":0`, "want a file of format 1 to 1, got 0"},
		{`"format":1`, `"format":1,"colour":3`, "unknown field"},
		{`"Filters":2`, `"Filters":3`, "weight conv2d_1/kernel: want F32 (3, 1, 3, 3), got F32 (2, 1, 3, 3)"},
		{`"Filters":2`, `"Filters":2000000000`, "want Filters below 2³⁰"},
		{`"Filters":2`, `"Filters":100000000`, "weight conv2d_1/kernel: want F32 (100000000, 1, 3, 3)"},
		{`"Filters":2`, `"Filters":2,"Colour":3`, "Conv2D: graph.Conv2D has no field Colour in this version"},
		{`"Filters":2`, `"Filters":"two"`, `Conv2D: field Filters: want a int, got "two"`},
		{`"Filters":2`, `"Filters":1e99`, `want a int, got 1e99`},
		{`"Kernel":3`, `"Kernel":[3,3,3]`, "want a size such as 3 or [3, 5], got [3,3,3]"},
		{`"Kernel":3`, `"Kernel":-3`, "Kernel"},
		{`"Kernel":3`, `"Kernel":4611686018427387904`, "Kernel"},
		{`"ReLU"`, `"GlorotUniform"`, `no graph.Layer is called "GlorotUniform"`},
		{`"ReLU"`, `{"L2":{}}`, "L2 is no graph.Layer"},
		{`"ReLU"`, `{"ReLU":{},"Tanh":{}}`, "want a type with its fields"},
		{`"ReLU"`, strings.Repeat(`{"Named":{"Name":"a","Layer":`, 300) + `"ReLU"` + strings.Repeat("}}", 300), "in at most 200 others"},
		{`"of":[0]`, `"of":[7]`, "layer 1 reads: want a value of 0 to 0, got 7"},
		{`"of":[0]`, `"of":[1]`, "layer 1 reads: want a value of 0 to 0, got 1"},
		{`"of":[0]`, `"of":[0,0]`, "reads one value, got 2"},
		{`"of":[0]`, `"of":[]`, "reads one value, got 0"},
		{`"outputs":[4]`, `"outputs":[-1]`, "an output: want a value of 0 to 4, got -1"},
		{`"outputs":[4]`, `"outputs":[]`, "at least one output"},
		{`"outputs":[4]`, `"outputs":[3]`, ""}, // a network that ends before
		{`"shape":[1,4,4]`, `"shape":[1,4000000000,4]`, "2³¹ values"},
		{`"shape":[1,4,4]`, `"shape":[1,-4,4]`, "dimensions of at least 1"},
		{`"dtype":"F32"`, `"dtype":"F16"`, `want dtype F32 or F64, got "F16"`},
		{`"dtype":"F32"`, `"dtype":"F64"`, "want F64 (2, 1, 3, 3), got F32 (2, 1, 3, 3)"},
		{`"layer":{"Flatten":{}}`, `"layer":null`, "want a graph.Layer, got nothing"},
	} {
		_, err := read(edited(t, b, c.old, c.new))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.new, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: want %q, got %v", c.new, c.want, err)
		}
	}
}

// A thousand damaged variants are errors, or the network that was saved.
func TestLoadDamaged(t *testing.T) {
	net := smallNet(t)
	if err := net.SetDetails(details()); err != nil {
		t.Fatal(err)
	}
	b := written(t, net)
	want := description(net)
	rng := rand.New(rand.NewPCG(1, 2))
	damage := []func(b []byte) []byte{
		func(b []byte) []byte { b[rng.IntN(len(b))] ^= 1 << rng.IntN(8); return b },
		func(b []byte) []byte { return b[:rng.IntN(len(b))] },
		func(b []byte) []byte { i, j := rng.IntN(len(b)), rng.IntN(len(b)); b[i], b[j] = b[j], b[i]; return b },
		func(b []byte) []byte {
			i := rng.IntN(len(b))
			return append(b[:i:i], b[min(len(b), i+1+rng.IntN(9)):]...)
		},
		func(b []byte) []byte {
			i := rng.IntN(len(b))
			return append(b[:i:i], append([]byte{0, 1}, b[i:]...)...)
		},
		func(b []byte) []byte { binary.LittleEndian.PutUint64(b, rng.Uint64()>>rng.IntN(64)); return b },
		func(b []byte) []byte { clear(b[rng.IntN(len(b)):]); return b },
	}
	refused := 0
	for i := range 1000 {
		again, err := read(damage[i%len(damage)](append([]byte{}, b...)))
		if err != nil {
			refused++
			continue
		}
		if diff := cmp.Diff(want, description(again)); diff != "" {
			t.Fatalf("variant %d is silently another: %s", i, diff)
		}
	}
	if refused < 900 {
		t.Errorf("want nearly all damage to be an error, got %d of 1000", refused)
	}
}

// The golden file is of the first version that saved, and loads for ever.
func TestGoldenModel(t *testing.T) {
	const path = "testdata/model_v1.safetensors"
	if *update {
		net := nudged(smallNet(t))
		if err := net.SetDetails(details()); err != nil {
			t.Fatal(err)
		}
		if err := net.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	net, err := graph.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(description(nudged(smallNet(t))), description(net)); diff != "" {
		t.Error(diff)
	}
	p, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	x := make([]float32, 16)
	for i := range x {
		x[i] = float32(i) / 16
	}
	if err := p.SetInput(0, x); err != nil {
		t.Fatal(err)
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	want := []float32{0.143063784, 0.13836059, 0.71857566} // of the version that wrote the file
	if diff := cmp.Diff(want, p.Outputs[0].Data(), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Error(diff)
	}
}
