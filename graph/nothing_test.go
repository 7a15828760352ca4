package graph_test

import (
	"testing"

	"euryale/graph"
)

// TestNothing has what no function of the package made.
func TestNothing(t *testing.T) {
	net, p := &graph.Network{}, &graph.Program{}
	if got := net.String(); got != "network of nothing" {
		t.Errorf("got %q", got)
	}
	if net.SetSteps(3); net.Steps() != 0 {
		t.Errorf("want no steps, got %d", net.Steps())
	}
	_, err := net.Compile(graph.ProgramConfig{})
	oneLine(t, err, "program: want a network that New or Compose made, got an empty one")
	oneLine(t, p.Run(), "program: want one that Compile made, got an empty one")
	oneLine(t, p.RunAt(1), "program: want one that Compile made, got an empty one")
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// sloppy is a layer that drops a value it ought to return, or fails for no reason.
type sloppy struct{ how string }

func (c sloppy) String() string { return "sloppy{" + c.how + "}" }

func (c sloppy) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	switch c.how {
	case "nil":
		return s.Fail(nil)
	case "shape":
		s.Weight("w", graph.Shape{0, 3}, nil)
	case "name":
		s.State("a/b", graph.Shape{1}, nil)
	case "penalty":
		s.PenalizedWeight("w", graph.Shape{1}, nil, graph.L2{Weight: -1})
	case "init":
		s.Weight("w", graph.Shape{1}, graph.VarianceScaling{Scale: -1})
	}
	return x.Then(graph.ReLU)
}

// TestSloppyLayers: what their Build does wrong is an error that names them.
func TestSloppyLayers(t *testing.T) {
	for how, want := range map[string]string{
		"nil":     "want a reason for Fail, got nil",
		"shape":   "weight w: want a shape of 1 to 2³¹ values, got (0, 3)",
		"name":    `weight "a/b": want a name without a slash`,
		"penalty": "weight w: L2{Weight: -1}: ",
		"init":    "weight w: ",
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4}}, sloppy{how})
		oneLine(t, err, "sloppy_1: sloppy{"+how+"}")
		oneLine(t, err, want)
	}
}

// TestTooLargeForFloat32 has numbers that are infinite in the network's type.
func TestTooLargeForFloat32(t *testing.T) {
	for want, l := range map[string]graph.Layer{
		"leaky_re_lu_1: LeakyReLU{Slope: 1e+300}: want Slope that is finite in float32, got 1e+300":              graph.LeakyReLU{Slope: 1e300},
		"elu_1: ELU{Alpha: 1e+39}: want Alpha that is finite in float32, got 1e+39":                              graph.ELU{Alpha: 1e39},
		"want Deviation that is finite in float32, got 1e+300":                                                   graph.GaussianNoise{Deviation: 1e300},
		"hard_sigmoid_1: HardSigmoid{Slope: 1e+300}: want Slope that is finite in float32":                       graph.HardSigmoid{Slope: 1e300},
		"want Init.Value that is finite in float32, got -1e+300":                                                 graph.Dense{Units: 2, Init: graph.Constant{Value: -1e300}},
		"want Init.Scale that is finite in float32, got 1e+300":                                                  graph.Dense{Units: 2, Init: graph.VarianceScaling{Scale: 1e300}},
		"want Penalty.Weight that is finite in float32, got 1e+300":                                              graph.Dense{Units: 2, Penalty: graph.L2{Weight: 1e300}},
		"dense_1: Dense{Units: 2, Activation: LeakyReLU{Slope: 1e+300}}: want Activation.Slope":                  graph.Dense{Units: 2, Activation: graph.LeakyReLU{Slope: 1e300}},
		"frozen: Named{Name: \"frozen\", Layer: LeakyReLU{Slope: 1e+300}}: want Slope that is finite in float32": graph.Frozen{Layer: graph.Named{Name: "frozen", Layer: graph.LeakyReLU{Slope: 1e300}}},
		"residual_1/leaky_re_lu_1: LeakyReLU{Slope: 1e+300}: want Slope that is finite in float32, got ":         graph.Residual{Body: []graph.Layer{graph.LeakyReLU{Slope: 1e300}}},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4}}, l)
		oneLine(t, err, want)
		if _, err := graph.New(graph.Config{Input: graph.Shape{4}, Dtype: graph.Float64}, l); err != nil {
			t.Errorf("%v in float64: want no error, got %v", l, err)
		}
	}
}
