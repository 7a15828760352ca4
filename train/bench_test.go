package train

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
)

// digits are 4,096 rendered digits.
var digits = sync.OnceValue(func() *loaders.Dataset {
	data, _ := loaders.RenderedDigits(1, 4096, 0)
	return data
})

// full yields batches of digits of one size, epoch after epoch.
type full struct {
	size    int
	epoch   int
	batches *loaders.Batches
}

func (f *full) next() *loaders.Batch {
	for {
		if f.batches == nil {
			f.batches = digits().Batches(loaders.BatchConfig{Size: f.size, Epoch: f.epoch})
			f.epoch++
		}
		if b := f.batches.Next(); b != nil && b.N == f.size {
			return b
		}
		f.close()
	}
}

func (f *full) close() {
	if f.batches != nil {
		f.batches.Close()
		f.batches = nil
	}
}

// measure runs step on one fresh batch after the other, flops floating-point
// operations a sample. The first, which makes the program, is not counted.
func measure(b *testing.B, batch, flops int, step func(*loaders.Batch) error) {
	f := &full{size: batch}
	defer f.close()
	if err := step(f.next()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := step(f.next()); err != nil {
			b.Fatal(err)
		}
	}
	perSample := float64(b.Elapsed().Nanoseconds()) / float64(b.N*batch)
	b.ReportMetric(perSample/1e3, "µs/sample")
	b.ReportMetric(float64(flops)/perSample, "GFLOP/s")
}

// each runs a benchmark for every network, batch size, engine and number of
// workers.
func each(b *testing.B, run func(b *testing.B, net *graph.Network, batch int)) {
	for _, name := range nets.Names() {
		for _, batch := range []int{32, 128} {
			for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
				for _, workers := range []int{1, 2} {
					b.Run(fmt.Sprintf("net=%s/batch=%d/engine=%v/workers=%d", name, batch, engine, workers), func(b *testing.B) {
						defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
						net, err := nets.New(name, nets.Config{Seed: 1, Engine: engine})
						if err != nil {
							b.Fatal(err)
						}
						run(b, net, batch)
					})
				}
			}
		}
	}
}

// forwardFlops counts a multiplication and an addition for each multiply-add of
// the network's layers, computed the plain way: an engine that needs
// fewer shows as faster.
func forwardFlops(net *graph.Network) (flops int) {
	for _, row := range net.Report().Rows {
		flops += 2 * row.Multiplies
	}
	return flops
}

// trainFlops is forward, the gradients of the weights and those of the inputs,
// but for the first layer's.
func trainFlops(net *graph.Network) int {
	for _, row := range net.Report().Rows {
		if row.Multiplies > 0 {
			return 3*forwardFlops(net) - 2*row.Multiplies
		}
	}
	return 0
}

// BenchmarkTrainStep is a step of Fit: forward, backward, Adam and the metrics.
func BenchmarkTrainStep(b *testing.B) {
	each(b, func(b *testing.B, net *graph.Network, batch int) {
		measure(b, batch, trainFlops(net), trainStep(b, net))
	})
}

// trainStep is what Fit does with a batch.
func trainStep(b *testing.B, net *graph.Network) func(*loaders.Batch) error {
	stepper, err := Adam{}.Start(net.Params(graph.Trained))
	if err != nil {
		b.Fatal(err)
	}
	ps := newPrograms(net, graph.SparseCategoricalCrossEntropy{})
	b.Cleanup(ps.close)
	f := &fitting{Config: Config{Optimizer: Adam{}}, net: net, stepper: stepper, programs: ps}
	sum := ps.tally()
	return func(x *loaders.Batch) error {
		_, err := f.step(x, sum, false)
		return err
	}
}

// BenchmarkInfer is what Evaluate does with a batch.
func BenchmarkInfer(b *testing.B) {
	each(b, func(b *testing.B, net *graph.Network, batch int) {
		ps := newPrograms(net, graph.SparseCategoricalCrossEntropy{})
		defer ps.close()
		sum := ps.tally()
		measure(b, batch, forwardFlops(net), func(x *loaders.Batch) error { return ps.score(x, sum) })
	})
}

// BenchmarkByHand is a training step of the lesson's network as a user of
// Gorgonia alone writes it: what
// BenchmarkTrainStep/net=lesson/batch=32/engine=gorgonia is to be held against.
func BenchmarkByHand(b *testing.B) {
	const batch = 32
	h := newByHand(b, batch)
	defer h.vm.Close()
	measure(b, batch, trainFlops(named(b, "lesson", 1)), h.step)
}

