package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
)

// penalised has penalties of all kinds; the second layer's weights have none.
func penalised(t *testing.T, frozen bool) *graph.Network {
	t.Helper()
	var conv graph.Layer = graph.Conv2D{Filters: 2, Kernel: 2, Penalty: graph.L2{Weight: 0.1}}
	if frozen {
		conv = graph.Frozen{Layer: conv}
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 3, 3}, Dtype: graph.Float64, Seed: 3},
		conv, graph.Flatten{}, graph.Dense{Units: 4}, graph.Dense{Units: 4, Penalty: graph.L1{}},
		graph.Dense{Units: 2, Penalty: graph.L1L2{L1: 0.2, L2: 0.3}})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// penaltyOf is what the weights of penalised cost.
func penaltyOf(net *graph.Network, frozen bool) (sum float64) {
	for _, c := range []struct {
		name   string
		l1, l2 float64
	}{{"conv2d_1/kernel", 0, 0.1}, {"dense_2/kernel", 0.01, 0}, {"dense_3/kernel", 0.2, 0.3}} {
		if frozen && c.name == "conv2d_1/kernel" {
			continue
		}
		for _, p := range net.Params() {
			if p.Name == c.name {
				for _, w := range p.Value.Data().([]float64) {
					sum += c.l1*math.Abs(w) + c.l2*w*w
				}
			}
		}
	}
	return sum
}

// TestPenalties are part of the loss that is shown, in both modes, of what is
// trained, and of its gradient; not of an output's own loss.
func TestPenalties(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		net := penalised(t, frozen)
		for _, mode := range []graph.Mode{graph.Inference, graph.Training} {
			p := compile(t, net, graph.ProgramConfig{Batch: 3, Mode: mode, Loss: graph.MeanSquaredError{}})
			seeded(t, p)
			run(t, p)
			if want := p.Losses[0] + penaltyOf(net, frozen); math.Abs(p.Loss-want) > 1e-12 || p.Losses[0] == p.Loss {
				t.Errorf("frozen %v, %v: loss %v, want %v", frozen, mode, p.Loss, want)
			}
		}
		differences(t, net, squared.Loss)
	}
}

// TestPenaltyBesideTwoLosses is not weighted by theirs.
func TestPenaltyBesideTwoLosses(t *testing.T) {
	x := graph.Input("x", 3).Then(graph.Shared{Name: "twice", Layer: graph.Dense{Units: 3, Penalty: graph.L2{}}})
	y := x.Then(graph.Shared{Name: "twice", Layer: graph.Dense{Units: 3, Penalty: graph.L2{}}})
	net, err := graph.Compose(graph.Config{Dtype: graph.Float64}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Loss: graph.Losses{{Loss: graph.MeanSquaredError{}, Weight: 2}, {Loss: graph.Huber{}, Weight: 3}}})
	seeded(t, p)
	run(t, p)
	want := 2*p.Losses[0] + 3*p.Losses[1]
	for _, w := range net.Params()[0].Value.Data().([]float64) {
		want += 0.01 * w * w // once, though the layer is there twice
	}
	if math.Abs(p.Loss-want) > 1e-12 {
		t.Errorf("loss %v, want %v", p.Loss, want)
	}
}

func TestPenaltyAtZero(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Dense{Units: 2, Init: graph.Zeros, Penalty: graph.L1{}})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	run(t, p)
	close32(t, "gradient", p.Grads[0], make([]float32, 4), 0)
	net.Params()[0].Value.Data().([]float32)[1] = float32(math.NaN())
	run(t, p)
	if p.Loss == p.Loss {
		t.Errorf("loss %v of a weight that is NaN", p.Loss)
	}
}

func TestPenaltiesPrintedAndRefused(t *testing.T) {
	c := graph.Conv2D{Filters: 1, Kernel: 3, Penalty: graph.L2{Weight: 1e-4}}
	if got, want := c.String(), "Conv2D{Filters: 1, Kernel: 3, Penalty: L2{Weight: 0.0001}}"; got != want {
		t.Errorf("String() = %s, want %s", got, want)
	}
	for _, c := range []struct {
		penalty graph.Penalty
		want    string
	}{
		{graph.L1{Weight: -1}, "weight kernel: L1{Weight: -1}: want Weight above 0, or 0 for 0.01, got -1"},
		{graph.L2{Weight: math.NaN()}, "want Weight above 0, or 0 for 0.01, got NaN"},
		{graph.L1L2{L1: math.Inf(1)}, "want L1 of at least 0, got +Inf"},
		{graph.L1L2{L2: -1}, "want L2 of at least 0, got -1"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Dense{Units: 1, Penalty: c.penalty})
		oneLine(t, err, c.want)
	}
}
