package graph_test

import (
	"fmt"
	"math"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
	"euryale/internal/golden"
)

// activations are the functions of one number, each with its textbook formula.
var activations = []struct {
	layer   graph.Layer
	printed string
	f       func(x float64) float64
}{
	{graph.ReLU6, "ReLU6", func(x float64) float64 { return math.Min(math.Max(x, 0), 6) }},
	{graph.ELU{}, "ELU{}", elu(1)},
	{graph.ELU{Alpha: 0.5}, "ELU{Alpha: 0.5}", elu(0.5)},
	{graph.SELU, "SELU", func(x float64) float64 { return 1.0507009873554805 * elu(1.6732632423543772)(x) }},
	{graph.GELU, "GELU", func(x float64) float64 { return x * (1 + math.Erf(x/math.Sqrt2)) / 2 }},
	{graph.GELUTanh, "GELUTanh", func(x float64) float64 {
		return x / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*math.Pow(x, 3))))
	}},
	{graph.SiLU, "SiLU", func(x float64) float64 { return x * sigmoid(x) }},
	{graph.Mish, "Mish", func(x float64) float64 { return x * math.Tanh(math.Log(1+math.Exp(x))) }},
	{graph.HardSigmoid{}, "HardSigmoid{}", func(x float64) float64 { return math.Min(math.Max(x/6+0.5, 0), 1) }},
	{graph.HardSigmoid{Slope: 0.2}, "HardSigmoid{Slope: 0.2}", func(x float64) float64 { return math.Min(math.Max(0.2*x+0.5, 0), 1) }},
	{graph.HardSwish, "HardSwish", func(x float64) float64 { return x * math.Min(math.Max(x+3, 0), 6) / 6 }},
	{graph.Softplus, "Softplus", func(x float64) float64 { return math.Log(1 + math.Exp(x)) }},
	{graph.Softsign, "Softsign", func(x float64) float64 { return x / (1 + math.Abs(x)) }},
	{graph.Exp, "Exp", math.Exp},
	{graph.Abs, "Abs", math.Abs},
	{graph.Negative, "Negative", func(x float64) float64 { return -x }},
	{graph.Erf, "Erf", math.Erf},
	// Of what is above 0, and not near it.
	{graph.Chain{graph.Exp, graph.Sqrt}, "Chain{Exp, Sqrt}", func(x float64) float64 { return math.Sqrt(math.Exp(x)) }},
	{graph.Chain{graph.Exp, graph.Log}, "Chain{Exp, Log}", func(x float64) float64 { return math.Log(math.Exp(x)) }},
	{graph.Chain{graph.Exp, graph.Reciprocal}, "Chain{Exp, Reciprocal}", func(x float64) float64 { return 1 / math.Exp(x) }},
	{graph.Chain{graph.Exp, graph.Pow{Exponent: -0.7}}, "Chain{Exp, Pow{Exponent: -0.7}}", func(x float64) float64 { return math.Exp(-0.7 * x) }},
	{graph.Pow{Exponent: 3}, "Pow{Exponent: 3}", func(x float64) float64 { return x * x * x }},
	{graph.Residual{Body: []graph.Layer{graph.Pow{}}}, "Residual{Body: Chain{Pow{}}}", func(x float64) float64 { return x + 1 }},
	{graph.Rescaling{}, "Rescaling{}", func(x float64) float64 { return x }},
	{graph.Rescaling{Scale: -2, Offset: 0.5}, "Rescaling{Scale: -2, Offset: 0.5}", func(x float64) float64 { return 0.5 - 2*x }},
	{graph.CELU{}, "CELU{}", elu(1)},
	{graph.CELU{Alpha: 2}, "CELU{Alpha: 2}", func(x float64) float64 { return 2 * elu(1)(x/2) }},
	{graph.ThresholdedReLU{}, "ThresholdedReLU{}", func(x float64) float64 { return math.Max(x, 0) }},
	{graph.ThresholdedReLU{Alpha: 0.4}, "ThresholdedReLU{Alpha: 0.4}", func(x float64) float64 {
		if x > 0.4 {
			return x
		}
		return 0
	}},
	{graph.Clip{Low: -0.5, High: 0.7}, "Clip{Low: -0.5, High: 0.7}", func(x float64) float64 { return math.Min(math.Max(x, -0.5), 0.7) }},
	{graph.Clip{Low: math.Inf(-1), High: 0.2}, "Clip{Low: math.Inf(-1), High: 0.2}", func(x float64) float64 { return math.Min(x, 0.2) }},
	{graph.Clip{Low: 0.1, High: math.Inf(1)}, "Clip{Low: 0.1, High: math.Inf(1)}", func(x float64) float64 { return math.Max(x, 0.1) }},
	{graph.Swish{}, "Swish{}", func(x float64) float64 { return x * sigmoid(x) }},
	{graph.Swish{Alpha: 1.702}, "Swish{Alpha: 1.702}", func(x float64) float64 { return x * sigmoid(1.702*x) }},
}

