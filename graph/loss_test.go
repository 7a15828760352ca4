package graph_test

import (
	"math"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestCrossEntropy compares with the textbook's formula, for networks that end in
// logits and in softmax.
func TestCrossEntropy(t *testing.T) {
	for _, last := range []graph.Activation{nil, graph.Softmax} {
		net := small(t, graph.Flatten{}, graph.Dense{Units: 4, Activation: last})
		p := compile(t, net, training)
		fill(p, 1)
		run(t, p)
		out := p.Output.Data().([]float32)
		var want float64
		for i, label := range p.Target.Data().([]int) {
			row := out[i*4 : (i+1)*4]
			prob := float64(row[label])
			if last == nil {
				var sum float64
				for _, v := range row {
					sum += math.Exp(float64(v))
				}
				prob = math.Exp(prob) / sum
			}
			want -= math.Log(prob) / 4
		}
		if math.Abs(p.Loss-want) > 1e-6 {
			t.Errorf("ending in %v: loss %v, want %v", last, p.Loss, want)
		}
	}
}

// TestSaturatedSoftmaxStillTrains has logits so large that the probabilities
// are 0 and 1 in float32: a loss on probabilities would be infinite.
func TestSaturatedSoftmaxStillTrains(t *testing.T) {
	net := small(t, graph.Flatten{}, graph.Dense{Units: 4, Activation: graph.Softmax})
	bias := net.Params()[1].Value.Data().([]float32)
	bias[3] = 1e4
	p := compile(t, net, training)
	fill(p, 1)
	for i := range p.Target.Data().([]int) {
		p.Target.Data().([]int)[i] = 0
	}
	run(t, p)
	if math.Abs(p.Loss-1e4) > 10 {
		t.Errorf("loss %v, want about 10,000", p.Loss)
	}
	if g := p.Grads[1].Data().([]float32); g[0] != -1 || g[3] != 1 {
		t.Errorf("gradient of the bias %v, want -1 for the label and 1 for what was said", g)
	}
}

func TestMeanSquaredError(t *testing.T) {
	net := small(t, graph.Flatten{}, graph.Dense{Units: 4})
	p := compile(t, net, graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	x := p.Input.Data().([]float32)
	for i := range x {
		x[i] = float32(i%7) / 7
	}
	loss := graph.MeanSquaredError{}
	if err := loss.Encode([]int{1, 0, 3}, p.Target); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the target must outlive a run
		run(t, p)
		var want float64
		for i, y := range p.Output.Data().([]float32) {
			target := 0.0
			if i == 1 || i == 4 || i == 11 {
				target = 1
			}
			want += (float64(y) - target) * (float64(y) - target) / 12
		}
		if math.Abs(p.Loss-want) > 1e-6 {
			t.Errorf("loss %v, want %v", p.Loss, want)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	labels := tensor.New(tensor.Of(tensor.Int), tensor.WithShape(3))
	oneLine(t, graph.SparseCategoricalCrossEntropy{}.Encode([]int{1}, labels), "want 3 labels, got 1")
	hot := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(1, 3))
	oneLine(t, graph.MeanSquaredError{}.Encode([]int{3}, hot), "want 0 to 2, got 3")
	oneLine(t, graph.MeanSquaredError{}.Encode([]int{1, 2}, hot), "want targets (2, K)")
}
