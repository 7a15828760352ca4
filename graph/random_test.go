package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"euryale/graph"
	"euryale/internal/lower"
)

// draws is a source of random numbers for a seed.
func draws(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 5)) }

// randomGraph composes a network of a few layers at random, and losses for its
// outputs: values that several read, joins of two and three, one value twice,
// weights in two places, paths that end in different places. Nothing in it is
// left unread.
func randomGraph(t testing.TB, rng *rand.Rand, c graph.Config) (*graph.Network, graph.Losses) {
	t.Helper()
	side := func() int { return 1 + rng.IntN(12) }
	h, w := side(), side()
	values := []*graph.Value{graph.Input("image", 1+rng.IntN(5), h, w)}
	if rng.IntN(3) == 0 {
		values = append(values, graph.Input("other", 1+rng.IntN(20), h, w))
	}
	read := map[*graph.Value]bool{}
	for range 1 + rng.IntN(11) {
		x := values[max(0, len(values)-1-rng.IntN(4))]
		y, others := randomStep(rng, x, values)
		if s := y.Shape(); s == nil || s.TotalSize() > mostElements {
			continue // the window does not fit, or it takes long
		}
		read[x] = true
		for _, v := range others {
			read[v] = true
		}
		values = append(values, y)
	}
	ends := slices.DeleteFunc(values, func(v *graph.Value) bool { return read[v] })
	var outputs []*graph.Value
	var losses graph.Losses
	for _, ends := range cut(ends, 1+rng.IntN(3)) {
		y, loss := randomHead(rng, ends)
		outputs, losses = append(outputs, y), append(losses, loss)
	}
	net, err := graph.Compose(c, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	return net, losses
}

// mostElements is how large a value of a random network may be, a sample.
const mostElements = 4096

// cut deals values out to n heads, or to as many as there are.
func cut(ends []*graph.Value, n int) [][]*graph.Value {
	heads := make([][]*graph.Value, min(n, len(ends)))
	for i, v := range ends {
		heads[i%len(heads)] = append(heads[i%len(heads)], v)
	}
	return heads
}

// randomHead makes of values an output, and its loss.
func randomHead(rng *rand.Rand, ends []*graph.Value) (*graph.Value, graph.OutputLoss) {
	weight := 0.5 + float64(rng.IntN(2))
	if len(ends) == 1 && rng.IntN(8) == 0 {
		return ends[0].Then(graph.Tanh), graph.OutputLoss{Loss: graph.MeanSquaredError{}, Weight: weight}
	}
	for i, v := range ends {
		ends[i] = v.Then(graph.Flatten{})
	}
	x := graph.Join(graph.Concat, ends...)
	if rng.IntN(3) == 0 {
		x = x.Then(graph.Dense{Units: 1 + rng.IntN(40), NoBias: rng.IntN(4) == 0, Penalty: graph.L2{Weight: 0.1}}, orNothing(randomActivation(rng)), graph.Dropout{Rate: 0.5})
	}
	units := 2 + rng.IntN(10)
	loss := []graph.Loss{
		graph.MeanSquaredError{},
		graph.MeanSquaredError{},
		graph.Huber{Delta: 0.5},
		graph.MeanAbsoluteError{},
		graph.SparseCategoricalCrossEntropy{},
		graph.CategoricalCrossEntropy{LabelSmoothing: 0.1},
		graph.Focal{},
		graph.BinaryCrossEntropy{},
	}[rng.IntN(8)]
	dense := graph.Dense{Units: units}
	switch loss.(type) {
	case graph.SparseCategoricalCrossEntropy, graph.CategoricalCrossEntropy, graph.Focal:
		dense.Activation = graph.Softmax
	case graph.BinaryCrossEntropy:
		dense.Activation = graph.Sigmoid
	}
	return x.Then(dense), graph.OutputLoss{Loss: loss, Weight: weight}
}

// randomActivation is nil at times.
func randomActivation(rng *rand.Rand) graph.Layer {
	all := []graph.Layer{
		nil, graph.ReLU, graph.ReLU, graph.ReLU6, graph.Tanh,
		graph.LeakyReLU{Slope: 0.2},
		graph.PReLU{},
		graph.PReLU{Slopes: graph.Single},
		graph.ELU{},
		graph.SELU, graph.GELU, graph.GELUTanh, graph.SiLU, graph.Mish, graph.Sigmoid, graph.HardSwish,
		graph.HardSigmoid{},
		graph.Softplus, graph.Softsign, graph.Softmax, graph.LogSoftmax,
		graph.Abs, graph.Negative, graph.Erf,
		graph.CELU{Alpha: 0.5},
		graph.Swish{Alpha: 1.5},
		graph.Clip{Low: -0.5, High: 1.5},
	}
	return all[rng.IntN(len(all))]
}

// randomFilters are few, or as many as fill registers.
func randomFilters(rng *rand.Rand) int {
	if rng.IntN(3) == 0 {
		return 16 * (1 + rng.IntN(4))
	}
	return 1 + rng.IntN(20)
}

// randomStep puts something behind the image x and, if it joins, others of its
// shape. What cannot be made carries its error.
func randomStep(rng *rand.Rand, x *graph.Value, values []*graph.Value) (y *graph.Value, others []*graph.Value) {
	s := x.Shape()
	channels := s[0]
	switch rng.IntN(20) {
	case 0, 1:
		return x.Then(graph.Conv2D{Filters: randomFilters(rng), Kernel: graph.Size(1 + 2*rng.IntN(3)), Padding: graph.Same, Activation: randomActivation(rng)}), nil
	case 2:
		return x.Then(graph.Conv2D{Filters: randomFilters(rng), Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{}), nil
	case 3:
		return x.Then(randomResidual(rng, channels)), nil
	case 4:
		return x.Then(graph.Tanh), nil
	case 5, 6:
		return x.Then(randomMove(rng, s)), nil
	case 7:
		gate := []graph.Layer{graph.GlobalAverage{}, graph.GlobalMax{}}[rng.IntN(2)]
		by := x.Then(gate, graph.Dense{Units: channels}, graph.Sigmoid, graph.Reshape{To: graph.Shape{-1, 1, 1}})
		return graph.Join(graph.Product, []*graph.Value{x, by, x}[rng.IntN(2):]...), nil
	case 8, 9:
		return x.Then(randomConvolution(rng, s)), nil
	case 10:
		return x.Then(graph.Conv2D{Filters: randomFilters(rng), Kernel: 3, Padding: graph.Same}, randomNorm(rng), orNothing(randomActivation(rng))), nil
	case 11:
		return x.Then(randomNorm(rng), orNothing(randomActivation(rng))), nil
	case 12:
		return x.Then([]graph.Layer{graph.Dropout{Rate: 0.3}, graph.SpatialDropout2D{Rate: 0.3}, graph.GaussianNoise{Deviation: 0.2}, graph.Dropout{}}[rng.IntN(4)]), nil
	case 13:
		return x.Then(graph.Conv2D{Filters: randomFilters(rng), Kernel: 3, Padding: graph.Padding(2 * rng.IntN(2)), NoBias: true}, orNothing(randomActivation(rng)), randomMaxPool(rng)), nil
	case 14:
		return x.Then(graph.Shared{Name: fmt.Sprint("of ", channels), Layer: graph.Conv2D{Filters: channels, Kernel: 3, Padding: graph.Same, Activation: graph.Tanh}}), nil
	case 15:
		return x.Then(graph.Branches{Join: randomJoiner(rng), Of: []graph.Layer{
			graph.Conv2D{Filters: channels, Kernel: 1, Activation: graph.ReLU},
			graph.Chain{graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same}, graph.Tanh},
			graph.Frozen{Layer: graph.Chain{graph.DepthwiseConv2D{Kernel: 3, Padding: graph.Same}, graph.BatchNorm{}, graph.ReLU6}},
		}[rng.IntN(2):]}), nil
	case 16:
		wide := func() graph.Layer {
			return graph.Conv2D{Filters: 16 * (1 + rng.IntN(3)), Kernel: 3, Padding: graph.Same, Activation: graph.ReLU}
		}
		return x.Then(wide(), wide(), []graph.Layer{graph.MaxPool2D{}, graph.Chain{}}[rng.IntN(2)]), nil
	}
	for _, v := range values {
		if len(others) < 2 && v.Shape().Eq(s) && rng.IntN(2) == 0 {
			others = append(others, v)
		}
	}
	join := randomJoiner(rng)
	if len(others) == 0 {
		if join == graph.Maximum {
			join = graph.Sum // of equal values none is the first by rounding alone
		}
		others = append(others, x)
	}
	return graph.Join(join, append([]*graph.Value{x}, others...)...).Then(graph.Tanh), others
}

func randomJoiner(rng *rand.Rand) graph.Joiner {
	return []graph.Joiner{graph.Sum, graph.Product, graph.Maximum, graph.Concat}[rng.IntN(4)]
}

// randomResidual is a block with a shortcut, or without, as ResNet and MobileNet
// have them.
func randomResidual(rng *rand.Rand, channels int) graph.Layer {
	stride, filters := graph.Size(1+rng.IntN(2)), randomFilters(rng)
	norm := func() graph.Layer { return []graph.Layer{graph.BatchNorm{Epsilon: 0.1}, graph.Chain{}}[rng.IntN(2)] }
	switch rng.IntN(3) {
	case 0:
		return graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: channels, Kernel: 3, Padding: graph.Same}, graph.Tanh}, Activation: graph.ReLU}
	case 1:
		return graph.Residual{
			Body: graph.Chain{
				graph.Conv2D{Filters: filters, Kernel: 3, Stride: stride, Padding: 1, NoBias: true},
				norm(), graph.ReLU,
				graph.Conv2D{Filters: filters, Kernel: 3, Padding: graph.Same, NoBias: true},
				norm(),
			},
			Shortcut:   graph.Chain{graph.Conv2D{Filters: filters, Kernel: 1, Stride: stride, NoBias: true}, norm()},
			Activation: graph.ReLU,
		}
	}
	return graph.Chain{
		graph.DepthwiseConv2D{Kernel: 3, Stride: stride, Padding: 1, NoBias: true},
		norm(), graph.ReLU6,
		graph.Conv2D{Filters: filters, Kernel: 1, NoBias: true},
		norm(), graph.ReLU6,
	}
}