func elu(alpha float64) func(float64) float64 {
	return func(x float64) float64 {
		if x > 0 {
			return x
		}
		return alpha * (math.Exp(x) - 1)
	}
}

func TestActivations(t *testing.T) {
	for _, a := range activations {
		layertest.Run(t, activation(a.printed, a.layer, a.f))
	}
	for _, c := range []layertest.Case{
		{
			Name: "softmax over channels", Layer: graph.Softmax, Input: graph.Shape{4, 2, 3}, Output: graph.Shape{4, 2, 3}, Printed: "Softmax",
			Slow: overPixels(slowSoftmax),
		},
		{
			Name: "softmax of one pixel, batch of one", Layer: graph.Softmax, Batch: 1, Input: graph.Shape{3, 1, 1}, Output: graph.Shape{3, 1, 1}, Printed: "Softmax",
			Slow: overPixels(slowSoftmax),
		},
		{
			Name: "log softmax", Layer: graph.LogSoftmax, Input: graph.Shape{5}, Output: graph.Shape{5}, Printed: "LogSoftmax",
			Refused: graph.Shape{2, 3}, Error: "want vectors (N, K) or an image (N, C, H, W) for LogSoftmax, got (N, 2, 3)",
			Slow: slowLogSoftmax,
		},
		{
			Name: "log softmax over channels", Layer: graph.LogSoftmax, Batch: 3, Input: graph.Shape{3, 2, 2}, Output: graph.Shape{3, 2, 2}, Printed: "LogSoftmax",
			Slow: overPixels(slowLogSoftmax),
		},
		{
			Name: "prelu", Layer: graph.PReLU{}, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3, 2, 4}, Params: 3, Printed: "PReLU{}", Slow: slowPReLU(8),
		},
		{
			Name: "prelu by element", Layer: graph.PReLU{Slopes: graph.PerElement, Init: graph.Constant{Value: 0.25}},
			Input: graph.Shape{3, 2, 2}, Output: graph.Shape{3, 2, 2}, Params: 12,
			Printed: "PReLU{Slopes: PerElement, Init: Constant{Value: 0.25}}", Slow: slowPReLU(1),
		},
		{
			Name: "prelu with one slope", Layer: graph.PReLU{Slopes: graph.Single}, Batch: 3, Input: graph.Shape{5}, Output: graph.Shape{5}, Params: 1,
			Printed: "PReLU{Slopes: Single}", Slow: slowPReLU(5),
		},
		{
			Name: "prelu as an activation", Layer: graph.Dense{Units: 4, Activation: graph.PReLU{}}, Input: graph.Shape{6}, Output: graph.Shape{4}, Params: 32,
			Printed: "Dense{Units: 4, Activation: PReLU{}}",
			Slow: func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
				return slowPReLU(1)(slowDense(x, w), w)
			},
		},
	} {
		layertest.Run(t, c)
	}
}

// overPixels applies a function of vectors to the channels of each pixel.
func overPixels(f func(layertest.Array, map[string]layertest.Array) layertest.Array) func(layertest.Array, map[string]layertest.Array) layertest.Array {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		n, c, area := x.Shape[0], x.Shape[1], x.Shape[2]*x.Shape[3]
		y := layertest.Zeros(x.Shape...)
		for i := range n * area {
			v := layertest.Zeros(1, c)
			at := func(k int) int { return (i/area*c+k)*area + i%area }
			for k := range c {
				v.Data[k] = x.Data[at(k)]
			}
			for k, p := range f(v, nil).Data {
				y.Data[at(k)] = p
			}
		}
		return y
	}
}

func slowLogSoftmax(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
	return then(slowSoftmax, math.Log)(x, nil)
}

// slowPReLU has a slope for each run of so many values.
func slowPReLU(run int) func(layertest.Array, map[string]layertest.Array) layertest.Array {
	return func(x layertest.Array, w map[string]layertest.Array) layertest.Array {
		y, slope := layertest.Zeros(x.Shape...), w["slope"].Data
		for i, v := range x.Data {
			y.Data[i] = math.Max(v, 0) + slope[i/run%len(slope)]*math.Min(v, 0)
		}
		return y
	}
}

