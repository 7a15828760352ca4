package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
)

// TestCrossEntropy compares with the textbook's formula, for networks that end in
// logits and in softmax.
func TestCrossEntropy(t *testing.T) {
	for _, last := range []graph.Layer{nil, graph.Softmax} {
		net := small(t, graph.Flatten{}, graph.Dense{Units: 4, Activation: last})
		p := compile(t, net, training)
		fill(p, 1)
		run(t, p)
		out := p.Outputs[0].Data().([]float32)
		var want float64
		for i, label := range p.Targets[0].Data().([]int) {
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
	for i := range p.Targets[0].Data().([]int) {
		p.Targets[0].Data().([]int)[i] = 0
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
	x := p.Inputs[0].Data().([]float32)
	for i := range x {
		x[i] = float32(i%7) / 7
	}
	if err := p.SetLabels(0, []int{1, 0, 3}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the target must outlive a run
		run(t, p)
		var want float64
		for i, y := range p.Outputs[0].Data().([]float32) {
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

func TestTargetsRefused(t *testing.T) {
	net := small(t, graph.Flatten{}, graph.Dense{Units: 4})
	p := compile(t, net, training)
	oneLine(t, p.SetLabels(0, []int{1}), "program: target of dense_1: want 4 labels, got 1")
	oneLine(t, p.SetLabels(1, []int{1}), "want the target of one of its 1 losses, counted from 0, got 1")
	oneLine(t, p.SetTarget(0, make([]float32, 4)), "target of dense_1")
	oneLine(t, p.SetInput(0, make([]float32, 5)), "program: input input: want 576 values for a batch of shape (4, 1, 12, 12), got 5")
	oneLine(t, p.SetInput(1, nil), "want an input from 0 to 0, got 1")
	hot := compile(t, net, graph.ProgramConfig{Batch: 1, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	oneLine(t, hot.SetLabels(0, []int{4}), "label 0 of the batch: want 0 to 3, got 4")
	oneLine(t, hot.SetLabels(0, []int{1, 2}), "want 1 labels, got 2")
}
