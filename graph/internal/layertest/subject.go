package layertest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// subject is a layer or a joiner under test.
type subject struct {
	got, printed string // its printed form, and what that must be
	inputs       []graph.Shape
	batch        int
	output       graph.Shape
	params       int
	refused      []graph.Shape
	err          string
	put          func(x []*graph.Value) *graph.Value // behind x
	slow         func(x []Array, weights map[string]Array) Array
	training     func(x []Array, weights map[string]Array) Array
}

func (s subject) run(t *testing.T) {
	if s.batch == 0 {
		s.batch = 2
	}
	t.Run("printed", s.print)
	t.Run("shape", s.shape)
	t.Run("refusal", s.refusal)
	t.Run("values", s.values)
	t.Run("training", s.trained)
	t.Run("gradient", func(t *testing.T) { Gradients(t, s.network(t, graph.Float64), s.batch, graph.MeanSquaredError{}) })
	t.Run("descent", s.descent)
	t.Run("onnx", s.onnx)
	t.Run("engines", func(t *testing.T) {
		EnginesAgreeOn(t, s.batch, graph.MeanSquaredError{}, func(e graph.Engine) (*graph.Network, error) {
			return s.compose(graph.Config{Seed: 7, Engine: e}, s.inputs, Offset{})
		})
	})
}

// compose is the network of the subject alone, behind inputs that go through
// before.
func (s subject) compose(c graph.Config, inputs []graph.Shape, before ...graph.Layer) (*graph.Network, error) {
	var x []*graph.Value
	for i, shape := range inputs {
		x = append(x, graph.Input(fmt.Sprint("x", i+1), shape...).Then(before...))
	}
	return graph.Compose(c, s.put(x))
}

// network is the subject behind layers that make its inputs trainable.
func (s subject) network(t *testing.T, dt tensor.Dtype) *graph.Network {
	t.Helper()
	net, err := s.compose(graph.Config{Seed: 7, Dtype: dt}, s.inputs, Offset{})
	if err != nil {
		t.Fatal(err)
	}
	Disturb(net, 0.3)
	return net
}

// Disturb adds random numbers of the given deviation to all parameters: biases
// start at zero, where they would hide mistakes. State only grows, since some
// of it is a variance.
func Disturb(net *graph.Network, deviation float64) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, p := range net.Params() {
		a := take(p.Value)
		for i := range a.Data {
			d := deviation * rng.NormFloat64()
			if p.Role == graph.State {
				d = math.Abs(d)
			}
			a.Data[i] += d
		}
		a.put(p.Value)
		p.Changed()
	}
}

func (s subject) print(t *testing.T) {
	if s.got != s.printed {
		t.Errorf("String() = %s, want %s", s.got, s.printed)
	}
}

// shape compares what is said without data with what is done.
func (s subject) shape(t *testing.T) {
	net, err := s.compose(graph.Config{}, s.inputs)
	if err != nil {
		t.Fatal(err)
	}
	if said := net.Outputs()[0].Shape; !slices.Equal(said, s.output) {
		t.Errorf("%s of %v has shape %v, want %v", s.got, s.inputs, said, s.output)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: s.batch})
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	if want := append(graph.Shape{s.batch}, s.output...); !slices.Equal(p.Outputs[0].Shape(), want) {
		t.Errorf("output has shape %v, want %v", p.Outputs[0].Shape(), want)
	}
	params := 0
	for _, w := range net.Params() {
		params += w.Value.Shape().TotalSize()
	}
	if params != s.params || net.Report().Params != s.params {
		t.Errorf("parameters hold %d values and the report says %d, want %d", params, net.Report().Params, s.params)
	}
}

// refusal is one line that names the layer, or the one inside it that does not
// fit.
func (s subject) refusal(t *testing.T) {
	if s.refused == nil {
		return
	}
	_, err := s.compose(graph.Config{}, s.refused)
	if err == nil {
		t.Fatalf("inputs %v were not refused", s.refused)
	}
	name, _, _ := strings.Cut(err.Error(), ": ")
	inside := strings.Contains(name, "/")
	if got := err.Error(); !strings.Contains(got, s.err) || !inside && !strings.Contains(got, s.printed) || strings.Contains(got, "\n") {
		t.Errorf("error %q, want one line with %q and %q", got, s.printed, s.err)
	}
}

// values compares with the slow version, in float64 and in float32.
func (s subject) values(t *testing.T) {
	if s.slow == nil {
		t.Fatal("the case has no slow version")
	}
	for _, c := range []struct {
		dt        tensor.Dtype
		tolerance float64
	}{{graph.Float64, 1e-12}, {graph.Float32, 1e-4}} {
		net := s.network(t, c.dt)
		want := s.want(net, s.slow)
		p := compile(t, net, graph.ProgramConfig{Batch: s.batch})
		s.fill(p)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		near(t, c.dt.String(), take(p.Outputs[0]).Data, want.Data, c.tolerance)
	}
}

// trained compares what comes out in training with the slow version.
func (s subject) trained(t *testing.T) {
	net := s.network(t, graph.Float64)
	want := s.want(net, s.training)
	p := compile(t, net, graph.ProgramConfig{Batch: s.batch, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	s.fill(p)
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	near(t, "output", take(p.Outputs[0]).Data, want.Data, 1e-12)
}

// fill gives a program random inputs.
func (s subject) fill(p *graph.Program) {
	for i, x := range s.random() {
		x.put(p.Inputs[i])
	}
}

func (s subject) random() []Array {
	var all []Array
	for i, shape := range s.inputs {
		all = append(all, random(s.batch, shape, uint64(11+i)))
	}
	return all
}

// want is what a slow version makes of the random inputs and the network's
// parameters.
func (s subject) want(net *graph.Network, slow func([]Array, map[string]Array) Array) Array {
	name := net.LayerNames()[len(s.inputs)]
	weights := map[string]Array{}
	for _, p := range net.Params() {
		if short, ok := strings.CutPrefix(p.Name, name+"/"); ok {
			weights[short] = take(p.Value)
		}
	}
	inputs := s.random()
	for i, x := range inputs {
		shift := take(net.Params()[i].Value).Data
		for j := range x.Data {
			x.Data[j] += shift[j%len(shift)]
		}
	}
	return slow(inputs, weights)
}

// descent takes a small step against the gradient: the loss must fall.
func (s subject) descent(t *testing.T) {
	net := s.network(t, graph.Float64)
	p := compile(t, net, graph.ProgramConfig{Batch: s.batch, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	before := runRandom(t, p)
	for i, param := range net.Params(graph.Trained) {
		w := param.Value.Data().([]float64)
		for j, g := range p.Grads[i].Data().([]float64) {
			w[j] -= 1e-3 * g
		}
	}
	if after := runRandom(t, p); !(after < before) {
		t.Errorf("the loss went from %v to %v", before, after)
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
