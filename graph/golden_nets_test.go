package graph_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/golden"
	"euryale/train"
)

// netCase is a network of the file of layers, whose weights have the names of the
// file's.
type netCase struct {
	inputs  []string
	outputs []string
	targets []string          // of the outputs
	kept    map[string]string // layers whose outputs the file has, and its names for them
	loss    graph.Loss
	declare func(x []*graph.Value) []*graph.Value
}

// called is a layer of the file's name.
func called(name string, l graph.Layer) graph.Layer { return graph.Named{Name: name, Layer: l} }

// bareConv is a convolution without bias, padded by a pixel on each side.
func bareConv(filters int) graph.Conv2D {
	return graph.Conv2D{Filters: filters, Kernel: 3, Padding: 1, NoBias: true}
}

// classifier takes x for a class.
func classifier(declare func(x *graph.Value) *graph.Value) netCase {
	return netCase{
		inputs: []string{"x"}, outputs: []string{"logits"}, targets: []string{"labels"}, loss: graph.SparseCategoricalCrossEntropy{},
		declare: func(x []*graph.Value) []*graph.Value { return []*graph.Value{declare(x[0])} },
	}
}

// netCases are the networks by their names in the file.
var netCases = map[string]netCase{
	"net.00": classifier(func(x *graph.Value) *graph.Value {
		return x.Then(graph.Residual{Activation: graph.ReLU, Body: graph.Chain{
			called("conv1", bareConv(4)), called("bn1", graph.BatchNorm{}), graph.ReLU, called("conv2", bareConv(4)), called("bn2", graph.BatchNorm{}),
		}}, graph.GlobalAverage{}, called("dense", graph.Dense{Units: 3}))
	}),
	"net.01": classifier(func(x *graph.Value) *graph.Value {
		down := graph.Conv2D{Filters: 5, Kernel: 3, Stride: 2, Padding: graph.Same, NoBias: true}
		return x.Then(graph.Residual{
			Body: graph.Chain{
				called("conv1", down), called("bn1", graph.BatchNorm{}), graph.ReLU, called("conv2", bareConv(5)), called("bn2", graph.BatchNorm{}),
			},
			Shortcut:   graph.Chain{called("conv3", graph.Conv2D{Filters: 5, Kernel: 1, Stride: 2, NoBias: true}), called("bn3", graph.BatchNorm{})},
			Activation: graph.ReLU,
		}, graph.GlobalAverage{}, called("dense", graph.Dense{Units: 3}))
	}),
	"net.02": alsoComparing("excite", "gate", classifier(func(x *graph.Value) *graph.Value {
		h := x.Then(called("conv", graph.Conv2D{Filters: 10, Kernel: 3, Padding: 1, Activation: graph.ReLU}))
		gate := h.Then(graph.GlobalAverage{}, called("squeeze", graph.Dense{Units: 5, Activation: graph.ReLU}),
			called("excite", graph.Dense{Units: 10, Activation: graph.Sigmoid}), graph.Reshape{To: graph.Shape{10, 1, 1}})
		return graph.Join(graph.Product, h, gate).Then(graph.GlobalAverage{}, called("dense", graph.Dense{Units: 3}))
	})),
	"net.03": alsoComparing("branches_1", "concat", classifier(func(x *graph.Value) *graph.Value {
		conv := func(name string, filters, kernel int) graph.Layer {
			return called(name, graph.Conv2D{Filters: filters, Kernel: graph.Size(kernel), Padding: graph.Same, Activation: graph.ReLU})
		}
		return x.Then(graph.Branches{Join: graph.Concat, Of: []graph.Layer{
			conv("a", 2, 1),
			graph.Chain{conv("b1", 3, 1), conv("b2", 4, 3)},
			graph.Chain{conv("c1", 2, 1), conv("c2", 3, 5)},
			graph.Chain{graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same}, conv("d", 3, 1)},
		}}, graph.GlobalAverage{}, called("dense", graph.Dense{Units: 4}))
	})),
	"net.04": {
		inputs: []string{"left", "right"}, outputs: []string{"logits"}, targets: []string{"target"}, loss: graph.BinaryCrossEntropy{},
		declare: func(x []*graph.Value) []*graph.Value {
			tower := graph.Shared{Name: "tower", Layer: graph.Chain{
				called("conv", graph.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: graph.Same, Activation: graph.ReLU}), graph.Flatten{}, called("embed", graph.Dense{Units: 6}),
			}}
			return []*graph.Value{graph.Join(graph.Concat, x[0].Then(tower), x[1].Then(tower)).Then(called("dense", graph.Dense{Units: 1}))}
		},
	},
	"net.05": classifier(func(x *graph.Value) *graph.Value {
		return x.Then(graph.Residual{Body: graph.Chain{
			called("expand", graph.Conv2D{Filters: 6, Kernel: 1, NoBias: true}), called("bn1", graph.BatchNorm{}), graph.ReLU6,
			called("depthwise", graph.DepthwiseConv2D{Kernel: 3, Padding: 1, NoBias: true}), called("bn2", graph.BatchNorm{}), graph.ReLU6,
			called("project", graph.Conv2D{Filters: 2, Kernel: 1, NoBias: true}), called("bn3", graph.BatchNorm{}),
		}}, graph.GlobalAverage{}, called("dense", graph.Dense{Units: 3}))
	}),
	"net.06": {
		inputs: []string{"x"}, outputs: []string{"class", "box"}, targets: []string{"labels", "target.box"},
		loss: graph.Losses{{Loss: graph.SparseCategoricalCrossEntropy{}}, {Loss: graph.MeanSquaredError{}, Weight: 0.5}},
		declare: func(x []*graph.Value) []*graph.Value {
			trunk := x[0].Then(called("conv", graph.Conv2D{Filters: 5, Kernel: 3, Padding: 1, Activation: graph.ReLU}))
			return []*graph.Value{
				trunk.Then(graph.GlobalAverage{}, called("class", graph.Dense{Units: 4})),
				trunk.Then(graph.Flatten{}, called("box", graph.Dense{Units: 2})),
			}
		},
	},
}

