// Package layertest is the harness that every layer goes through: its printed
// form, shapes and weights, its values against a slow version, its gradients
// against central differences, a step that makes a loss smaller, and the
// fused engine against Gorgonia's ops.
package layertest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// Case is a layer and what it must be.
type Case struct {
	Name    string
	Layer   graph.Layer
	Input   graph.Shape // of one sample
	Batch   int         // 0 means 2
	Output  graph.Shape // wanted
	Params  int         // wanted, values in all weights
	Printed string      // wanted from String

	Refused graph.Shape // an input it must refuse; nil leaves it out
	Error   string      // wanted in the refusal

	// Slow computes the output in another way. x and the result are batches,
	// row-major; weights are by their short names, such as kernel.
	Slow func(x Array, weights map[string]Array) Array
}

// Array is a batch or a weight, row-major.
type Array struct {
	Shape graph.Shape
	Data  []float64
}

// At is the element at the given indices.
func (a Array) At(index ...int) float64 {
	at := 0
	for i, j := range index {
		at = at*a.Shape[i] + j
	}
	return a.Data[at]
}

// Zeros is an array of zeros.
func Zeros(shape ...int) Array {
	return Array{shape, make([]float64, graph.Shape(shape).TotalSize())}
}

// Run runs a case through every check.
func Run(t *testing.T, c Case) {
	if c.Batch == 0 {
		c.Batch = 2
	}
	t.Run(c.Name, func(t *testing.T) {
		t.Run("printed", c.printed)
		t.Run("shape", c.shape)
		t.Run("refusal", c.refusal)
		t.Run("values", c.values)
		t.Run("gradient", c.gradient)
		t.Run("descent", c.descent)
		t.Run("engines", func(t *testing.T) {
			EnginesAgree(t, graph.Config{Input: c.Input, Seed: 7}, c.Batch, graph.MeanSquaredError{}, offset{}, c.Layer)
		})
	})
}

// network is the layer behind one that makes its input trainable, in float64.
func (c Case) network(t *testing.T) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Input: c.Input, Seed: 7, Dtype: graph.Float64}, offset{}, c.Layer)
	if err != nil {
		t.Fatal(err)
	}
	// Biases start at zero, where they would hide mistakes.
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range net.Params() {
		for i, w := 0, p.Value.Data().([]float64); i < len(w); i++ {
			w[i] += 0.3 * rng.NormFloat64()
		}
	}
	return net
}

func (c Case) printed(t *testing.T) {
	if got := c.Layer.String(); got != c.Printed {
		t.Errorf("String() = %s, want %s", got, c.Printed)
	}
}

// shape compares what the layer says without data with what it does.
func (c Case) shape(t *testing.T) {
	said, err := c.Layer.OutputShape(c.Input)
	if err != nil {
		t.Fatal(err)
	}
	if !said.Eq(c.Output) {
		t.Errorf("OutputShape(%v) = %v, want %v", c.Input, said, c.Output)
	}
	net, err := graph.New(graph.Config{Input: c.Input}, c.Layer)
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: c.Batch})
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	if want := append(graph.Shape{c.Batch}, c.Output...); !p.Output.Shape().Eq(want) {
		t.Errorf("output has shape %v, want %v", p.Output.Shape(), want)
	}
	params := 0
	for _, w := range net.Params() {
		params += w.Value.Shape().TotalSize()
	}
	if params != c.Params || net.Report().Params != c.Params {
		t.Errorf("weights hold %d values and the report says %d, want %d", params, net.Report().Params, c.Params)
	}
}

func (c Case) refusal(t *testing.T) {
	if c.Refused == nil {
		return
	}
	_, err := graph.New(graph.Config{Input: c.Refused}, c.Layer)
	if err == nil {
		t.Fatalf("input %v was not refused", c.Refused)
	}
	if got := err.Error(); !strings.Contains(got, c.Error) || !strings.Contains(got, c.Printed) || strings.Contains(got, "\n") {
		t.Errorf("error %q, want one line with %q and %q", got, c.Printed, c.Error)
	}
}

