package onnx_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"euryale/internal/onnx"
	"euryale/internal/pythontest"
)

// TestNetworks reads and folds networks that PyTorch exported, NAME.EXPORTER.onnx in
// the folder of EURYALE_ONNX_NETS, with NAME.x.npy and what they give, NAME.y.npy, and
// runs what is left of them in onnxruntime.
func TestNetworks(t *testing.T) {
	dir := os.Getenv("EURYALE_ONNX_NETS")
	files, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	if dir == "" || err != nil || len(files) == 0 {
		t.Skip("no networks in EURYALE_ONNX_NETS")
	}
	only := map[string]bool{}
	for _, op := range strings.Fields("Add AveragePool BatchNormalization Clip Concat Conv Gemm GlobalAveragePool MaxPool Mul Relu Reshape Sigmoid Slice Transpose") {
		only[op] = true
	}
	out := t.TempDir()
	for _, file := range files {
		m, err := onnx.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g, err := onnx.Fold(m, onnx.FoldOptions{})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		for _, op := range g.Ops {
			if !only[op.OpType] {
				t.Errorf("%s: %v is left", file, op)
			}
			if op.Out[0][0] != onnx.Batch {
				t.Errorf("%s: %v gives %v, want N first", file, op, op.Out[0])
			}
		}
		var b bytes.Buffer
		if err := onnx.Write(&b, unfold(g, 21)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, filepath.Base(file)), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	python := pythontest.Find(t, "onnx", "onnxruntime")
	if text, err := exec.Command(python, "testdata/nets.py", dir, out).CombinedOutput(); err != nil || len(text) > 0 {
		t.Errorf("nets.py: %v\n%s", err, text)
	}
}
