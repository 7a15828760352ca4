package graph_test

import (
	"hash"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestFunctionsThatDeclareNetworks has functions of a user's that declare,
// compose and compile networks themselves: once that waited for ever.
func TestFunctionsThatDeclareNetworks(t *testing.T) {
	inner, err := graph.New(graph.Config{Input: graph.Shape{4}, Seed: 3}, graph.Dense{Units: 4, Activation: graph.Tanh})
	if err != nil {
		t.Fatal(err)
	}
	f := graph.Func(func(x *G.Node) (*G.Node, error) {
		if _, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Func(cube)); err != nil {
			return nil, err
		}
		p, err := inner.Compile(graph.ProgramConfig{})
		if err != nil {
			return nil, err
		}
		p.Close()
		outputs, _, err := inner.Declare(x)
		if err != nil {
			return nil, err
		}
		return outputs[0], nil
	})
	done := make(chan error, 1)
	go func() {
		net, err := graph.New(graph.Config{Input: graph.Shape{4}, Seed: 3}, f)
		if err == nil {
			var p *graph.Program
			if p, err = net.Compile(graph.ProgramConfig{Batch: 2}); err == nil {
				err = p.Run()
			}
		}
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("still waiting after a minute")
	}
}

// TestGorgoniasBinaryCrossEntropy is made of ops that Gorgonia rewrites while it
// declares them, so that its graph numbers nodes anew.
func TestGorgoniasBinaryCrossEntropy(t *testing.T) {
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		net, err := graph.New(graph.Config{Input: graph.Shape{3}, Seed: 1, Engine: engine}, graph.Dense{Units: 2, Activation: graph.Sigmoid})
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: binaryXent{}})
		if err := p.SetInput(0, []float32{1, -2, 0.5, 0.25, 3, -1}); err != nil {
			t.Fatal(err)
		}
		targets := []float32{1, 0, 0, 1}
		if err := p.SetTarget(0, targets); err != nil {
			t.Fatal(err)
		}
		run(t, p)
		var want float64
		for i, y := range p.Outputs[0].Data().([]float32) {
			prob := float64(y)
			if targets[i] == 0 {
				prob = 1 - prob
			}
			want -= math.Log(prob) / 4
		}
		if math.Abs(p.Loss-want) > 1e-5 {
			t.Errorf("%v: loss %v, want %v", engine, p.Loss, want)
		}
	}
}

// binaryXent is Gorgonia's own binary cross-entropy.
type binaryXent struct{}

func (binaryXent) String() string { return "binaryXent{}" }

func (binaryXent) Target(out graph.Shape, dt tensor.Dtype) (tensor.Dtype, graph.Shape, error) {
	return dt, out, nil
}

func (binaryXent) Build(s *graph.Scope, output, target *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		y, err := G.BinaryXent(n[0], n[1])
		if err != nil {
			return nil, err
		}
		return G.Mean(y)
	}, output, target)
}

// TestFunctionsMustUseWhatTheyAreGiven has functions that leave out a weight, or
// their input.
func TestFunctionsMustUseWhatTheyAreGiven(t *testing.T) {
	_, err := graph.New(graph.Config{Input: graph.Shape{4}}, careless{})
	oneLine(t, err, "careless_1: careless{}: input (N, 4): weight w is declared and the function does not use it")
	other := graph.Func(func(x *G.Node) (*G.Node, error) {
		return G.NewTensor(x.Graph(), x.Dtype(), 2, G.WithShape(x.Shape()...), G.WithName("mine"), G.WithInit(G.Ones())), nil
	})
	_, err = graph.New(graph.Config{Input: graph.Shape{4}}, other)
	oneLine(t, err, "func_1: Func(", "the function does not use what it is given as number 1, (N, 4)")
}

// careless declares a weight that its function does not use.
type careless struct{}

func (careless) String() string { return "careless{}" }

func (careless) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) { return G.Square(n[0]) }, x, s.Weight("w", graph.Shape{4}, nil))
}

// TestInputsAndLayersHaveNamesOfTheirOwn calls an input like a layer.
func TestInputsAndLayersHaveNamesOfTheirOwn(t *testing.T) {
	_, err := graph.Compose(graph.Config{}, graph.Input("dense_1", 4).Then(graph.Dense{Units: 2}))
	oneLine(t, err, `network: an input and a layer, Dense{Units: 2}, are both called "dense_1": want a name each`)
}

