package graph_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// drawnBytes makes random numbers of bytes, one each, so that a fuzzer that changes
// a byte changes one choice. What follows the last byte is always the same.
type drawnBytes struct {
	left []byte
	then *rand.PCG
}

func drawsOf(choices []byte) *rand.Rand { return rand.New(&drawnBytes{choices, rand.NewPCG(1, 2)}) }

func (d *drawnBytes) Uint64() uint64 {
	if len(d.left) == 0 {
		return d.then.Uint64()
	}
	b := d.left[0]
	d.left = d.left[1:]
	return uint64(b) * 0x0101010101010101 // IntN looks at either end
}

// seedChoices are what a fuzzer begins with.
func seedChoices() [][]byte {
	all := make([][]byte, 100)
	for i := range all {
		rng := draws(uint64(i))
		for range 12 {
			all[i] = binary.LittleEndian.AppendUint64(all[i], rng.Uint64())
		}
	}
	return all
}

// FuzzNetworks compares the fused engine with Gorgonia's ops, on networks that
// the fuzzer draws.
func FuzzNetworks(f *testing.F) {
	for i, choices := range seedChoices() {
		if raced && i >= 10 {
			break
		}
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		stock := measureDrawn(t, choices, graph.Gorgonia, nil)
		fused := measureDrawn(t, choices, graph.Fused, nil)
		spread := make([]float64, len(stock)) // how far stock's move with rounding, as far as that was asked for
		nudges := uint64(0)
		for i, want := range stock {
			tolerance, far := 1e-5*want.scale, want.distance(fused[i])
			for ; !(far <= tolerance+4*spread[i]); nudges++ {
				if nudges == 12 {
					t.Fatalf("%s is off by %v, want at most %v, and 4 times %v by which it changes with rounding\n%v", want.what, far, tolerance, spread[i], composeDrawn(t, choices, graph.Fused).net)
				}
				for j, m := range measureDrawn(t, choices, graph.Gorgonia, draws(nudges)) {
					spread[j] = max(spread[j], stock[j].distance(m))
				}
			}
		}
	})
}

// measured is what a network makes, its loss, or a gradient, and how large that
// is.
type measured struct {
	what   string
	values []float32
	scale  float64
}

// distance is the largest difference of two values, infinite where one is not
// a number and the other is.
func (m measured) distance(other measured) (far float64) {
	for i, v := range m.values {
		a, b := float64(v), float64(other.values[i])
		if a != b && !(math.IsNaN(a) && math.IsNaN(b)) {
			if d := math.Abs(a - b); d > far || math.IsNaN(d) {
				far = d
			}
		}
	}
	return far
}

// nudge is how far weights and inputs are moved, by some times what rounding
// does, to see what moves with them. Near a ReLU's kink, or where two values of a
// max-pool are nearly equal, a gradient jumps; behind a norm of nearly equal
// values, rounding is made much of: either engine may be right.
const nudge = 4e-6

// drawnNetwork is what the fuzzer's bytes say.
type drawnNetwork struct {
	net    *graph.Network
	losses graph.Losses
	batch  int
}

func composeDrawn(t *testing.T, choices []byte, e graph.Engine) (d drawnNetwork) {
	rng := drawsOf(choices)
	d.batch = 1 + rng.IntN(9)
	d.net, d.losses = randomGraph(t, rng, graph.Config{Seed: 1, Engine: e})
	for _, p := range d.net.Params(graph.Trained) { // biases of zero behind a ReLU lie on the kink
		w, noise := p.Value.Data().([]float32), draws(3)
		for i := range w {
			w[i] += float32(0.1 * noise.NormFloat64())
		}
	}
	return d
}

// measureDrawn runs a drawn network in training, twice, since what the first run
// leaves behind must not show in the second, and then in inference.
func measureDrawn(t *testing.T, choices []byte, e graph.Engine, nudges *rand.Rand) (all []measured) {
	d := composeDrawn(t, choices, e)
	move := func(x *tensor.Dense) {
		if nudges == nil {
			return
		}
		for i, v := 0, x.Data().([]float32); i < len(v); i++ {
			v[i] += float32(nudge * nudges.NormFloat64() * (math.Abs(float64(v[i])) + 0.1))
		}
	}
	for _, p := range d.net.Params(graph.Trained) {
		move(p.Value)
	}
	add := func(what string, values ...float32) {
		m := measured{what: what, values: append([]float32(nil), values...)}
		for _, v := range values {
			m.scale = max(m.scale, math.Abs(float64(v)))
		}
		all = append(all, m)
	}
	filled := func(c graph.ProgramConfig) *graph.Program {
		c.Batch = d.batch
		p := compile(t, d.net, c)
		seeded(t, p)
		for _, x := range p.Inputs {
			move(x)
		}
		return p
	}

	training := filled(graph.ProgramConfig{Mode: graph.Training, Loss: d.losses})
	run(t, training)
	run(t, training)
	add("the loss", float32(training.Loss))
	for i, y := range training.Outputs {
		add(fmt.Sprint("output ", i), y.Data().([]float32)...)
	}
	largest := 0.0
	before := len(all)
	for i, p := range d.net.Params(graph.Trained) {
		add("the gradient of "+p.Name, training.Grads[i].Data().([]float32)...)
		largest = max(largest, all[len(all)-1].scale)
	}
	for i := range all[before:] { // one may be what is left of others that cancel
		g := &all[before+i]
		g.scale = max(g.scale, largest/100)
	}
	for _, p := range d.net.Params(graph.State) {
		add(p.Name, p.Value.Data().([]float32)...)
	}
	inference := filled(graph.ProgramConfig{})
	run(t, inference)
	for i, y := range inference.Outputs {
		add(fmt.Sprint("output in inference ", i), y.Data().([]float32)...)
	}
	return all
}
