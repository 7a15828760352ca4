package layertest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"euryale/graph"
)

// elements is how many of a parameter speak for all of it.
const elements = 24

// Gradients compares the gradient of a network's loss by its trained
// parameters with central differences, on random inputs and targets. The
// network is of type Float64.
func Gradients(t *testing.T, net *graph.Network, batch int, loss graph.Loss) {
	t.Helper()
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: loss})
	runRandom(t, p)
	params := net.Params(graph.Trained)
	if len(params) == 0 || len(p.Grads) != len(params) {
		t.Fatalf("%d gradients, want one for each of %d trained parameters, at least 1", len(p.Grads), len(params))
	}
	var grads []Array
	for i, g := range p.Grads {
		if !slices.Equal(g.Shape(), params[i].Value.Shape()) {
			t.Fatalf("gradient of %s has shape %v, want %v", params[i].Name, g.Shape(), params[i].Value.Shape())
		}
		grads = append(grads, take(g))
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for i, param := range params {
		w := param.Value.Data().([]float64)
		for _, k := range rng.Perm(len(w))[:min(len(w), elements)] {
			if got, want := grads[i].Data[k], slope(t, p, &w[k], grads[i].Data[k]); !nearly(got, want) {
				t.Fatalf("%s: the gradient by value %d is %v, want %v", param.Name, k, got, want)
			}
		}
	}
}

func nearly(got, want float64) bool { return math.Abs(got-want) <= 1e-7*max(1, math.Abs(want)) }

// slope is the derivative of the loss by a weight, by central differences. A
// kink of a ReLU, or a tie of a max-pool, may lie within a step: a smaller one
// is tried where the slope is not the one expected.
func slope(t *testing.T, p *graph.Program, w *float64, expected float64) (d float64) {
	t.Helper()
	at := *w
	defer func() { *w = at }()
	loss := func(x float64) float64 {
		*w = x
		return runRandom(t, p)
	}
	for _, step := range []float64{1e-5, 1e-6, 1e-7} {
		if d = fd.Derivative(loss, at, &fd.Settings{Formula: fd.Central, Step: step}); nearly(expected, d) {
			break
		}
	}
	return d
}

// runRandom runs a program on random inputs and targets, the same in each call
// and at the same step, and is its loss.
func runRandom(t *testing.T, p *graph.Program) float64 {
	t.Helper()
	rng := rand.New(rand.NewPCG(8, 9))
	for _, x := range p.Inputs {
		normal(rng, x.Data())
	}
	for i, x := range p.Targets {
		labels, ok := x.Data().([]int)
		if !ok {
			shares(rng, x.Data())
			continue
		}
		for j := range labels {
			labels[j] = rng.IntN(p.Outputs[i].Shape()[1])
		}
	}
	if err := p.RunAt(0); err != nil {
		t.Fatal(err)
	}
	return p.Loss
}

// shares are from 0 to 1, as some losses want their targets.
func shares(rng *rand.Rand, data any) {
	switch x := data.(type) {
	case []float32:
		for i := range x {
			x[i] = rng.Float32()
		}
	case []float64:
		for i := range x {
			x[i] = rng.Float64()
		}
	}
}

func normal(rng *rand.Rand, data any) {
	switch x := data.(type) {
	case []float32:
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
	case []float64:
		for i := range x {
			x[i] = rng.NormFloat64()
		}
	}
}