// TestByHandIsTheLesson holds that benchmark to its purpose: from the same
// weights, its first loss is that of our network, and then it falls.
func TestByHandIsTheLesson(t *testing.T) {
	if raced {
		t.Skip("takes long")
	}
	const batch = 16
	data := digits().First(batch)
	want, err := Evaluate(t.Context(), named(t, "lesson", 1), data, EvaluateConfig{})
	if err != nil {
		t.Fatal(err)
	}
	h := newByHand(t, batch)
	defer h.vm.Close()
	batches := data.Batches(loaders.BatchConfig{Size: batch})
	defer batches.Close()
	x := batches.Next()
	var losses []float64
	for range 5 {
		if err := h.step(x); err != nil {
			t.Fatal(err)
		}
		losses = append(losses, float64(h.loss.Data().(float32)))
	}
	if math.Abs(losses[0]-want.Loss) > 1e-5 || losses[4] > 0.9*losses[0] {
		t.Errorf("want losses that start at %v and fall, got %v", want.Loss, losses)
	}
}

// byHand is the lesson's network in Gorgonia's own terms.
type byHand struct {
	x, y    *tensor.Dense // images, and labels one-hot
	weights G.Nodes
	loss    G.Value
	vm      G.VM
	solver  G.Solver
}

func newByHand(t testing.TB, batch int) *byHand {
	h := &byHand{solver: G.NewAdamSolver(G.WithLearnRate(0.001))}
	g := G.NewGraph()
	params := named(t, "lesson", 1).Params()
	weight := func(name string, shape ...int) *G.Node {
		value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(params[len(h.weights)].Value.Data()))
		w := G.NewTensor(g, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(value))
		h.weights = append(h.weights, w)
		return w
	}
	convolve := func(x *G.Node, name string, channels, filters int) *G.Node {
		w := weight(name, filters, channels, 3, 3)
		x = G.Must(G.Conv2d(x, w, tensor.Shape{3, 3}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
		x = G.Must(G.BroadcastAdd(x, weight(name+"b", 1, filters, 1, 1), nil, []byte{0, 2, 3}))
		x = G.Must(G.Rectify(x))
		return G.Must(G.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	}
	dense := func(x *G.Node, name string, in, units int) *G.Node {
		x = G.Must(G.Mul(x, weight(name, in, units)))
		return G.Must(G.BroadcastAdd(x, weight(name+"b", 1, units), nil, []byte{0}))
	}

	h.x = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 1, 28, 28))
	h.y = tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(batch, 10))
	x := G.NewTensor(g, tensor.Float32, 4, G.WithShape(batch, 1, 28, 28), G.WithName("x"))
	y := G.NewMatrix(g, tensor.Float32, G.WithShape(batch, 10), G.WithName("y"))
	layer := convolve(x, "c1", 1, 64)
	layer = convolve(layer, "c2", 64, 64)
	layer = G.Must(G.Reshape(layer, tensor.Shape{batch, 1600}))
	layer = G.Must(G.Rectify(dense(layer, "d1", 1600, 128)))
	layer = dense(layer, "d2", 128, 10)
	losses := G.Must(G.HadamardProd(G.Must(G.LogSoftMax(layer)), y))
	loss := G.Must(G.Neg(G.Must(G.Mean(G.Must(G.Sum(losses, 1))))))
	G.Read(loss, &h.loss)
	if _, err := G.Grad(loss, h.weights...); err != nil {
		t.Fatal(err)
	}
	if err := G.Let(x, h.x); err != nil {
		t.Fatal(err)
	}
	if err := G.Let(y, h.y); err != nil {
		t.Fatal(err)
	}
	h.vm = G.NewTapeMachine(g, G.BindDualValues(h.weights...))
	return h
}

func (h *byHand) step(b *loaders.Batch) error {
	copy(h.x.Data().([]float32), b.Inputs[0])
	h.y.Zero()
	for i, label := range b.Targets[0].Labels {
		h.y.Data().([]float32)[i*10+label] = 1
	}
	if err := h.vm.RunAll(); err != nil {
		return err
	}
	if err := h.solver.Step(G.NodesToValueGrads(h.weights)); err != nil {
		return err
	}
	h.vm.Reset()
	return nil
}
