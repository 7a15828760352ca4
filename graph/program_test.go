package graph_test

import (
	"errors"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/chewxy/hm"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/nets"
)

func lesson(t testing.TB, seed uint64) *graph.Network {
	t.Helper()
	net, err := nets.New("lesson", nets.Config{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

var smallLayers = []graph.Layer{
	graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU},
	graph.MaxPool2D{Size: 2},
	graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU},
	graph.MaxPool2D{Size: 2},
	graph.Flatten{},
	graph.Dense{Units: 4, Activation: graph.Softmax},
}

// small is a network with every kind of layer, quick to run.
func small(t testing.TB, layers ...graph.Layer) *graph.Network {
	t.Helper()
	if layers == nil {
		layers = []graph.Layer{
			graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU},
			graph.MaxPool2D{Size: 2},
			graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU},
			graph.MaxPool2D{Size: 2},
			graph.Flatten{},
			graph.Dense{Units: 4, Activation: graph.Softmax},
		}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}, Seed: 1}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

var training = graph.ProgramConfig{Batch: 4, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}}

// fill gives a program random pixels, and labels 0, 1, 2, …
func fill(p *graph.Program, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := p.Inputs[0].Data().([]float32)
	for i := range x {
		x[i] = rng.Float32()
	}
	if p.Targets == nil {
		return
	}
	labels := p.Targets[0].Data().([]int)
	for i := range labels {
		labels[i] = i % 4
	}
}

// values copies a tensor's data.
func values(d *tensor.Dense) []float32 { return append([]float32(nil), d.Data().([]float32)...) }

func TestRunAgainGivesTheSame(t *testing.T) {
	p := compile(t, small(t), training)
	fill(p, 1)
	run(t, p)
	loss, output := p.Loss, values(p.Outputs[0])
	var grads [][]float32
	for _, g := range p.Grads {
		grads = append(grads, values(g))
	}
	run(t, p)
	if p.Loss != loss || !cmp.Equal(values(p.Outputs[0]), output) {
		t.Errorf("second run: loss %v, was %v", p.Loss, loss)
	}
	for i, g := range p.Grads {
		if !cmp.Equal(values(g), grads[i]) {
			t.Errorf("second run: gradient %d changed", i)
		}
	}
}

// TestProgramsShareWeights trains with one program between two runs of
// another: the other sees the new weights, and is not disturbed otherwise.
func TestProgramsShareWeights(t *testing.T) {
	net := small(t)
	infer := compile(t, net, graph.ProgramConfig{Batch: 2})
	fill(infer, 2)
	run(t, infer)
	before := values(infer.Outputs[0])

	trained := compile(t, net, training)
	fill(trained, 1)
	run(t, trained)
	run(t, infer)
	if !cmp.Equal(values(infer.Outputs[0]), before) {
		t.Error("a run of the training program changed what inference says")
	}

	for i, p := range net.Params() {
		w := p.Value.Data().([]float32)
		for j, g := range trained.Grads[i].Data().([]float32) {
			w[j] -= 0.1 * g
		}
		p.Changed()
	}
	run(t, infer)
	after := values(infer.Outputs[0])
	if cmp.Equal(after, before) {
		t.Error("inference does not see the new weights")
	}
	fresh := compile(t, net, graph.ProgramConfig{Batch: 2})
	fill(fresh, 2)
	run(t, fresh)
	if !cmp.Equal(values(fresh.Outputs[0]), after) {
		t.Error("a fresh program says something else than one compiled before the step")
	}
}

// TestBatchSizesAgree runs the same images together and one by one.
func TestBatchSizesAgree(t *testing.T) {
	net := lesson(t, 5)
	together := compile(t, net, graph.ProgramConfig{Batch: 5})
	fill(together, 3)
	run(t, together)
	alone := compile(t, net, graph.ProgramConfig{})
	for i := range 5 {
		copy(alone.Inputs[0].Data().([]float32), together.Inputs[0].Data().([]float32)[i*784:])
		run(t, alone)
		for j, got := range alone.Outputs[0].Data().([]float32) {
			if want := together.Outputs[0].Data().([]float32)[i*10+j]; math.Abs(float64(got-want)) > 1e-6 {
				t.Fatalf("image %d, class %d: %v alone, %v in a batch", i, j, got, want)
			}
		}
	}
}

