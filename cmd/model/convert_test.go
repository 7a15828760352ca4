package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/commandtest"
	"euryale/graph"
	"euryale/internal/npy"
)

const (
	lostONNX = "model: left out, since ONNX has no place for it: the settings of training, figures, tensors beside the parameters\n"
	lostNPZ  = "model: left out, since .npz has no place for it: the layers\n"
)

// TestConvert goes from form to form, and back.
func TestConvert(t *testing.T) {
	folder(t, "small.safetensors", "classifier.onnx", "x.npy", "picture.png")
	for _, tt := range []struct{ from, to, stderr string }{
		{"small.safetensors", "small.onnx", lostONNX},
		{"small.onnx", "back.SAFETENSORS", ""},
		{"small.safetensors", "copy.safetensors", ""},
		{"small.safetensors", "small.npz", lostNPZ},
		{"classifier.onnx", "classifier.safetensors", ""},
		{"classifier.safetensors", "again.onnx", ""},
	} {
		commandtest.Want(t, result{0, "Wrote " + tt.to + "\n", tt.stderr}, runModel("convert", tt.from, tt.to))
	}
	for _, tt := range []struct{ a, b string }{
		{"small.safetensors", "copy.safetensors"}, {"classifier.onnx", "classifier.safetensors"}, {"classifier.onnx", "again.onnx"}, {"small.onnx", "back.SAFETENSORS"},
	} {
		commandtest.Want(t, result{0, "", ""}, runModel("diff", tt.a, tt.b))
	}
	// The same predictions of all.
	want := runModel("run", "small.safetensors", "picture.png")
	for _, name := range []string{"small.onnx", "back.SAFETENSORS"} {
		commandtest.Want(t, want, runModel("run", name, "picture.png"))
	}
	entries, err := npy.ReadNPZFile("small.npz", npy.Options{})
	must(t, err)
	net, err := graph.Load("small.safetensors")
	must(t, err)
	if len(entries) != len(net.Params())+1 {
		t.Fatalf("want each parameter and a tensor beside them, got %d", len(entries))
	}
	for i, p := range net.Params() {
		x, err := entries[i].Array.Float32s()
		if diff := cmp.Diff(p.Value.Data().([]float32), x); diff != "" || err != nil || entries[i].Name != p.Name {
			t.Errorf("%s as %s: %v (-want +got):\n%s", p.Name, entries[i].Name, err, diff)
		}
	}
}

// TestConvertOthers makes arrays of tensors, and no networks.
func TestConvertOthers(t *testing.T) {
	folder(t)
	others(t, "others.safetensors")
	commandtest.Want(t, result{1, "", "model: others.safetensors: fc.tiny: want a type that NumPy has, got F8_E4M3\n"}, runModel("convert", "others.safetensors", "a.npz"))
	for _, out := range []string{"a.onnx", "a.safetensors"} {
		commandtest.Want(t, result{1, "", "model: others.safetensors: want a network, got tensors alone: the file says nothing of layers, and can become a .npz alone\n"},
			runModel("convert", "others.safetensors", out))
	}
	a, err := open("others.safetensors", nil)
	must(t, err)
	e, err := a.tensors[0].entry()
	must(t, err)
	if x, err := e.Float32s(); err != nil || len(x) != 3 || x[0] != 1 {
		t.Errorf("want float32 of bfloat16, got %v and error %v", x, err)
	}
	commandtest.WantFiles(t, "others.safetensors")
}

func TestConvertNeverOverwrites(t *testing.T) {
	folder(t, "small.safetensors")
	must(t, os.Mkdir("folder.onnx", 0o755))
	must(t, os.Symlink("nowhere", "link.npz"))
	for _, out := range []string{"there.onnx", "there.safetensors", "there.npz"} {
		commandtest.WriteFile(t, out, []byte("precious"))
		commandtest.Want(t, result{1, "", "model: " + out + " exists: write elsewhere, or replace it with --force\n"}, runModel("convert", "small.safetensors", out))
		if string(commandtest.ReadFile(t, out)) != "precious" {
			t.Errorf("%s: want the file as it was", out)
		}
		if got := runModel("convert", "--force", "small.safetensors", out); got.status != 0 || string(commandtest.ReadFile(t, out)) == "precious" {
			t.Errorf("%s: got %+v", out, got)
		}
	}
	commandtest.Want(t, result{1, "", "model: folder.onnx: want a file, got a folder\n"}, runModel("convert", "--force", "small.safetensors", "folder.onnx"))
	commandtest.Want(t, result{1, "", "model: link.npz exists: write elsewhere, or replace it with --force\n"}, runModel("convert", "small.safetensors", "link.npz"))
	if got := runModel("convert", "small.safetensors", "no/such/a.onnx"); got.status != 1 || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("got %+v", got)
	}
}
