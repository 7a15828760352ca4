package graph_test

import (
	"testing"

	"euryale/graph"
	"euryale/nets"
)

// BenchmarkCompile compiles resnet20 for training and for inference.
func BenchmarkCompile(b *testing.B) {
	net, err := nets.New("resnet20", nets.Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
			p, err := net.Compile(graph.ProgramConfig{Batch: 32, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}})
			if err != nil {
				b.Fatal(err)
			}
			p.Close()
		}
	}
}