// TestActivation cuts the network off after each layer: what comes out must be what
// the whole network's program kept of that layer.
func TestActivation(t *testing.T) {
	layers := nets.Lesson(10)
	net := lesson(t, 4)
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Keep: net.LayerNames()})
	fill(p, 1)
	run(t, p)
	for i, name := range net.LayerNames() {
		cut, err := graph.New(graph.Config{Input: image, Seed: 4}, layers[:i+1]...)
		if err != nil {
			t.Fatal(err)
		}
		part := compile(t, cut, graph.ProgramConfig{Batch: 2})
		fill(part, 1)
		run(t, part)
		got, err := p.Activation(name)
		if err != nil {
			t.Fatal(err)
		}
		// What is kept is not fused with what follows, so that other roundings are possible.
		if !got.Shape().Eq(part.Outputs[0].Shape()) || !cmp.Equal(values(got), values(part.Outputs[0]), cmpopts.EquateApprox(0, 1e-6)) {
			t.Errorf("%s: kept values of shape %v differ from those of the network cut there, %v", name, got.Shape(), part.Outputs[0].Shape())
		}
	}
	_, err := p.Activation("conv2d_9")
	oneLine(t, err, "conv2d_9", "conv2d_1")
}

func TestCompileRefuses(t *testing.T) {
	net := small(t)
	for _, c := range []struct {
		name   string
		config graph.ProgramConfig
		want   string
	}{
		{"batch", graph.ProgramConfig{Batch: -1}, "want a batch of at least 1, got -1"},
		{"batch too large", graph.ProgramConfig{Batch: 1 << 40}, "program: want a batch of at most 7,158,278, for 2³¹ values of conv2d_1, got 1099511627776"},
		{"loss", graph.ProgramConfig{Mode: graph.Training}, "want a loss"},
		{"keep", graph.ProgramConfig{Keep: []string{"conv2d_7"}}, "conv2d_7"},
	} {
		_, err := net.Compile(c.config)
		oneLine(t, err, c.want)
	}
	lines, err := graph.New(graph.Config{Input: graph.Shape{2, 10}}, graph.Tanh)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lines.Compile(training)
	oneLine(t, err, "SparseCategoricalCrossEntropy{}: output of tanh_1", "want one value a class (N, K), or a pixel and class (N, K, H, W), got (N, 2, 10)")
	lying := small(t, liar{})
	_, err = lying.Compile(graph.ProgramConfig{Batch: 3})
	oneLine(t, err, "liar_1: liar{}: ")
	unbound := small(t, graph.Func(func(x *G.Node) (*G.Node, error) {
		y := G.NewTensor(x.Graph(), x.Dtype(), 4, G.WithShape(x.Shape()...), G.WithName("mine"))
		return G.Add(x, y)
	}))
	_, err = unbound.Compile(graph.ProgramConfig{})
	oneLine(t, err, `func_1`, `input "mine" has no value`)
}

func TestTargetOutOfRange(t *testing.T) {
	for _, e := range bothEngines {
		for _, loss := range []graph.Loss{graph.BinaryCrossEntropy{}, graph.BinaryFocal{}} {
			net, err := graph.New(graph.Config{Input: graph.Shape{3}, Engine: e}, graph.Dense{Units: 2})
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: loss})
			for i, wrong := range map[int]float32{1: -0.5, 2: 1.5, 3: float32(math.Inf(1))} {
				targets := []float32{0, 0.5, 1, 1}
				targets[i] = wrong
				if err := p.SetTarget(0, targets); err != nil {
					t.Fatal(err)
				}
				oneLine(t, p.Run(), fmt.Sprintf("target %d of sample %d of the batch: want 0 to 1, got %v", i%2, i/2, wrong))
			}
			// What does not count may be anything.
			if err := p.SetWeights(0, []float32{1, 0}); err != nil {
				t.Fatal(err)
			}
			if err := p.SetTarget(0, []float32{0, 1, 7, -7}); err != nil {
				t.Fatal(err)
			}
			run(t, p)
		}
	}
}