// TestSharedBelongsToItsNetwork joins two networks that were trained apart and
// each share a layer under one name.
func TestSharedBelongsToItsNetwork(t *testing.T) {
	trained := func(seed uint64) *graph.Network {
		x := graph.Input("x", 4)
		tower := graph.Shared{Name: "tower", Layer: graph.Dense{Units: 4}}
		net, err := graph.Compose(graph.Config{Seed: seed}, x.Then(tower, graph.Tanh, tower))
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	teacher, student := trained(1), trained(2)
	x := graph.Input("x", 4)
	both, err := graph.Compose(graph.Config{},
		x.Then(graph.Frozen{Layer: graph.Named{Name: "teacher", Layer: graph.Pretrained{Net: teacher}}}),
		x.Then(graph.Named{Name: "student", Layer: graph.Pretrained{Net: student}}))
	if err != nil {
		t.Fatal(err)
	}
	one := func(net *graph.Network) *graph.Program {
		p := compile(t, net, graph.ProgramConfig{})
		if err := p.SetInput(0, []float32{1, -1, 2, 0.5}); err != nil {
			t.Fatal(err)
		}
		run(t, p)
		return p
	}
	p := one(both)
	for i, net := range []*graph.Network{teacher, student} {
		close32(t, net.Outputs()[0].Name, p.Outputs[i], one(net).Outputs[0].Data().([]float32), 0)
	}
}

// doubly is a Layer and a Joiner, which do different things.
type doubly struct{}

func (doubly) String() string { return "doubly{}" }
func (doubly) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	return x.Then(graph.Dense{Units: 4})
}

func (doubly) Join(_ *graph.Scope, x []*graph.Value) *graph.Value {
	return graph.Join(graph.Sum, x...).Then(graph.Tanh)
}

// gate is a joiner of layers: its first layer is met before its second input.
type gate struct{}

func (gate) String() string { return "gate{}" }

func (gate) Join(_ *graph.Scope, x []*graph.Value) *graph.Value {
	return graph.Join(graph.Sum, x[0].Then(graph.Dense{Units: 3}), x[1])
}

func TestHowALayerWasAskedIsKept(t *testing.T) {
	base, err := graph.New(graph.Config{Name: "base", Input: graph.Shape{4}}, doubly{}, graph.ReLU)
	if err != nil {
		t.Fatal(err)
	}
	again, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Pretrained{Net: base})
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Report().Params; got != 20 {
		t.Errorf("%d parameters, want the 20 of Build", got)
	}
	if strings.Contains(base.String(), "Join") {
		t.Errorf("printed as a join:\n%s", base)
	}
}

func TestJoinersOfLayersStandBehindTheirInputs(t *testing.T) {
	x := graph.Input("x", 4)
	net, err := graph.Compose(graph.Config{Name: "gated"}, graph.Join(gate{}, x.Then(graph.Tanh), x.Then(graph.Dense{Units: 3}, graph.Sigmoid)))
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Join(net.LayerNames(), " ")
	if !strings.HasSuffix(names, " gate_1") {
		t.Errorf("layers %s, want the joiner last", names)
	}
	if text := net.String(); strings.Index(text, "Sigmoid") > strings.Index(text, "gate{}") {
		t.Errorf("printed before what it reads:\n%s", text)
	}
	if _, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Pretrained{Net: net}); err != nil {
		t.Error(err)
	}
}

// TestStateOutlivesBadData trains a normalisation on a batch that is not finite.
func TestStateOutlivesBadData(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.BatchNorm{})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	nan := float32(math.NaN())
	if err := p.SetInput(0, []float32{nan, 1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	p.Run() // whatever it says
	for _, w := range net.Params(graph.State) {
		for i, v := range w.Value.Data().([]float32) {
			if v != v {
				t.Errorf("%s[%d] is NaN", w.Name, i)
			}
		}
	}
}

// TestLabelsOfParts has a label for each of three parts of a sample.
func TestLabelsOfParts(t *testing.T) {
	net := small(t, graph.Flatten{}, graph.Dense{Units: 3})
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: parts{}})
	oneLine(t, p.SetLabels(0, []int{1, 2, 3}), "want 6 labels, got 3")
	if err := p.SetLabels(0, []int{1, 2, 3, 4, 5, 6}); err != nil {
		t.Error(err)
	}
}

// parts is a loss with labels of parts; it looks at none.
type parts struct{ weighted }

func (parts) Target(out graph.Shape, _ tensor.Dtype) (tensor.Dtype, graph.Shape, error) {
	return tensor.Int, out, nil
}

