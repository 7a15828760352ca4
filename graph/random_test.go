package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"euryale/graph"
)

// randomGraph composes a network of a few layers at random: values that several
// read, joins of two and three, one value twice, paths that end in different
// places. Nothing in it is left unread.
func randomGraph(t *testing.T, seed uint64, c graph.Config) *graph.Network {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	values := []*graph.Value{graph.Input("image", 1+rng.IntN(5), 8, 8)}
	if rng.IntN(3) == 0 {
		values = append(values, graph.Input("other", 1+rng.IntN(3), 8, 8))
	}
	unread := map[*graph.Value]bool{}
	for _, v := range values {
		unread[v] = true
	}
	pick := func() *graph.Value {
		v := values[max(0, len(values)-1-rng.IntN(4))]
		delete(unread, v)
		return v
	}
	for range 4 + rng.IntN(8) {
		y := randomStep(rng, pick(), values, unread)
		values = append(values, y)
		unread[y] = true
	}
	var ends []*graph.Value
	for _, v := range values { // in order, not the map's
		if unread[v] {
			ends = append(ends, v.Then(graph.Flatten{}))
		}
	}
	net, err := graph.Compose(c, graph.Join(graph.Concat, ends...).Then(graph.Dense{Units: 3}))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// randomStep puts something behind x and, if it joins, others of its shape.
func randomStep(rng *rand.Rand, x *graph.Value, values []*graph.Value, unread map[*graph.Value]bool) *graph.Value {
	s := x.Shape()
	activation := []graph.Layer{nil, graph.ReLU, graph.Tanh, graph.LeakyReLU{Slope: 0.2}, graph.Mish, graph.PReLU{}, graph.GELU, graph.Softmax}[rng.IntN(8)]
	switch rng.IntN(15) {
	case 0, 1:
		return x.Then(graph.Conv2D{Filters: 1 + rng.IntN(20), Kernel: graph.Size(1 + 2*rng.IntN(2)), Padding: graph.Same, Activation: activation})
	case 2:
		if s[1] >= 6 {
			return x.Then(graph.Conv2D{Filters: 1 + rng.IntN(20), Kernel: 3, Activation: graph.ReLU}, graph.MaxPool2D{})
		}
		return x.Then(graph.Sigmoid)
	case 3:
		return x.Then(graph.Residual{Body: graph.Chain{graph.Conv2D{Filters: s[0], Kernel: 3, Padding: graph.Same}, graph.Tanh}, Activation: graph.ReLU})
	case 4:
		return x.Then(graph.Tanh)
	case 5:
		return x.Then(randomMove(rng, s))
	case 6:
		gate := []graph.Layer{graph.GlobalAverage{}, graph.GlobalMax{}}[rng.IntN(2)]
		by := x.Then(gate, graph.Dense{Units: s[0]}, graph.Sigmoid, graph.Reshape{To: graph.Shape{-1, 1, 1}})
		return graph.Join(graph.Product, []*graph.Value{x, by, x}[rng.IntN(2):]...)
	case 7:
		return x.Then(randomConvolution(rng, s))
	case 8:
		return x.Then(graph.Conv2D{Filters: 1 + rng.IntN(20), Kernel: 3, Padding: graph.Same}, randomNorm(rng), orNothing(activation))
	case 9:
		return x.Then(randomNorm(rng))
	case 10:
		return x.Then([]graph.Layer{graph.Dropout{Rate: 0.3}, graph.SpatialDropout2D{Rate: 0.3}, graph.GaussianNoise{Deviation: 0.2}}[rng.IntN(3)])
	}
	join := []graph.Joiner{graph.Sum, graph.Product, graph.Maximum, graph.Concat}[rng.IntN(4)]
	in := []*graph.Value{x}
	for _, v := range values {
		if len(in) < 3 && v.Shape().Eq(s) && rng.IntN(2) == 0 {
			delete(unread, v)
			in = append(in, v)
		}
	}
	if len(in) == 1 {
		if join == graph.Maximum {
			join = graph.Sum // of equal values none is the first by rounding alone
		}
		in = append(in, x)
	}
	return graph.Join(join, in...).Then(graph.Tanh)
}

// randomMove pools or moves the pixels of an image of shape s.
func randomMove(rng *rand.Rand, s graph.Shape) graph.Layer {
	size := graph.Rect(s[1], s[2])
	switch rng.IntN(7) {
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
	}
	return graph.Chain{graph.Reshape{To: graph.Shape{s[2], -1, s[0]}}, graph.Permute{Axes: []int{2, 1, 0}}}
}

// randomConvolution is one of those that are no plain Conv2D. It keeps the
// sides of its image.
func randomConvolution(rng *rand.Rand, in graph.Shape) graph.Layer {
	kernel := graph.Rect(1+rng.IntN(3), 1+rng.IntN(3))
	groups := 1 + rng.IntN(in[0])
	for in[0]%groups != 0 {
		groups--
	}
	filters := groups * (1 + rng.IntN(3))
	return []graph.Layer{
		graph.Conv2D{Filters: filters, Kernel: kernel, Padding: graph.Same, Groups: groups, Activation: graph.ReLU},
		graph.Conv2D{Filters: 1 + rng.IntN(4), Kernel: graph.Rect(2, 3), Padding: graph.Pads(1, 0, 0, 2), Activation: graph.Tanh},
		graph.DepthwiseConv2D{Kernel: kernel, Multiplier: 1 + rng.IntN(2), Padding: graph.Same, Dilation: graph.Rect(1, 2)},
		graph.SeparableConv2D{Filters: 1 + rng.IntN(4), Kernel: kernel, Padding: graph.Same, NoBias: true},
		graph.Conv2DTranspose{Filters: filters, Kernel: kernel, Padding: graph.Same, Groups: groups},
		graph.Chain{
			graph.Conv2D{Filters: 2, Kernel: kernel, Stride: 2, Padding: graph.Same},
			graph.Conv2DTranspose{Filters: 3, Kernel: 3, Stride: 2, Padding: 1, OutputPadding: oddEnd(in), Activation: graph.Tanh},
		},
	}[rng.IntN(6)]
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
	}[rng.IntN(5)]
}