func TestActivationFieldsRefused(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.ELU{Alpha: -1}, "elu_1: ELU{Alpha: -1}: want Alpha above 0, or 0 for 1, got -1"},
		{graph.ELU{Alpha: math.NaN()}, "want Alpha above 0, or 0 for 1, got NaN"},
		{graph.HardSigmoid{Slope: math.Inf(1)}, "want Slope above 0, or 0 for 0.1667, got +Inf"},
		{graph.CELU{Alpha: -1}, "celu_1: CELU{Alpha: -1}: want Alpha above 0, or 0 for 1, got -1"},
		{graph.Clip{Low: 1}, "clip_1: Clip{Low: 1}: want Low of at most High, got 1 and 0"},
		{graph.PReLU{Slopes: 3}, "want Slopes PerChannel, PerElement or Single, got 3"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{2}}, c.layer)
		oneLine(t, err, c.want)
	}
}

// TestActivationsAtTheEnds: far from 0 a function is its limit, and so is its
// derivative; NaN stays NaN. Nothing else is NaN.
func TestActivationsAtTheEnds(t *testing.T) {
	inf := math.Inf(1)
	x := []float64{-inf, -1e30, -1000, -100, 100, 1000, 1e30, inf, math.NaN(), 0}
	type ends struct{ left, right, slopeLeft, slopeRight float64 } // right: inf for x itself
	for _, c := range []struct {
		layer graph.Layer
		ends
		at0 float64 // the derivative
	}{
		{graph.ReLU6, ends{0, 6, 0, 0}, 0},
		{graph.ELU{}, ends{-1, inf, 0, 1}, 1},
		{graph.ELU{Alpha: 0.5}, ends{-0.5, inf, 0, 1}, 0.5},
		{graph.GELU, ends{0, inf, 0, 1}, 0.5},
		{graph.GELUTanh, ends{0, inf, 0, 1}, 0.5},
		{graph.SiLU, ends{0, inf, 0, 1}, 0.5},
		{graph.Mish, ends{0, inf, 0, 1}, 0.6},
		{graph.HardSigmoid{}, ends{0, 1, 0, 0}, 1.0 / 6},
		{graph.HardSwish, ends{0, inf, 0, 1}, 0.5},
		{graph.Softplus, ends{0, inf, 0, 1}, 0.5},
		{graph.Softsign, ends{-1, 1, 0, 0}, 1},
		{graph.Erf, ends{-1, 1, 0, 0}, 2 / math.SqrtPi},
		{graph.CELU{Alpha: 2}, ends{-2, inf, 0, 1}, 1},
		{graph.ThresholdedReLU{Alpha: 2}, ends{0, inf, 0, 1}, 0},
		{graph.Clip{Low: -3, High: 2}, ends{-3, 2, 0, 0}, 1},
		{graph.Swish{Alpha: 2}, ends{0, inf, 0, 1}, 0.5},
		{graph.Rescaling{}, ends{inf, inf, 1, 1}, 1},
	} {
		t.Run(c.layer.String(), func(t *testing.T) {
			for _, e := range engines {
				p := heldProgram(t, e, graph.Shape{1, len(x)}, c.layer)
				for i, v := range x {
					p.net.Params()[0].Value.Data().([]float32)[i] = float32(v)
				}
				for i := range x {
					p.Targets[0].Data().([]float32)[i] = 1
				}
				run(t, p.Program)
				y, g := p.Outputs[0].Data().([]float32), p.Grads[0].Data().([]float32)
				for i, v := range x[:8] {
					want, slope := c.left, c.slopeLeft
					if v > 0 {
						want, slope = c.right, c.slopeRight
					}
					if want == inf {
						want = v
					}
					tolerance := 1e-6
					if c.layer == graph.Softsign {
						tolerance = 0.01 // 100/101
					}
					if d := math.Abs(float64(y[i]) - want); !(d <= tolerance*math.Max(1, math.Abs(want))) && float64(y[i]) != want {
						t.Errorf("%v: f(%v) = %v, want %v", e, v, y[i], want)
					}
					if d := math.Abs(float64(g[i]) - slope); !(d <= 1e-3) {
						t.Errorf("%v: f'(%v) = %v, want %v", e, v, g[i], slope)
					}
				}
				if y[8] == y[8] {
					t.Errorf("%v: f(NaN) = %v", e, y[8])
				}
				if math.Abs(float64(g[9])-c.at0) > 1e-6 {
					t.Errorf("%v: f'(0) = %v, want %v", e, g[9], c.at0)
				}
			}
		})
	}
}