func TestFirstOutOfRange(t *testing.T) {
	p := compile(t, small(t), training)
	fill(p, 1)
	for _, p.First = range []int{-1, math.MinInt, 1 << 31} {
		oneLine(t, p.Run(), fmt.Sprintf("program: want First from 0 to below 2³¹, got %d", p.First))
	}
	p.First = 1<<31 - 1
	run(t, p)
}

func TestLabelOutOfRange(t *testing.T) {
	p := compile(t, small(t), training)
	fill(p, 1)
	p.Targets[0].Data().([]int)[2] = 4
	oneLine(t, p.Run(), "label 2 of the batch: want 0 to 3, got 4")
	p.Targets[0].Data().([]int)[2] = 3
	run(t, p) // the program can be used on
}

// TestNaN feeds what makes Gorgonia's MaxPool2D panic in the TapeMachine's goroutine. The
// fused engine passes it on.
func TestNaN(t *testing.T) {
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		t.Run(engine.String(), func(t *testing.T) {
			net, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}, Engine: engine}, smallLayers...)
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, training)
			fill(p, 1)
			for i := range p.Inputs[0].Data().([]float32) {
				p.Inputs[0].Data().([]float32)[i] = float32(math.NaN())
			}
			err = p.Run()
			if engine == graph.Gorgonia {
				oneLine(t, err, "input input, sample 0 of the batch, value 0 is NaN: max_pool2d_1: MaxPool2D{Size: 2}: ")
			} else if err != nil || !math.IsNaN(p.Loss) {
				t.Errorf("loss %v and error %v, want NaN and none", p.Loss, err)
			}
			fill(p, 1)
			run(t, p)
			if math.IsNaN(p.Loss) {
				t.Error("the NaN of one run is in the next")
			}
		})
	}
}

// TestOpThatFails runs ops of a user's that panic or fail, in each way that a
// TapeMachine calls an op.
func TestOpThatFails(t *testing.T) {
	for _, c := range []struct {
		name string
		op   G.Op
	}{
		{"plain", faulty{name: "plain"}},
		{"prealloc", faultyPrealloc{faulty{name: "prealloc", extern: true}}},
		{"unsafe", faultyUnsafe{faulty{name: "unsafe", overwrites: true}}},
		{"both", faultyBoth{faulty{name: "both", extern: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net := small(t, graph.Func(func(x *G.Node) (*G.Node, error) { return G.ApplyOp(c.op, x) }))
			p := compile(t, net, graph.ProgramConfig{Batch: 1})
			oneLine(t, p.Run(), "func_1: Func(", "): faulty "+c.name+": out of cheese")
		})
	}
}

// faulty is an op that panics when it runs.
type faulty struct {
	name               string
	extern, overwrites bool
}

func (f faulty) Arity() int    { return 1 }
func (f faulty) Type() hm.Type { return hm.NewFnType(hm.TypeVariable('a'), hm.TypeVariable('a')) }

func (f faulty) InferShape(ds ...G.DimSizer) (tensor.Shape, error) { return ds[0].(tensor.Shape), nil }
func (f faulty) Do(...G.Value) (G.Value, error)                    { panic("out of cheese") }
func (f faulty) ReturnsPtr() bool                                  { return f.extern || f.overwrites }
func (f faulty) CallsExtern() bool                                 { return f.extern }
func (f faulty) WriteHash(h hash.Hash)                             { h.Write([]byte(f.name)) }
func (f faulty) Hashcode() uint32                                  { return uint32(len(f.name)) }
func (f faulty) String() string                                    { return "faulty " + f.name }

func (f faulty) OverwritesInput() int {
	if f.overwrites {
		return 0
	}
	return -1
}

type faultyPrealloc struct{ faulty }

func (faultyPrealloc) UsePreallocDo(G.Value, ...G.Value) (G.Value, error) { panic("out of cheese") }

type faultyUnsafe struct{ faulty }

func (faultyUnsafe) UnsafeDo(...G.Value) (G.Value, error) { return nil, errors.New("out of cheese") }

func (faultyUnsafe) Do(...G.Value) (G.Value, error) { return nil, errors.New("out of cheese") }

type faultyBoth struct{ faulty }

func (faultyBoth) UsePreallocDo(G.Value, ...G.Value) (G.Value, error) { panic("out of cheese") }
func (faultyBoth) UnsafeDo(...G.Value) (G.Value, error)               { panic("out of cheese") }