// values compares with the slow version, in float64 and in float32.
func (c Case) values(t *testing.T) {
	if c.Slow == nil {
		t.Fatal("the case has no slow version")
	}
	net := c.network(t)
	x := random(c.Batch, c.Input, 11)
	weights := map[string]Array{}
	for _, p := range net.Params() {
		if short, ok := strings.CutPrefix(p.Name, net.LayerNames()[1]+"/"); ok {
			weights[short] = Array{p.Value.Shape(), p.Value.Data().([]float64)}
		}
	}
	shifted := x
	shifted.Data = append([]float64(nil), x.Data...)
	shift := net.Params()[0].Value.Data().([]float64)
	for i := range shifted.Data {
		shifted.Data[i] += shift[i%len(shift)]
	}
	want := c.Slow(shifted, weights)

	p := compile(t, net, graph.ProgramConfig{Batch: c.Batch})
	copy(p.Input.Data().([]float64), x.Data)
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	near(t, "float64", p.Output.Data().([]float64), want.Data, 1e-12)
	near(t, "float32", c.single(t, net, x), want.Data, 1e-4)
}

// single is the output of the same network in float32.
func (c Case) single(t *testing.T, net *graph.Network, x Array) []float64 {
	t.Helper()
	narrow, err := graph.New(graph.Config{Input: c.Input}, offset{}, c.Layer)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range narrow.Params() {
		for j, v := range net.Params()[i].Value.Data().([]float64) {
			p.Value.Data().([]float32)[j] = float32(v)
		}
	}
	p := compile(t, narrow, graph.ProgramConfig{Batch: c.Batch})
	for i, v := range x.Data {
		p.Input.Data().([]float32)[i] = float32(v)
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	out := make([]float64, p.Output.Shape().TotalSize())
	for i, v := range p.Output.Data().([]float32) {
		out[i] = float64(v)
	}
	return out
}

// gradient compares the gradient by each weight, and by the input, with central
// differences. Random values lie off the kinks of ReLU and the ties of max-pooling.
func (c Case) gradient(t *testing.T) {
	net := c.network(t)
	p, run := c.training(t, net)
	run()
	grads := make([][]float64, len(p.Grads))
	for i, g := range p.Grads {
		grads[i] = append([]float64(nil), g.Data().([]float64)...)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for i, param := range net.Params() {
		w := param.Value.Data().([]float64)
		// Some elements speak for all in a large weight.
		pick := rng.Perm(len(w))[:min(len(w), 40)]
		at, want := make([]float64, len(pick)), make([]float64, len(pick))
		for j, k := range pick {
			at[j], want[j] = w[k], grads[i][k]
		}
		loss := func(values []float64) float64 {
			for j, k := range pick {
				w[k] = values[j]
			}
			return run()
		}
		numeric := fd.Gradient(nil, loss, at, &fd.Settings{Formula: fd.Central, Step: 1e-5})
		loss(at)
		near(t, param.Name, want, numeric, 1e-7)
	}
}

// descent takes a small step against the gradient: the loss must fall.
func (c Case) descent(t *testing.T) {
	net := c.network(t)
	p, run := c.training(t, net)
	before := run()
	for i, param := range net.Params() {
		w := param.Value.Data().([]float64)
		for j, g := range p.Grads[i].Data().([]float64) {
			w[j] -= 1e-3 * g
		}
	}
	if after := run(); !(after < before) {
		t.Errorf("the loss went from %v to %v", before, after)
	}
}

// EnginesAgree compares the output, the loss and all gradients of a network of these
// layers under the fused engine with those under Gorgonia's ops, on random input.
func EnginesAgree(t *testing.T, config graph.Config, batch int, loss graph.Loss, layers ...graph.Layer) {
	t.Helper()
	stock, fused := underEngine(t, config, graph.Gorgonia, batch, loss, layers), underEngine(t, config, graph.Fused, batch, loss, layers)
	if d := math.Abs(stock.Loss - fused.Loss); !(d <= 1e-5*max(1, math.Abs(stock.Loss))) {
		t.Errorf("loss %v, want %v", fused.Loss, stock.Loss)
	}
	scaled(t, "output", fused.Output, stock.Output)
	for i, g := range fused.Grads {
		scaled(t, fmt.Sprintf("gradient %d", i), g, stock.Grads[i])
	}
}

// underEngine runs a network once, with the same random weights, input and
// target whatever the engine.
func underEngine(t *testing.T, config graph.Config, engine graph.Engine, batch int, loss graph.Loss, layers []graph.Layer) *graph.Program {
	t.Helper()
	config.Engine = engine
	net, err := graph.New(config, layers...)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(8, 9))
	for _, p := range net.Params() {
		for i, w := 0, p.Value.Data().([]float32); i < len(w); i++ {
			w[i] += 0.1 * float32(rng.NormFloat64())
		}
	}
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: loss})
	for i, x := 0, p.Input.Data().([]float32); i < len(x); i++ {
		x[i] = float32(rng.NormFloat64())
	}
	labels := make([]int, batch)
	for i := range labels {
		labels[i] = rng.IntN(net.Output()[0])
	}
	switch target := p.Target.Data().(type) {
	case []int:
		copy(target, labels)
	case []float32:
		for i := range target {
			target[i] = float32(rng.NormFloat64())
		}
	}
	for range 2 { // whatever the first run leaves behind must not show in the second
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// scaled compares two tensors relative to the largest value.
func scaled(t *testing.T, what string, got, want *tensor.Dense) {
	t.Helper()
	if !got.Shape().Eq(want.Shape()) {
		t.Fatalf("%s has shape %v, want %v", what, got.Shape(), want.Shape())
	}
	g, w := got.Data().([]float32), want.Data().([]float32)
	var largest float64
	for _, v := range w {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i := range g {
		if d := math.Abs(float64(g[i]) - float64(w[i])); !(d <= 2e-5*largest+1e-7) {
			t.Fatalf("%s: value %d is %v, want %v (largest %v)", what, i, g[i], w[i], largest)
		}
	}
}

// training compiles the network to train towards random targets, and returns the program with
// a function that runs it and returns the loss.
func (c Case) training(t *testing.T, net *graph.Network) (*graph.Program, func() float64) {
	t.Helper()
	p := compile(t, net, graph.ProgramConfig{Batch: c.Batch, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	x, target := random(c.Batch, c.Input, 11), random(c.Batch, c.Output, 12)
	return p, func() float64 {
		copy(p.Input.Data().([]float64), x.Data)
		copy(p.Target.Data().([]float64), target.Data)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		return p.Loss
	}
}

func compile(t *testing.T, net *graph.Network, c graph.ProgramConfig) *graph.Program {
	t.Helper()
	p, err := net.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// random is a batch of standard normal values.
func random(n int, shape graph.Shape, seed uint64) Array {
	a := Zeros(append(graph.Shape{n}, shape...)...)
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range a.Data {
		a.Data[i] = rng.NormFloat64()
	}
	return a
}

// near compares two slices, with a tolerance relative to values above 1.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if d := math.Abs(got[i] - want[i]); !(d <= tolerance*max(1, math.Abs(want[i]))) {
			t.Fatalf("%s: value %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

// offset adds a trainable number to each value of a sample, so that the
// gradient by the next layer's input can be read off as that by a weight.
type offset struct{}

func (offset) String() string                                  { return "offset{}" }
func (offset) OutputShape(in graph.Shape) (graph.Shape, error) { return in, nil }

func (offset) Declare(s *graph.Scope, x *G.Node) (*G.Node, error) {
	shape := append(tensor.Shape{1}, x.Shape()[1:]...)
	w, err := s.Weight("shift", shape, graph.Zeros)
	if err != nil {
		return nil, fmt.Errorf("offset: %w", err)
	}
	return G.BroadcastAdd(x, w, nil, []byte{0})
}