// randomMaxPool has windows that overlap, are cut off, or leave pixels out.
func randomMaxPool(rng *rand.Rand) graph.Layer {
	side := func() graph.Size { return graph.Rect(1+rng.IntN(3), 1+rng.IntN(3)) }
	return []graph.Layer{
		graph.MaxPool2D{},
		graph.MaxPool2D{Size: side(), Ceil: rng.IntN(2) == 0},
		graph.MaxPool2D{Size: 3, Stride: side(), Padding: graph.Same},
		graph.MaxPool2D{Size: graph.Rect(2, 3), Stride: side(), Padding: graph.Pads(0, 1, 1, 0), Ceil: true},
		graph.MaxPool2D{Size: side(), Stride: 1, Dilation: 2},
	}[rng.IntN(5)]
}

// randomMove pools or moves the pixels of an image of shape s.
func randomMove(rng *rand.Rand, s graph.Shape) graph.Layer {
	size := graph.Rect(s[1], s[2])
	switch rng.IntN(16) {
	case 11:
		return graph.Pad{Before: []int{0, rng.IntN(s[1]), 0}, After: []int{rng.IntN(2), 0, rng.IntN(s[2])}, Border: []graph.Border{graph.PadConstant, graph.PadEdge}[rng.IntN(2)]}
	case 12:
		return graph.Chain{graph.Resize{ScaleH: 0.5 + rng.Float64(), ScaleW: 1 + rng.Float64(), Interpolation: graph.Interpolation(rng.IntN(3)), Coordinates: graph.Coordinates(rng.IntN(4))}, graph.Resize{Size: size}}
	case 13:
		return graph.Operand{Join: []graph.Joiner{graph.Sum, graph.Product, graph.Difference}[rng.IntN(3)], Shape: []graph.Shape{{s[0], 1, 1}, {s[2]}, s, {1}}[rng.IntN(4)], Init: graph.GlorotUniform, Left: rng.IntN(2) == 0, Fixed: rng.IntN(2) == 0}
	case 14:
		return graph.Chain{graph.SoftmaxAlong{Axis: 1 + rng.IntN(2)}, graph.LayerNorm{Last: 1 + rng.IntN(2), Epsilon: 0.1}, graph.Rescaling{Scale: -0.7, Offset: 0.1 * float64(rng.IntN(2))}}
	case 15:
		return graph.Branches{Join: graph.Difference, Of: []graph.Layer{graph.Abs, graph.Reduce{Axes: [][]int{{0}, {1}, {2}, {0, 2}, {1, 2}, nil}[rng.IntN(6)], Keep: true}}}
	case 0:
		return graph.AveragePool2D{Size: graph.Rect(1+rng.IntN(2), 3), Stride: 1 + graph.Size(rng.IntN(2)), Padding: graph.Pads(0, 0, 1, 1), Ceil: true, CountPadding: rng.IntN(2) == 0}
	case 1:
		return graph.Chain{graph.Tanh, graph.MaxPool2D{Size: graph.Rect(2, 1), Stride: graph.Rect(1, 2), Ceil: true}, graph.Upsample{Size: size, Interpolation: graph.Bilinear}}
	case 2:
		return graph.Chain{graph.AveragePool2D{Padding: graph.Same}, graph.Upsample{}, graph.Tanh}
	case 3:
		return graph.Chain{graph.ZeroPad2D{Padding: graph.Pads(1, 0, 2, 1)}, graph.Crop2D{Cropping: graph.Pads(0, 1, 1, 2)}}
	case 4:
		return graph.Permute{Axes: []int{0, 2, 1}}
	case 5:
		return graph.Slice{Axis: rng.IntN(3), Step: 1 + rng.IntN(2)}
	case 6, 7:
		return graph.Chain{graph.Tanh, randomMaxPool(rng)}
	case 8:
		return graph.AveragePool2D{Size: graph.Rect(1+rng.IntN(3), 1+rng.IntN(3)), Padding: graph.Same, Stride: graph.Rect(1+rng.IntN(2), 1)}
	case 9:
		return graph.Chain{
			graph.Reshape{To: graph.Shape{s[0], -1}},
			graph.Conv1D{Filters: 3, Kernel: 1 + rng.IntN(4), Padding: graph.Same, Dilation: 1 + rng.IntN(2), Activation: graph.ReLU},
			graph.Reshape{To: graph.Shape{3, s[1], s[2]}},
		}
	}
	return graph.Chain{graph.Reshape{To: graph.Shape{s[2], -1, s[0]}}, graph.Permute{Axes: []int{2, 1, 0}}}
}

