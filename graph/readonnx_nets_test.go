package graph_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/internal/npy"
)

// onnxNets are the files NAME.EXPORTER.onnx in the folder of EURYALE_ONNX_NETS, which
// testdata/onnxnets/nets.py writes, of torchvision's networks.
func onnxNets(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("EURYALE_ONNX_NETS"), "*.*.onnx"))
	if os.Getenv("EURYALE_ONNX_NETS") == "" || err != nil || len(files) == 0 {
		t.Skip("no networks in EURYALE_ONNX_NETS: see testdata/onnxnets/nets.py")
	}
	return files
}

// values are those of an array in a file.
func arrayOf(t testing.TB, path string) (values []float32, first int) {
	t.Helper()
	a, err := npy.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if values, err = a.Float32s(); err != nil {
		t.Fatal(err)
	}
	return values, a.Shape[0]
}

// TestONNXNetworks compares logits with PyTorch's, alone and by eight.
func TestONNXNetworks(t *testing.T) {
	for _, file := range onnxNets(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			net, err := graph.ReadONNX(file, graph.ONNXConfig{})
			if err != nil {
				t.Fatal(err)
			}
			name, _, _ := strings.Cut(filepath.Base(file), ".")
			x, n := arrayOf(t, filepath.Join(filepath.Dir(file), name+".x.npy"))
			y, _ := arrayOf(t, filepath.Join(filepath.Dir(file), name+".y.npy"))
			for _, batch := range []int{1, 8} {
				compareLogits(t, net, batch, x, y, n)
			}
		})
	}
}

// compareLogits runs the n pictures in x in turn, as often as the batch has room.
func compareLogits(t *testing.T, net *graph.Network, batch int, x, y []float32, n int) {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: batch})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var in, want []float32
	for i := range batch {
		at := i % n
		in = append(in, x[at*len(x)/n:(at+1)*len(x)/n]...)
		want = append(want, y[at*len(y)/n:(at+1)*len(y)/n]...)
	}
	if err := p.SetInput(0, in); err != nil {
		t.Fatal(err)
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	largest, worst := 0., 0.
	for i, w := range want {
		largest = max(largest, math.Abs(float64(w)))
		worst = max(worst, math.Abs(float64(w)-float64(p.Outputs[0].Data().([]float32)[i])))
	}
	if !(worst <= 1e-4*largest) {
		t.Errorf("batch %d: want logits within 1e-4 of the largest, %v, got %v", batch, largest, worst)
	}
}

// BenchmarkONNXNetworks times the files NAME.dynamo.onnx.
func BenchmarkONNXNetworks(b *testing.B) {
	for _, file := range onnxNets(b) {
		name, exporter, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".onnx"), ".")
		if exporter != "dynamo" {
			continue
		}
		for _, batch := range []int{1, 8} {
			b.Run(fmt.Sprintf("net=%s/batch=%d", name, batch), func(b *testing.B) {
				net, err := graph.ReadONNX(file, graph.ONNXConfig{})
				if err != nil {
					b.Fatal(err)
				}
				p, err := net.Compile(graph.ProgramConfig{Batch: batch})
				if err != nil {
					b.Fatal(err)
				}
				defer p.Close()
				x := p.Inputs[0].Data().([]float32)
				for i := range x {
					x[i] = float32(i*7919%1000)/500 - 1
				}
				if err := p.Run(); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if err := p.Run(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N*batch), "ms/image")
			})
		}
	}
}