// alsoComparing has the output of a layer compared as well.
func alsoComparing(layer, name string, c netCase) netCase {
	c.kept = map[string]string{layer: name}
	return c
}

// TestGoldenNets compares whole networks with PyTorch's, on both engines: their
// outputs, the loss before each of three steps of plain SGD, the gradients by the
// weights and by what they are given, the weights after the steps, and what they
// then infer.
func TestGoldenNets(t *testing.T) {
	f := golden.OpenLayers(t)
	names := f.Cases(t, "net")
	if len(names) != len(netCases) {
		t.Errorf("want %d networks in the file, got %v", len(netCases), names)
	}
	for _, name := range names {
		for _, e := range bothEngines {
			t.Run(fmt.Sprint(name, "/", e), func(t *testing.T) { netCases[name].compare(t, f, name, e) })
		}
	}
}

func (c netCase) compare(t *testing.T, f *golden.File, name string, e graph.Engine) {
	get := func(of string) []float32 { return f.Get(t, name+"."+of).Data }
	var x []*graph.Value
	for _, in := range c.inputs {
		shape := graph.Shape(f.Get(t, name+"."+in).Shape)
		x = append(x, graph.Input("no "+in, shape[1:]...).Then(called(in, held{shape: shape})))
	}
	net, err := graph.Compose(graph.Config{Engine: e}, c.declare(x)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range net.Params() {
		switch of := c.inFile(p.Name); {
		case slices.Contains(c.inputs, of):
			copy(p.Value.Data().([]float32), get(of))
		case p.Role == graph.Trained:
			copy(p.Value.Data().([]float32), get("init."+of))
		}
	}
	p := c.training(t, net, get)
	var s struct{ LR float64 }
	f.Case(t, name, &s)
	params, grads := c.trained(net, p)
	step, err := (train.SGD{LearningRate: s.LR}).Start(params)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 3; i++ {
		run(t, p)
		if want := float64(get(fmt.Sprint("loss.", i))[0]); math.Abs(p.Loss-want) > forwardTolerance*max(1, want) {
			t.Errorf("loss before step %d: want %v, got %v", i, want, p.Loss)
		}
		if i == 1 {
			c.compareFirst(t, net, p, get)
		}
		if err := step.Step(grads); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range net.Params() {
		if of := c.inFile(p.Name); !slices.Contains(c.inputs, of) {
			close32(t, of+" after three steps", p.Value, get("after3."+of), forwardTolerance)
		}
	}
	if _, ok := f.Tensors[name+".after3.inference.logits"]; ok {
		inference := compile(t, net, graph.ProgramConfig{Batch: p.Outputs[0].Shape()[0]})
		run(t, inference)
		close32(t, "inferred", inference.Outputs[0], get("after3.inference.logits"), forwardTolerance)
	}
}

// inFile is the file's name for a weight: block_1/conv1/kernel is conv1.w.
func (c netCase) inFile(name string) string {
	parts := strings.Split(name, "/")
	layer, weight := parts[len(parts)-2], parts[len(parts)-1]
	if weight == "x" {
		return layer
	}
	return layer + "." + map[string]string{
		"kernel": "w", "bias": "b", "scale": "scale", "shift": "shift", "mean": "running_mean", "variance": "running_var",
	}[weight]
}

// training is the program, with its targets.
func (c netCase) training(t *testing.T, net *graph.Network, get func(string) []float32) *graph.Program {
	var keep []string
	for layer := range c.kept {
		keep = append(keep, layer)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: len(get(c.targets[0])), Mode: graph.Training, Loss: c.loss, Keep: keep})
	for i, target := range c.targets {
		switch to := p.Targets[i].Data().(type) {
		case []int:
			for k, label := range get(target) {
				to[k] = int(label)
			}
		case []float32:
			copy(to, get(target))
		}
	}
	return p
}

// trained are the weights that are stepped, what stands for the inputs left out,
// and their gradients.
func (c netCase) trained(net *graph.Network, p *graph.Program) (params []*graph.Param, grads []*tensor.Dense) {
	for i, param := range net.Params(graph.Trained) {
		if !slices.Contains(c.inputs, c.inFile(param.Name)) {
			params, grads = append(params, param), append(grads, p.Grads[i])
		}
	}
	return params, grads
}

// compareFirst compares the first run's outputs and gradients.
func (c netCase) compareFirst(t *testing.T, net *graph.Network, p *graph.Program, get func(string) []float32) {
	for i, out := range c.outputs {
		close32(t, out, p.Outputs[i], get("out."+out), forwardTolerance)
	}
	for layer, name := range c.kept {
		got, err := p.Activation(layer)
		if err != nil {
			t.Fatal(err)
		}
		close32(t, name, got, get("out."+name), forwardTolerance)
	}
	for i, param := range net.Params(graph.Trained) {
		of := c.inFile(param.Name)
		close32(t, "gradient by "+of, p.Grads[i], get("grad."+of), gradientTolerance)
	}
}
