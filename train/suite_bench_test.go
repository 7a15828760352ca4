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
// names and with the pictures that testdata/peers/peers.py has them.

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
func suiteNet(name string, input graph.Shape) (*graph.Network, error) {
	c := nets.Config{Input: input, Seed: 1, Engine: graph.Fused}
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
	return graph.New(graph.Config{Name: name, Input: input, Seed: 1, Engine: graph.Fused}, layers...)
}

// noise is eight batches of uniform random pictures: one alone would be learned
// by heart, and by the branch predictor.
func noise(batch int, input graph.Shape) []*loaders.Batch {
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]*loaders.Batch, 8)
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

// BenchmarkSuite is a training step (forward, backward, Adam) and inference of
// the suite's networks.
func BenchmarkSuite(b *testing.B) {
	for _, s := range suite {
		for _, pass := range []string{"train", "infer"} {
			for _, batch := range []int{1, 32, 128} {
				for _, workers := range []int{1, 2} {
					b.Run(fmt.Sprintf("net=%s/pass=%s/batch=%d/workers=%d", s.name, pass, batch, workers), func(b *testing.B) {
						defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
						net, err := suiteNet(s.name, s.input)
						if err != nil {
							b.Fatal(err)
						}
						benchmarkPass(b, net, pass, noise(batch, s.input))
					})
				}
			}
		}
	}
}

func benchmarkPass(b *testing.B, net *graph.Network, pass string, batches []*loaders.Batch) {
	stepper, err := Adam{}.Start(net.Params(graph.Trained))
	if err != nil {
		b.Fatal(err)
	}
	ps := newPrograms(net, graph.SparseCategoricalCrossEntropy{})
	defer ps.close()
	f := &fitting{Config: Config{Optimizer: Adam{}}, net: net, stepper: stepper, programs: ps}
	sum := ps.tally()
	step, flops := func(x *loaders.Batch) error { return ps.score(x, sum) }, forwardFlops(net)
	if pass == "train" {
		flops = trainFlops(net)
		step = func(x *loaders.Batch) error {
			_, err := f.step(x, sum, false)
			return err
		}
	}
	if err := step(batches[0]); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := step(batches[i%len(batches)]); err != nil {
			b.Fatal(err)
		}
	}
	perSample := float64(b.Elapsed().Nanoseconds()) / float64(b.N*batches[0].N)
	b.ReportMetric(perSample/1e3, "µs/sample")
	b.ReportMetric(float64(flops)/perSample, "GFLOP/s")
}
