package train

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"euryale/graph"
)

// scaled is a network of blocks whose cost is to grow as the work: depth
// convolutions of 3×3 with a norm and ReLU, of so many channels on side×side
// pixels, and a dense layer.
type scaled struct{ side, channels, depth, batch int }

func (s scaled) network(b *testing.B) *graph.Network {
	conv := graph.Chain{graph.Conv2D{Filters: s.channels, Kernel: 3, Padding: graph.Same, NoBias: true}, graph.BatchNorm{}, graph.ReLU}
	var layers []graph.Layer
	for range s.depth {
		layers = append(layers, conv)
	}
	layers = append(layers, graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	net, err := graph.New(graph.Config{Input: s.input(), Seed: 1, Engine: graph.Fused}, layers...)
	if err != nil {
		b.Fatal(err)
	}
	return net
}

func (s scaled) input() graph.Shape { return graph.Shape{3, s.side, s.side} }

// BenchmarkScaling is a training step along one axis at a time, from a network
// of 4 convolutions of 32 channels on 32×32 pixels in batches of 32. GFLOP/s
// should not fall along an axis.
func BenchmarkScaling(b *testing.B) {
	base := scaled{side: 32, channels: 32, depth: 4, batch: 32}
	for _, axis := range []struct {
		name   string
		values []int
		of     func(s *scaled) *int
	}{
		{"side", []int{28, 32, 56, 112, 224}, func(s *scaled) *int { return &s.side }},
		{"channels", []int{16, 32, 64, 128, 256, 512}, func(s *scaled) *int { return &s.channels }},
		{"depth", []int{10, 20, 50, 100}, func(s *scaled) *int { return &s.depth }},
		{"batch", []int{1, 2, 8, 32, 128, 512}, func(s *scaled) *int { return &s.batch }},
	} {
		for _, v := range axis.values {
			s := base
			*axis.of(&s) = v
			switch axis.name {
			case "side":
				s.batch = 8
			case "channels":
				s.side, s.batch = 16, 16
			case "depth":
				s.batch = 8
			}
			b.Run(fmt.Sprintf("%s=%d", axis.name, v), func(b *testing.B) {
				net := s.network(b)
				debug.FreeOSMemory()
				before := inUse()
				benchmarkPass(b, net, "train", noise(s.batch, s.input()))
				b.ReportMetric(float64(inUse()-before)/1e6, "MB")
			})
		}
	}
}

// inUse is how many bytes of the heap hold something, garbage too.
func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
