package train

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

// The suite is the networks that are timed against other frameworks, under the
// names and with the pictures that testdata/peers/nets.py has them.

// suite is the networks' inputs, in the order of the tables.
var suite = []struct {
	name  string
	input graph.Shape
}{
	{"lesson", graph.Shape{1, 28, 28}},
	{"lesson-same", graph.Shape{1, 28, 28}},
	{"simple", graph.Shape{1, 28, 28}},
	{"three-conv", graph.Shape{1, 28, 28}},
	{"lenet5", graph.Shape{1, 28, 28}},
	{"conv5", graph.Shape{1, 28, 28}},
	{"vgg-small", graph.Shape{3, 32, 32}},
	{"all-conv", graph.Shape{3, 32, 32}},
	{"resnet20", graph.Shape{3, 32, 32}},
	{"mobile", graph.Shape{3, 32, 32}},
	{"wide128", graph.Shape{128, 16, 16}},
}

// suiteNet is a network of the suite: a ready one, or one that is here for its
// speed alone.
func suiteNet(name string, input graph.Shape, e graph.Engine) (*graph.Network, error) {
	c := nets.Config{Input: input, Seed: 1, Engine: e}
	if nets.About(name) != "" {
		return nets.New(name, c)
	}
	conv := func(filters int) graph.Layer {
		return graph.Conv2D{Filters: filters, Kernel: 3, Padding: graph.Same, Activation: graph.ReLU}
	}
	layers := []graph.Layer{conv(128), conv(128), graph.Flatten{}, graph.Dense{Units: 10, Activation: graph.Softmax}}
	if name == "lesson-same" {
		layers = []graph.Layer{
			conv(64),
			graph.MaxPool2D{},
			conv(64),
			graph.MaxPool2D{},
			graph.Flatten{},
			graph.Dense{Units: 128, Activation: graph.ReLU},
			graph.Dense{Units: 10, Activation: graph.Softmax},
		}
	}
	return graph.New(graph.Config{Name: name, Input: input, Seed: 1, Engine: e}, layers...)
}

// eight is how many batches are run in turn: one alone would be learned by
// heart, and by the branch predictor.
const eight = 8

// noise is eight batches of uniform random pictures.
func noise(batch int, input graph.Shape) []*loaders.Batch {
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]*loaders.Batch, eight)
	for i := range all {
		b := &loaders.Batch{N: batch, Inputs: [][]float32{make([]float32, batch*input.TotalSize())}, Targets: []loaders.Target{{Labels: make([]int, batch)}}}
		for j := range b.Inputs[0] {
			b.Inputs[0][j] = rng.Float32()
		}
		for j := range batch {
			b.Targets[0].Labels[j] = j % 10
			b.Index = append(b.Index, j)
		}
		all[i] = b
	}
	return all
}

// strokes is eight batches of drawn digits. Most of their pixels are zero, and so
// are most gradients behind a max-pool.
func strokes(b *testing.B, batch int) []*loaders.Batch {
	all := make([]*loaders.Batch, eight)
	for i := range all {
		all[i] = &loaders.Batch{N: batch}
		for j := range batch {
			all[i].Index = append(all[i].Index, i*batch+j)
		}
		if err := digits().Fill(all[i], all[i].Index); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

// BenchmarkSuite is a training step (forward, backward, Adam, metrics) of the
// suite's networks, and what a user who predicts does: a batch of pictures in,
// their probabilities out. Pictures are noise, and for networks that take them
// digits too.
func BenchmarkSuite(b *testing.B) {
	for _, s := range suite {
		for _, pass := range []string{"train", "infer"} {
			for _, batch := range []int{1, 32, 128} {
				for _, workers := range []int{1, 2} {
					name := fmt.Sprintf("net=%s/pass=%s/batch=%d/workers=%d", s.name, pass, batch, workers)
					run := func(b *testing.B, batches []*loaders.Batch) {
						defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
						benchmarkPass(b, pass, batches, func() (*graph.Network, error) { return suiteNet(s.name, s.input, graph.Fused) })
					}
					b.Run(name, func(b *testing.B) { run(b, noise(batch, s.input)) })
					if s.input.Eq(graph.Shape{1, 28, 28}) {
						b.Run(name+"/data=digits", func(b *testing.B) { run(b, strokes(b, batch)) })
					}
				}
			}
		}
	}
}

// benchmarkPass reports the time a sample, the speed at which the plain way of
// computing the same would have gone, and what is kept for it: network, program,
// gradients and the optimiser's moments, as the heap holds them when all garbage
// is collected.
func benchmarkPass(b *testing.B, pass string, batches []*loaders.Batch, network func() (*graph.Network, error)) (us, mb float64) {
	before := held()
	net, err := network()
	if err != nil {
		b.Fatal(err)
	}
	step, flops := predictStep(b, net, batches[0].N), forwardFlops(net)
	if pass == "train" {
		step, flops = trainStep(b, net), trainFlops(net)
	}
	if err := step(batches[0]); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := step(batches[i%len(batches)]); err != nil {
			b.Fatal(err)
		}
	}
	us = b.Elapsed().Seconds() * 1e6 / float64(b.N*batches[0].N)
	mb = (float64(held()) - float64(before)) / 1e6
	runtime.KeepAlive(step) // and what it holds
	b.ReportMetric(us, "µs/sample")
	b.ReportMetric(float64(flops)/us/1e3, "GFLOP/s")
	b.ReportMetric(mb, "MB")
	return us, mb
}

// predictStep is what a user who predicts does with a batch of n pictures.
func predictStep(b *testing.B, net *graph.Network, n int) func(*loaders.Batch) error {
	p, err := net.Compile(graph.ProgramConfig{Batch: n})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.Close() })
	return func(x *loaders.Batch) error {
		if err := p.SetInput(0, x.Inputs[0]); err != nil {
			return err
		}
		return p.Run()
	}
}

// held is how many bytes of the heap are reachable.
func held() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what the first finalised, and what pools still had
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