func (parts) Build(s *graph.Scope, output, target *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		return G.ApplyOp(totalOp{}, n[0], n[1])
	}, output, target)
}

// totalOp is a scalar of values and labels.
type totalOp struct{}

func (totalOp) Arity() int { return 2 }
func (totalOp) Type() hm.Type {
	of := func(t hm.Type) hm.Type { return G.TensorType{Dims: 2, Of: t} }
	return hm.NewFnType(of(tensor.Float32), of(tensor.Int), tensor.Float32)
}
func (totalOp) InferShape(...G.DimSizer) (tensor.Shape, error) { return tensor.ScalarShape(), nil }
func (totalOp) Do(...G.Value) (G.Value, error)                 { return G.NewF32(0), nil }
func (totalOp) ReturnsPtr() bool                               { return false }
func (totalOp) CallsExtern() bool                              { return false }
func (totalOp) OverwritesInput() int                           { return -1 }
func (totalOp) WriteHash(h hash.Hash)                          { h.Write([]byte("total")) }
func (totalOp) Hashcode() uint32                               { return 1 }
func (totalOp) String() string                                 { return "total" }

// moody panics when it is asked for its target.
type moody struct{ weighted }

func (moody) Target(graph.Shape, tensor.Dtype) (tensor.Dtype, graph.Shape, error) { panic("no mood") }

func TestPanicInTarget(t *testing.T) {
	_, err := small(t).Compile(graph.ProgramConfig{Loss: moody{}})
	oneLine(t, err, "no mood")
}

func TestLossWeightsRefused(t *testing.T) {
	for _, w := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := small(t).Compile(graph.ProgramConfig{Loss: graph.Losses{{Loss: graph.MeanSquaredError{}, Weight: w}}})
		oneLine(t, err, "program: loss 1, MeanSquaredError{}: want a Weight above 0, or 0 for 1, got ")
	}
}

// around adds a value from around it.
type around struct{ value *graph.Value }

func (around) String() string { return "around{}" }

func (a around) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	return graph.Join(graph.Sum, x, a.value)
}

// TestPretrainedThatReadsAround is of a network that would bring its own input
// along.
func TestPretrainedThatReadsAround(t *testing.T) {
	x := graph.Input("x", 4)
	base, err := graph.Compose(graph.Config{}, x.Then(graph.Tanh, around{x}, graph.Dense{Units: 2}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = graph.New(graph.Config{Input: graph.Shape{4}}, graph.Tanh, graph.Pretrained{Net: base})
	oneLine(t, err, "pretrained_1: Pretrained{Net: base}", "got one that reads a value from around it")
}

// unchanged returns what it is given.
type unchanged struct{}

func (unchanged) String() string                                    { return "unchanged{}" }
func (unchanged) Build(_ *graph.Scope, x *graph.Value) *graph.Value { return x }

// TestLayerThatReturnsItsInput stands where it was put: it is reported, printed
// and can be kept, and the softmax behind it is taken off as ever.
func TestLayerThatReturnsItsInput(t *testing.T) {
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		net, err := graph.New(graph.Config{Input: graph.Shape{2, 4, 4}, Seed: 1, Engine: engine},
			unchanged{}, graph.Conv2D{Filters: 3, Kernel: 3, Activation: graph.ReLU}, graph.Named{Name: "mark", Layer: unchanged{}}, graph.Tanh,
			graph.Flatten{}, graph.Dense{Units: 4, Activation: graph.Softmax}, unchanged{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(net.LayerNames(), " "); got != "unchanged_1 conv2d_1 mark tanh_1 flatten_1 dense_1 unchanged_2" {
			t.Errorf("layers %s", got)
		}
		p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}, Keep: []string{"mark", "conv2d_1"}})
		x := make([]float32, 64)
		for i := range x {
			x[i] = float32(math.Sin(float64(i)))
		}
		if err := p.SetInput(0, x); err != nil {
			t.Fatal(err)
		}
		run(t, p)
		mark, _ := p.Activation("mark")
		conv, _ := p.Activation("conv2d_1")
		close32(t, "mark", mark, values(conv), 0)
		out := p.Outputs[0].Data().([]float32)
		want := -(math.Log(float64(out[0])) + math.Log(float64(out[4]))) / 2 // labels are 0
		if math.Abs(p.Loss-want) > 1e-5 {
			t.Errorf("%v: loss %v, want %v", engine, p.Loss, want)
		}
	}
}
