package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/commandtest"
	"euryale/graph"
	"euryale/internal/npy"
)

// changed is the small network with a change, in another file.
func changed(t *testing.T, change func(net *graph.Network)) {
	t.Helper()
	net, err := graph.Load("small.safetensors")
	must(t, err)
	change(net)
	must(t, net.Save("b.safetensors"))
}

func values(net *graph.Network, name string) []float32 {
	for _, p := range net.Params() {
		if p.Name == name {
			return p.Value.Data().([]float32)
		}
	}
	return nil
}

func TestDiff(t *testing.T) {
	const heading = "--- small.safetensors\n+++ b.safetensors\n"
	for _, tt := range []struct {
		name   string
		change func(net *graph.Network)
		args   string
		want   result
	}{
		{"same", func(*graph.Network) {}, "", result{0, "", ""}},
		{"value", func(net *graph.Network) {
			w := values(net, "dense_1/kernel")
			w[0] += 0.5
			w[5] = float32(math.NaN())
			b := values(net, "conv2d_1/bias")
			b[0], b[1] = 2*b[0], b[1]+3
		}, "", result{1, heading + "! conv2d_1/bias: 2 of 2 values differ, by 3 at most, relative 0.999\n! dense_1/kernel: 2 of 24 values differ, some of them not finite\n", ""}},
		{"tolerated", func(net *graph.Network) {
			values(net, "dense_1/kernel")[3] += 0.001
			values(net, "conv2d_1/bias")[0] = 2000
		}, "--tolerance 0.002", result{1, heading + "! conv2d_1/bias: 1 of 2 values differ, by 2e+03 at most, relative 1\n", ""}},
		{"both NaN", func(net *graph.Network) {}, "--tolerance 1e-3", result{0, "", ""}},
		{"details", func(net *graph.Network) {
			d := net.Details()
			d.Classes = []string{"shirt", "coat", "boot"}
			d.Figures["loss"] = 2
			d.Metadata["author"] = "Grace"
			d.Tensors = nil
			if err := net.SetDetails(d); err != nil {
				t.Fatal(err)
			}
		}, "", result{1, heading + "- classes: shirt, Ärmel, boot\n+ classes: shirt, coat, boot\n- loss: 1e-09\n+ loss: 2\n- metadata author: Ada\n+ metadata author: Grace\n- optimiser/m: float64 (2, 1)\n", ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder(t, "small.safetensors")
			changed(t, tt.change)
			commandtest.Want(t, tt.want, runModel(append([]string{"diff", "small.safetensors", "b.safetensors"}, strings.Fields(tt.args)...)...))
		})
	}
}

func TestDiffOfNetworks(t *testing.T) {
	folder(t)
	x := graph.Input("input", 4)
	save(t, "a.safetensors", x.Then(graph.Dense{Units: 3}, graph.ReLU, graph.Dense{Units: 2}))
	save(t, "b.safetensors", x.Then(graph.Dense{Units: 3}, graph.Tanh, graph.Dense{Units: 5}, graph.Dense{Units: 1, NoBias: true}))
	got := runModel("diff", "a.safetensors", "b.safetensors")
	commandtest.Want(t, result{1, `--- a.safetensors
+++ b.safetensors
- 	graph.ReLU, // (N, 3)
- 	graph.Dense{Units: 2}, // (N, 2), 8 parameters
+ 	graph.Tanh, // (N, 3)
+ 	graph.Dense{Units: 5}, // (N, 5), 20 parameters
+ 	graph.Dense{Units: 1, NoBias: true}, // (N, 1), 5 parameters
! dense_2/kernel: trained float32 (3, 2), and trained float32 (3, 5)
! dense_2/bias: trained float32 (2), and trained float32 (5)
+ dense_3/kernel: trained float32 (5, 1)
`, ""}, got)
	got = runModel("diff", "--json", "a.safetensors", "b.safetensors")
	var f found
	if err := json.Unmarshal([]byte(got.stdout), &f); err != nil || got.status != 1 || f.Same || len(f.Code) != 5 || len(f.Parameters) != 3 || f.Parameters[2].In != "b" {
		t.Errorf("%v: got %+v", err, got)
	}
}

// TestDiffOfTensors: weights in another kind of file are the same weights.
func TestDiffOfTensors(t *testing.T) {
	folder(t, "small.safetensors")
	if got := runModel("convert", "small.safetensors", "small.npz"); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	commandtest.Want(t, result{1, "--- small.safetensors\n+++ small.npz\n- layers and details\n", ""}, runModel("diff", "small.safetensors", "small.npz"))
	commandtest.Want(t, result{0, "", ""}, runModel("diff", "small.npz", "small.npz"))
	others(t, "a.safetensors")
	commandtest.Want(t, result{0, "", ""}, runModel("diff", "a.safetensors", "a.safetensors")) // ∞ and float8 among them
	must(t, npy.WriteNPZFile("half.npz", []npy.Entry{{Name: "x", Array: npy.FromFloat64s([]int{2}, []float64{1, 2})}}))
	must(t, npy.WriteNPZFile("single.npz", []npy.Entry{{Name: "x", Array: npy.FromFloat32s([]int{2}, []float32{1, 2})}}))
	commandtest.Want(t, result{1, "--- half.npz\n+++ single.npz\n! x: float64 (2), and float32 (2)\n", ""}, runModel("diff", "half.npz", "single.npz"))
}

func TestLineDiff(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"", "", ""},
		{"a b c", "a b c", ""},
		{"a b c d", "b x d e", "- a,- c,+ x,+ e"},
		{"", "x", "+ x"},
		{"x y", "", "- x,- y"},
	} {
		if got := strings.Join(lineDiff(strings.Fields(tt.a), strings.Fields(tt.b)), ","); got != tt.want {
			t.Errorf("%q and %q: want %q, got %q", tt.a, tt.b, tt.want, got)
		}
	}
}

func TestEqual(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		a, b, tolerance float64
		want            bool
	}{
		{1, 1, 0, true},
		{0, math.Copysign(0, -1), 0, true},
		{nan, nan, 0, true},
		{nan, 1, 9, false},
		{inf, inf, 0, true},
		{inf, -inf, 9, false},
		{inf, 5, 9, false},
		{0.1, 0.2, 0.11, true},
		{0.1, 0.2, 0.09, false},
		{1000, 1100, 0.1, true},
		{1000, 1200, 0.1, false},
	} {
		if got := (&difference{tolerance: tt.tolerance}).equal(tt.a, tt.b); got != tt.want {
			t.Errorf("%v and %v up to %v: want %v, got %v", tt.a, tt.b, tt.tolerance, tt.want, got)
		}
	}
}

func TestTable(t *testing.T) {
	want := "a    bb  c\nääx   1  z\n"
	if diff := cmp.Diff(want, table{{"a", "bb", "c"}, {"ääx", "1", "z"}}.text(func(i int) bool { return i != 1 })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
