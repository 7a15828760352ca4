package train

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"euryale/graph"
	"euryale/loaders"
)

// BenchmarkOverStock is how many times as fast as Gorgonia's ops the fused engine
// is, a batch in turn each, on the suite's networks. Norms, and convolutions in
// groups, which Gorgonia has not or has wrong, are our plain ops on either.
func BenchmarkOverStock(b *testing.B) {
	const batch = 32
	for _, s := range suite {
		batches := noise(batch, s.input)
		for _, pass := range []string{"train", "infer"} {
			b.Run(fmt.Sprintf("net=%s/pass=%s", s.name, pass), func(b *testing.B) {
				stock, fused := passOn(b, s.name, s.input, graph.Gorgonia, pass, batches[0]), passOn(b, s.name, s.input, graph.Fused, pass, batches[0])
				var times []float64
				for i := 0; b.Loop(); i++ {
					x := batches[i%len(batches)]
					times = append(times, float64(stock(x))/float64(fused(x)))
				}
				slices.Sort(times)
				b.ReportMetric(times[len(times)/2], "times")
				b.ReportMetric(0, "ns/op") // of both together
			})
		}
	}
}

// passOn is how long a pass over a batch takes on an engine. It has been run
// once.
func passOn(b *testing.B, name string, input graph.Shape, e graph.Engine, pass string, first *loaders.Batch) func(*loaders.Batch) time.Duration {
	net, err := suiteNet(name, input, e)
	if err != nil {
		b.Fatal(err)
	}
	step := predictStep(b, net, first.N)
	if pass == "train" {
		step = trainStep(b, net)
	}
	timed := func(x *loaders.Batch) time.Duration {
		begun := time.Now()
		if err := step(x); err != nil {
			b.Fatal(err)
		}
		return time.Since(begun)
	}
	timed(first)
	return timed
}