// orNothing is an activation as a layer of its own.
func orNothing(l graph.Layer) graph.Layer {
	if l == nil {
		return graph.Chain{}
	}
	return l
}

// seeded fills a program and its network from a seed, as wide as it is.
func seeded(t *testing.T, net *graph.Network, p *graph.Program) {
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
	if err := p.SetTarget(0, noise(p.Targets[0].Shape().TotalSize())); err != nil {
		t.Fatal(err)
	}
}

var squared = graph.ProgramConfig{Batch: 3, Mode: graph.Training, Loss: graph.MeanSquaredError{}}

// TestRandomGraphs compares the fused engine with Gorgonia's ops, and those with
// central differences.
func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			var programs []*graph.Program
			for _, c := range []graph.Config{{Engine: graph.Gorgonia}, {Engine: graph.Fused}} {
				c.Seed = seed
				net := randomGraph(t, seed, c)
				p := compile(t, net, squared)
				seeded(t, net, p)
				for range 2 { // what the first run leaves behind must not show in the second
					run(t, p)
				}
				programs = append(programs, p)
			}
			stock, fused := programs[0], programs[1]
			close32(t, "output", fused.Outputs[0], stock.Outputs[0].Data().([]float32), 2e-5)
			for i, g := range fused.Grads {
				close32(t, fmt.Sprint("gradient ", i), g, stock.Grads[i].Data().([]float32), 1e-4)
			}
			if seed%4 == 0 {
				differences(t, randomGraph(t, seed, graph.Config{Seed: seed, Dtype: graph.Float64}))
			}
		})
	}
}

// differences compares some gradients of each weight with central differences.
func differences(t *testing.T, net *graph.Network) {
	t.Helper()
	rng := rand.New(rand.NewPCG(13, 14))
	for _, param := range net.Params() { // biases of zero behind a ReLU lie on the kink
		for i, w := 0, param.Value.Data().([]float64); i < len(w); i++ {
			w[i] += 0.1 * rng.NormFloat64()
		}
	}
	p := compile(t, net, squared)
	seeded(t, net, p)
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