// randomConvolution is one of those that are no plain Conv2D.
func randomConvolution(rng *rand.Rand, in graph.Shape) graph.Layer {
	kernel := graph.Rect(1+rng.IntN(3), 1+rng.IntN(3))
	groups := 1 + rng.IntN(in[0])
	for in[0]%groups != 0 {
		groups--
	}
	filters := groups * (1 + rng.IntN(3))
	return []graph.Layer{
		graph.Conv2D{Filters: filters, Kernel: kernel, Padding: graph.Same, Groups: groups, Activation: graph.ReLU},
		graph.Conv2D{Filters: randomFilters(rng), Kernel: graph.Rect(2, 3), Padding: graph.Pads(1, 0, 0, 2), Activation: graph.Tanh},
		graph.Conv2D{Filters: randomFilters(rng), Kernel: kernel, Stride: graph.Rect(1+rng.IntN(3), 1+rng.IntN(2)), Dilation: graph.Rect(1+rng.IntN(2), 1+rng.IntN(2)), Padding: graph.Padding(rng.IntN(3)), Activation: graph.ReLU},
		graph.DepthwiseConv2D{Kernel: kernel, Stride: graph.Rect(1+rng.IntN(2), 1+rng.IntN(3)), Padding: graph.Padding(rng.IntN(2)), Activation: graph.ReLU6},
		graph.DepthwiseConv2D{Kernel: kernel, Multiplier: 1 + rng.IntN(2), Padding: graph.Same, Dilation: graph.Rect(1, 2)},
		graph.SeparableConv2D{Filters: 1 + rng.IntN(4), Kernel: kernel, Padding: graph.Same, NoBias: true},
		graph.Conv2DTranspose{Filters: filters, Kernel: kernel, Padding: graph.Same, Groups: groups},
		graph.Chain{
			graph.Conv2D{Filters: 2, Kernel: kernel, Stride: 2, Padding: graph.Same},
			graph.Conv2DTranspose{Filters: 3, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: oddEnd(in), Activation: graph.Tanh},
		},
	}[rng.IntN(8)]
}

