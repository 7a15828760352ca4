package graph_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/golden"
	"euryale/nets"
	"euryale/train"
)

// The tolerances of the reference file, relative to the largest value compared where that is above 1.
const (
	forwardTolerance  = 1e-5
	gradientTolerance = 1e-4
	weightTolerance   = 2e-5
)

// TestGoldenBlocks compares conv + bias + ReLU + max-pool with PyTorch's,
// forward and all gradients.
func TestGoldenBlocks(t *testing.T) {
	f := golden.Open(t)
	for i := range 6 {
		name := fmt.Sprintf("block%d", i)
		t.Run(name, func(t *testing.T) {
			var g struct{ C, H, W, K, Kh, Pad, Stride, Dil, Pool, N int }
			if err := json.Unmarshal([]byte(f.Metadata[name]), &g); err != nil {
				t.Fatal(err)
			}
			layers := []graph.Layer{
				held{shape: graph.Shape{g.N, g.C, g.H, g.W}},
				graph.Conv2D{Filters: g.K, Kernel: graph.Size(g.Kh), Padding: graph.Padding(g.Pad), Stride: graph.Size(g.Stride), Dilation: graph.Size(g.Dil), Activation: graph.ReLU},
			}
			if g.Pool > 0 {
				layers = append(layers, graph.MaxPool2D{Size: graph.Size(g.Pool)})
			}
			net, err := graph.New(graph.Config{Input: graph.Shape{g.C, g.H, g.W}}, layers...)
			if err != nil {
				t.Fatal(err)
			}
			for j, short := range []string{"x", "w", "b"} {
				copy(net.Params()[j].Value.Data().([]float32), f.Get(t, name+"."+short).Data)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: g.N, Mode: graph.Training, Loss: weighted{}})
			copy(p.Targets[0].Data().([]float32), f.Get(t, name+".gy").Data)
			run(t, p)
			close32(t, "y", p.Outputs[0], f.Get(t, name+".y").Data, forwardTolerance)
			for j, short := range []string{"gx", "gw", "gb"} {
				close32(t, short, p.Grads[j], f.Get(t, name+"."+short).Data, gradientTolerance)
			}
		})
	}
}

// TestGoldenNet compares the lesson's network on eight digits: logits, loss,
// gradients, and the weights after three steps of Adam.
func TestGoldenNet(t *testing.T) {
	f := golden.Open(t)
	layers := nets.Lesson(10)
	layers[len(layers)-1] = graph.Dense{Units: 10} // to read the logits
	layers = append(layers, graph.Softmax)
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"conv1.w", "conv1.b", "conv2.w", "conv2.b", "dense1.w", "dense1.b", "dense2.w", "dense2.b"}
	for i, p := range net.Params() {
		copy(p.Value.Data().([]float32), f.Get(t, "net.init."+names[i]).Data)
	}
	p := compile(t, net, graph.ProgramConfig{
		Batch: 8, Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}, Keep: []string{"dense_2"},
	})
	copy(p.Inputs[0].Data().([]float32), f.Get(t, "net.x").Data)
	for i, l := range f.Get(t, "net.labels").Data {
		p.Targets[0].Data().([]int)[i] = int(l)
	}
	step, err := (train.Adam{LearningRate: 1e-3}).Start(net.Params())
	if err != nil {
		t.Fatal(err)
	}
	var first [][]float32
	for i := range 3 {
		run(t, p)
		want := float64(f.Get(t, fmt.Sprintf("net.step%d.loss", i+1)).Data[0])
		if math.Abs(p.Loss-want) > forwardTolerance {
			t.Errorf("step %d: loss %v, want %v", i+1, p.Loss, want)
		}
		if i == 0 {
			logits, err := p.Activation("dense_2")
			if err != nil {
				t.Fatal(err)
			}
			close32(t, "logits", logits, f.Get(t, "net.logits").Data, forwardTolerance)
			for j, g := range p.Grads {
				close32(t, names[j], g, f.Get(t, "net.grad."+names[j]).Data, gradientTolerance)
				first = append(first, slices.Clone(g.Data().([]float32)))
			}
		}
		if err := step.Step(p.Grads); err != nil {
			t.Fatal(err)
		}
	}
	for i, param := range net.Params() {
		want := f.Get(t, "net.after3."+names[i]).Data
		for j, got := range param.Value.Data().([]float32) {
			// Adam's first steps divide by |g|: where that is next to nothing, so is what they mean.
			if math.Abs(float64(first[i][j])) > 1e-6 && math.Abs(float64(got-want[j])) > weightTolerance {
				t.Fatalf("%s[%d] after three steps is %v, want %v", names[i], j, got, want[j])
			}
		}
	}
}

// close32 compares float32 values, relative to the largest wanted where that is above 1.
func close32(t *testing.T, what string, got *tensor.Dense, want []float32, tolerance float64) {
	t.Helper()
	values := got.Data().([]float32)
	if len(values) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(values), len(want))
	}
	largest := 1.0
	for _, v := range want {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i, v := range values {
		if d := math.Abs(float64(v) - float64(want[i])); !(d <= tolerance*largest) {
			t.Fatalf("%s[%d] is %v, want %v", what, i, v, want[i])
		}
	}
}

// held replaces its input by a weight of the shape of a whole batch, so that
// the gradient by the input can be read.
type held struct{ shape graph.Shape }

func (h held) String() string { return "held{}" }

func (h held) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("x", h.shape, graph.Zeros)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		if n[0].Shape()[0] != h.shape[0] {
			return G.Add(n[0], G.Must(G.Sum(n[1]))) // to see the shape, with another batch
		}
		return G.Add(n[1], n[0])
	}, x, w)
}

// weighted is the loss Σ y·target.
type weighted struct{}

func (weighted) String() string { return "weighted{}" }

func (weighted) Target(out graph.Shape, dt tensor.Dtype) (tensor.Dtype, graph.Shape, error) {
	return dt, out, nil
}

func (weighted) Build(s *graph.Scope, output, target *graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		product, err := G.HadamardProd(n[0], n[1])
		if err != nil {
			return nil, err
		}
		return G.Sum(product)
	}, output, target)
}

func compile(t testing.TB, net *graph.Network, c graph.ProgramConfig) *graph.Program {
	t.Helper()
	p, err := net.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func run(t testing.TB, p *graph.Program) {
	t.Helper()
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
}

// oneLine fails unless err is one line that contains each of the wanted strings.
func oneLine(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", want)
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q, want it to contain %q", err, w)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of more than one line: %q", err)
	}
}
