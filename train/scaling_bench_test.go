package train

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// scaled is a network of blocks whose cost is to grow as the work: depth
// convolutions of 3×3 with a norm and ReLU, of so many channels on side×side
// pixels, and a dense layer.
type scaled struct{ side, channels, depth, batch int }

func (s scaled) network() (*graph.Network, error) {
	conv := graph.Chain{graph.Conv2D{Filters: s.channels, Kernel: 3, Padding: graph.Same, NoBias: true}, graph.BatchNorm{}, graph.ReLU}
	var layers []graph.Layer
	for range s.depth {
		layers = append(layers, conv)
	}
	layers = append(layers, graph.GlobalAverage{}, graph.Dense{Units: 10, Activation: graph.Softmax})
	return graph.New(graph.Config{Input: s.input(), Seed: 1, Engine: graph.Fused}, layers...)
}

func (s scaled) input() graph.Shape { return graph.Shape{3, s.side, s.side} }

// BenchmarkScaling is a training step along one axis at a time, from a network
// of 4 convolutions of 32 channels on 32×32 pixels in batches of 32, or smaller
// where samples are to be large. GFLOP/s should not fall along an axis; it says
// where time or memory sticks out.
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
		var points []point
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
				us, mb := benchmarkPass(b, "train", noise(s.batch, s.input()), s.network)
				b.ReportMetric(mb/float64(s.batch), "MB/sample")
				points = append(points, point{v, us, mb / float64(s.batch)})
			})
		}
		for _, line := range sticking(axis.name, points) {
			b.Log(line)
		}
	}
}

// point is what a network costs a sample, at a place of an axis.
type point struct {
	at     int
	us, mb float64
}

// costs are what sticking looks at.
var costs = []struct {
	unit string
	of   func(point) float64
}{
	{"µs", func(p point) float64 { return p.us }},
	{"MB", func(p point) float64 { return p.mb }},
}

// sticking names the points that lie far above the line through the two beside
// them or, at the end, the two before. Along an axis costs are powers: lines are
// drawn on logarithmic paper.
func sticking(axis string, points []point) (lines []string) {
	const far = 1.5
	for i := 1; i < len(points) && len(points) > 2; i++ {
		p, a, b := points[i], points[i-1], points[min(i+1, len(points)-1)]
		if i == len(points)-1 {
			a, b = points[i-2], points[i-1]
		}
		for _, c := range costs {
			slope := math.Log(c.of(b)/c.of(a)) / math.Log(float64(b.at)/float64(a.at))
			line := c.of(a) * math.Pow(float64(p.at)/float64(a.at), slope)
			if times := c.of(p) / line; times > far {
				lines = append(lines, fmt.Sprintf("%s=%d: %.3g %s a sample, %.1f times what %d and %d would have", axis, p.at, c.of(p), c.unit, times, a.at, b.at))
			}
		}
	}
	return lines
}

func TestSticking(t *testing.T) {
	got := sticking("side", []point{{28, 1, 7}, {56, 4, 7}, {112, 32, 7}, {224, 64, 11}})
	want := []string{
		"side=112: 32 µs a sample, 2.0 times what 56 and 224 would have",
		"side=224: 11 MB a sample, 1.6 times what 56 and 112 would have",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