// oddEnd lengthens what a stride of two halved, rounding up, and a transpose of
// three padded by one made twice that less one.
func oddEnd(in graph.Shape) graph.Size { return graph.Rect(1-in[1]%2, 1-in[2]%2) }

// randomNorm is a norm of an image of any number of channels. A variance of next
// to nothing would make much of what is rounded.
func randomNorm(rng *rand.Rand) graph.Layer {
	return []graph.Layer{
		graph.BatchNorm{Epsilon: 0.1},
		graph.LayerNorm{Epsilon: 0.1},
		graph.LayerNorm{Epsilon: 0.1, Whole: true},
		graph.GroupNorm{Groups: 1, Epsilon: 0.1},
		graph.InstanceNorm{Epsilon: 0.1, NoScale: true},
		graph.BatchNorm{Epsilon: 0.1, NoScale: true},
		graph.BatchNorm{Epsilon: 0.1, NoShift: true},
	}[rng.IntN(7)]
}

// orNothing is an activation as a layer of its own.
func orNothing(l graph.Layer) graph.Layer {
	if l == nil {
		return graph.Chain{}
	}
	return l
}

// seeded fills a program from a seed, as wide as it is.
func seeded(t testing.TB, p *graph.Program) {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 12))
	noise := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(rng.NormFloat64())
		}
		return x
	}
	for i, in := range p.Inputs {
		if err := p.SetInput(i, noise(in.Shape().TotalSize())); err != nil {
			t.Fatal(err)
		}
	}
	for i, target := range p.Targets {
		if labels, ok := target.Data().([]int); ok {
			for j := range labels {
				labels[j] = rng.IntN(2)
			}
			continue
		}
		y := noise(target.Shape().TotalSize())
		for j, v := range y { // what BinaryCrossEntropy takes
			y[j] = min(max(v, 0), 1)
		}
		if err := p.SetTarget(i, y); err != nil {
			t.Fatal(err)
		}
	}
}

