package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

func TestNormLayers(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "batch norm of images", Layer: graph.BatchNorm{}, Batch: 3,
			Input: graph.Shape{3, 4, 5}, Output: graph.Shape{3, 4, 5}, Params: 12, Printed: "BatchNorm{}",
			Refused: graph.Shape{3, 4}, Error: "want an image (N, C, H, W) or vectors (N, C), got (N, 3, 4)",
			Slow: slowAffine(1e-3), Training: slowNorm(1e-3),
		},
		{
			Name: "batch norm of vectors", Layer: graph.BatchNorm{Momentum: 0.9, Epsilon: 0.01}, Batch: 5,
			Input: graph.Shape{4}, Output: graph.Shape{4}, Params: 16, Printed: "BatchNorm{Momentum: 0.9, Epsilon: 0.01}",
			Slow: slowAffine(0.01), Training: slowNorm(0.01),
		},
		{
			Name: "batch norm of one image", Layer: graph.BatchNorm{}, Batch: 1,
			Input: graph.Shape{1, 3, 3}, Output: graph.Shape{1, 3, 3}, Params: 4, Printed: "BatchNorm{}",
			Slow: slowAffine(1e-3), Training: slowNorm(1e-3),
		},
		{
			Name: "global average", Layer: graph.GlobalAverage{}, Input: graph.Shape{3, 4, 5}, Output: graph.Shape{3}, Printed: "GlobalAverage{}",
			Refused: graph.Shape{12}, Error: "want an image (N, C, H, W), got (N, 12)", Slow: slowAverage,
		},
		{
			Name: "global average of a column", Layer: graph.GlobalAverage{}, Input: graph.Shape{2, 4, 1}, Output: graph.Shape{2}, Printed: "GlobalAverage{}", Slow: slowAverage,
		},
		{
			Name: "global average of one pixel", Layer: graph.GlobalAverage{}, Batch: 1, Input: graph.Shape{1, 1, 1}, Output: graph.Shape{1}, Printed: "GlobalAverage{}", Slow: slowAverage,
		},
	} {
		layertest.Run(t, c)
	}
}

// TestBatchNormMovesItsState runs training programs: each run takes the batch's
// mean and variance into the running ones, once. Inference, and what lies below
// a Frozen, keeps them.
func TestBatchNormMovesItsState(t *testing.T) {
	const momentum = 0.75
	norm := graph.BatchNorm{Momentum: momentum}
	for _, c := range []struct {
		name  string
		layer graph.Layer
		mode  graph.Mode
		moves bool
	}{
		{"training", norm, graph.Training, true},
		{"pointer", &norm, graph.Training, true},
		{"inside a block", graph.Residual{Body: graph.Chain{norm}}, graph.Training, true},
		{"inference", norm, graph.Inference, false},
		{"frozen", graph.Frozen{Layer: norm}, graph.Training, false},
		{"frozen around a block", graph.Frozen{Layer: graph.Residual{Body: graph.Chain{norm}}}, graph.Training, false},
	} {
		for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
			t.Run(c.name+"/"+engine.String(), func(t *testing.T) {
				net, err := graph.New(graph.Config{Input: graph.Shape{1, 1, 2}, Engine: engine}, c.layer, graph.Flatten{}, graph.Dense{Units: 1})
				if err != nil {
					t.Fatal(err)
				}
				p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: c.mode, Loss: graph.MeanSquaredError{}})
				mean, variance := 0.0, 1.0
				for range 3 {
					copy(p.Inputs[0].Data().([]float32), []float32{1, 3, 5, 11}) // mean 5, variance 14
					run(t, p)
					if c.moves {
						mean, variance = momentum*mean+(1-momentum)*5, momentum*variance+(1-momentum)*14
					}
					state := net.Params(graph.State)
					if len(state) != 2 {
						t.Fatalf("want a mean and a variance, got %d parameters of role State", len(state))
					}
					for i, want := range []float64{mean, variance} {
						if got := float64(state[i].Value.Data().([]float32)[0]); math.Abs(got-want) > 1e-5 {
							t.Errorf("%s is %v, want %v", state[i].Name, got, want)
						}
					}
				}
			})
		}
	}
}

// TestBatchNormGradientsIgnoreState trains on the batch's own statistics,
// whatever the running ones are.
func TestBatchNormGradientsIgnoreState(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 3, 3}, Seed: 1}, graph.Conv2D{Filters: 3, Kernel: 2}, graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 4})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, training)
	fill(p, 1)
	run(t, p)
	var before [][]float32
	for _, g := range p.Grads {
		before = append(before, values(g))
	}
	for _, s := range net.Params(graph.State) {
		if err := s.Value.Memset(float32(7)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, p)
	for i, g := range p.Grads {
		for j, got := range values(g) {
			if got != before[i][j] {
				t.Fatalf("%s[%d]: gradient %v, want %v as before the running statistics changed", net.Params(graph.Trained)[i].Name, j, got, before[i][j])
			}
		}
	}
}

// channel calls f with the channel of each value of x (N, C, …).
func channel(x layertest.Array, f func(i, c int)) {
	area := x.Shape[2:].TotalSize()
	for i := range x.Data {
		f(i, i/area%x.Shape[1])
	}
}

func slowAffine(epsilon float64) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		channel(x, func(i, c int) {
			y.Data[i] = w["scale"].At(c)*(x.Data[i]-w["mean"].At(c))/math.Sqrt(w["variance"].At(c)+epsilon) + w["shift"].At(c)
		})
		return y
	}
}

// slowNorm is slowAffine by the mean and the variance of the batch.
func slowNorm(epsilon float64) slow {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		c := x.Shape[1]
		count := float64(len(x.Data) / c)
		mean, variance := layertest.Zeros(c), layertest.Zeros(c)
		channel(x, func(i, c int) { mean.Data[c] += x.Data[i] / count })
		channel(x, func(i, c int) { variance.Data[c] += (x.Data[i] - mean.Data[c]) * (x.Data[i] - mean.Data[c]) / count })
		return slowAffine(epsilon)(x, map[string]layertest.Array{"scale": w["scale"], "shift": w["shift"], "mean": mean, "variance": variance})
	}
}

func slowAverage(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
	y := layertest.Zeros(x.Shape[0], x.Shape[1])
	area := x.Shape[2] * x.Shape[3]
	for i, v := range x.Data {
		y.Data[i/area] += v / float64(area)
	}
	return y
}
