package graph_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/graph/ops"
)

// TestLogitsOfASoftmax has the loss of 8, 0 and 0 with label 0, which is
// log(1 + 2e-8), whatever stands between the softmax and the loss. That of the
// probabilities as logits would be 0.55.
func TestLogitsOfASoftmax(t *testing.T) {
	dense := graph.Dense{Units: 3}
	flattened := graph.Func(func(x *G.Node) (*G.Node, error) { return G.Reshape(x, tensor.Shape{x.Shape()[0], 3}) })
	for _, e := range engines {
		for _, layers := range [][]graph.Layer{
			{dense},
			{dense, graph.Softmax},
			{graph.Dense{Units: 3, Activation: graph.Softmax}},
			{dense, graph.Softmax, graph.Flatten{}},
			{dense, graph.Softmax, graph.Flatten{}, graph.Flatten{}},
			{dense, graph.Chain{graph.Softmax, graph.Flatten{}}},
			{dense, graph.Named{Name: "p", Layer: graph.Softmax}},
			{dense, flattened},
		} {
			net, err := graph.New(graph.Config{Input: graph.Shape{1}, Engine: e}, layers...)
			if err != nil {
				t.Fatal(err)
			}
			copy(net.Params()[0].Value.Data().([]float32), []float32{8, 0, 0})
			p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
			put(p.Inputs[0], 0, 1)
			run(t, p)
			if want := math.Log1p(2 * math.Exp(-8)); math.Abs(p.Loss-want) > 1e-6 {
				t.Errorf("%v, %v: loss %v, want %v", e, layers, p.Loss, want)
			}
		}
	}
}

// TestSoftmaxThatSeveralRead is an output and read by another, besides the
// loss.
func TestSoftmaxThatSeveralRead(t *testing.T) {
	for _, e := range engines {
		x := graph.Input("x", 1)
		p := x.Then(graph.Dense{Units: 3, Activation: graph.Softmax})
		net, err := graph.Compose(graph.Config{Engine: e}, p, p.Then(graph.Func(G.Square)))
		if err != nil {
			t.Fatal(err)
		}
		copy(net.Params()[0].Value.Data().([]float32), []float32{8, 0, 0})
		prog := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: weighted{}}}})
		put(prog.Inputs[0], 0, 1)
		put(prog.Targets[1], 0, 1)
		run(t, prog)
		sum := math.Exp(8) + 2
		for i, want := range []float64{math.Log1p(2 * math.Exp(-8)), math.Exp(16) / sum / sum} {
			if math.Abs(prog.Losses[i]-want) > 1e-6 {
				t.Errorf("%v: loss %d is %v, want %v", e, i, prog.Losses[i], want)
			}
		}
		if got := prog.Outputs[0].Data().([]float32)[0]; math.Abs(float64(got)-math.Exp(8)/sum) > 1e-6 {
			t.Errorf("%v: probability %v, want %v", e, got, math.Exp(8)/sum)
		}
	}
}

// TestSoftmaxOfAFunctionIsRefused: it cannot be taken off.
func TestSoftmaxOfAFunctionIsRefused(t *testing.T) {
	softmax := func(x *G.Node) (*G.Node, error) { return ops.SoftMax(x) }
	reshaped := func(x *G.Node) (*G.Node, error) {
		return G.Reshape(G.Must(ops.SoftMax(x)), tensor.Shape{x.Shape()[0], x.Shape()[1]})
	}
	for _, layers := range [][]graph.Layer{
		{graph.Func(softmax)}, {graph.Func(reshaped)}, {graph.Func(softmax), graph.Flatten{}},
	} {
		net, err := graph.New(graph.Config{Input: graph.Shape{3}}, append([]graph.Layer{graph.Dense{Units: 3}}, layers...)...)
		if err != nil {
			t.Fatal(err)
		}
		_, err = net.Compile(graph.ProgramConfig{Mode: graph.Training, Loss: graph.SparseCategoricalCrossEntropy{}})
		oneLine(t, err, "SparseCategoricalCrossEntropy{}: output of ", "graph.Softmax, which is taken off", "the softmax of a function")
		compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}}) // which wants no logits
	}
}