var squared = graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}}

// TestRandomGradients compares Gorgonia's ops, which FuzzNetworks holds the fused
// engine to, with central differences.
func TestRandomGradients(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			net, losses := randomGraph(t, draws(seed), graph.Config{Seed: seed, Dtype: graph.Float64})
			differences(t, net, losses)
		})
	}
}

// TestRandomGraphsUseEveryKernel, those of FuzzNetworks' seeds.
func TestRandomGraphsUseEveryKernel(t *testing.T) {
	unused := map[lower.Kernel]bool{}
	for _, k := range []lower.Kernel{
		lower.Gorgonia, lower.Plain, lower.DirectPool, lower.WinogradPool, lower.Taps, lower.Winograd2, lower.Winograd4, lower.Rows, lower.TapsRows,
		lower.Patches, lower.Planes, lower.Columns, lower.Windows, lower.Tiles, lower.ToPlanar, lower.ToLast,
	} {
		unused[k] = true
	}
	for _, choices := range seedChoices() {
		d := composeDrawn(t, choices, graph.Fused)
		for _, c := range []graph.ProgramConfig{{Batch: d.batch, Mode: graph.Training, Loss: d.losses}, {Batch: d.batch}} {
			for _, s := range d.net.Plan(c).Steps {
				delete(unused, lower.Kernel(s.Kernel))
			}
		}
	}
	for k := range unused {
		t.Errorf("no step is computed as %s", k)
	}
}

// differences compares some gradients of each weight with central differences.
func differences(t *testing.T, net *graph.Network, loss graph.Loss) {
	t.Helper()
	rng := rand.New(rand.NewPCG(13, 14))
	for _, param := range net.Params() { // biases of zero behind a ReLU lie on the kink
		for i, w := 0, param.Value.Data().([]float64); i < len(w); i++ {
			w[i] += 0.1 * rng.NormFloat64()
		}
	}
	c := squared
	c.Loss = loss
	p := compile(t, net, c)
	seeded(t, p)
	run := func(t *testing.T, p *graph.Program) {
		t.Helper()
		if err := p.RunAt(0); err != nil { // what is drawn stays
			t.Fatal(err)
		}
	}
	run(t, p)
	for i, param := range net.Params(graph.Trained) {
		w, g := param.Value.Data().([]float64), append([]float64(nil), p.Grads[i].Data().([]float64)...)
		for j := 0; j < len(w); j += 1 + len(w)/4 {
			const h = 1e-6
			old := w[j]
			w[j] = old + h
			run(t, p)
			up := p.Loss
			w[j] = old - h
			run(t, p)
			w[j] = old
			if want := (up - p.Loss) / (2 * h); math.Abs(g[j]-want) > 1e-5*max(1, math.Abs(want)) {
				t.Errorf("%s[%d]: gradient %v, want %v", param.Name, j, g[j], want)
			}
		}
	}
}