// heldNet is a program of layers behind a weight that is the whole batch.
type heldNet struct {
	*graph.Program
	net *graph.Network
}

// heldProgram trains on Σ y·target, the batch being the network's first weight.
func heldProgram(t *testing.T, e graph.Engine, batch graph.Shape, layers ...graph.Layer) heldNet {
	t.Helper()
	layers = append([]graph.Layer{held{shape: batch}}, layers...)
	net, err := graph.New(graph.Config{Input: batch[1:].Clone(), Engine: e}, layers...)
	if err != nil {
		t.Fatal(err)
	}
	return heldNet{compile(t, net, graph.ProgramConfig{Batch: batch[0], Mode: graph.Training, Loss: weighted{}}), net}
}

// TestLogSoftmaxIsFinite where the probability is 0 in float32.
func TestLogSoftmaxIsFinite(t *testing.T) {
	for _, e := range engines {
		p := heldProgram(t, e, graph.Shape{1, 3, 1, 1}, graph.LogSoftmax)
		copy(p.net.Params()[0].Value.Data().([]float32), []float32{-1000, 1000, 1000})
		copy(p.Targets[0].Data().([]float32), []float32{1, 0, 0})
		run(t, p.Program)
		close32(t, "y", p.Outputs[0], []float32{-2000.6931, -0.6931472, -0.6931472}, 1e-6)
		close32(t, "gradient", p.Grads[0], []float32{1, -0.5, -0.5}, 1e-6)
	}
}

// TestGoldenActivations compares with PyTorch's, values and gradients.
func TestGoldenActivations(t *testing.T) {
	f := golden.OpenLayers(t)
	for _, name := range f.Cases(t, "activation") {
		var c goldenActivation
		f.Case(t, name, &c)
		for _, e := range engines {
			t.Run(fmt.Sprint(name, " ", c.Op, " ", e), func(t *testing.T) {
				x := f.Get(t, name+".x")
				p := heldProgram(t, e, graph.Shape(x.Shape), c.layer(t))
				params := p.net.Params()
				copy(params[0].Value.Data().([]float32), x.Data)
				if len(params) > 1 {
					copy(params[1].Value.Data().([]float32), f.Get(t, name+".slope").Data)
				}
				copy(p.Targets[0].Data().([]float32), f.Get(t, name+".gy").Data)
				for range 2 { // what the first run leaves behind must not show in the second
					run(t, p.Program)
				}
				close32(t, "y", p.Outputs[0], f.Get(t, name+".y").Data, forwardTolerance)
				close32(t, "gx", p.Grads[0], f.Get(t, name+".gx").Data, gradientTolerance)
				if len(params) > 1 {
					close32(t, "gslope", p.Grads[1], f.Get(t, name+".gslope").Data, gradientTolerance)
				}
			})
		}
	}
}

// goldenActivation is what the reference file says of a case.
type goldenActivation struct {
	Op          string
	Slope       any
	Alpha       float64
	Approximate bool
	Convention  string
}

func (c goldenActivation) layer(t *testing.T) graph.Layer {
	switch c.Op {
	case "relu":
		return graph.ReLU
	case "relu6":
		return graph.ReLU6
	case "leakyrelu":
		return graph.LeakyReLU{Slope: c.Slope.(float64)}
	case "elu":
		return graph.ELU{Alpha: c.Alpha}
	case "selu":
		return graph.SELU
	case "gelu":
		if c.Approximate {
			return graph.GELUTanh
		}
		return graph.GELU
	case "silu":
		return graph.SiLU
	case "mish":
		return graph.Mish
	case "hardsigmoid":
		if c.Convention[:4] == "ONNX" {
			return graph.HardSigmoid{Slope: 0.2}
		}
		return graph.HardSigmoid{}
	case "hardswish":
		return graph.HardSwish
	case "softplus":
		return graph.Softplus
	case "softsign":
		return graph.Softsign
	case "tanh":
		return graph.Tanh
	case "sigmoid":
		return graph.Sigmoid
	case "prelu":
		if c.Slope == "one an element, as Keras without shared_axes" {
			return graph.PReLU{Slopes: graph.PerElement}
		}
		return graph.PReLU{Slopes: map[string]graph.Slopes{"one": graph.Single, "one a channel": graph.PerChannel}[c.Slope.(string)]}
	case "softmax":
		return graph.Softmax
	case "logsoftmax":
		return graph.LogSoftmax
	}
	t.Fatalf("no layer for the case %v", c)
	return nil
}
