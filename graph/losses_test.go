package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// goldenLoss is what the reference file says of a case.
type goldenLoss struct {
	Op         string
	Smoothing  float64 `json:"label_smoothing"`
	Ignore     *int
	Delta      float64
	Gamma      float64
	Alpha      float64
	Convention string
}

func (c goldenLoss) loss(t *testing.T, f *golden.File, name string) graph.Loss {
	switch c.Op {
	case "sparsecrossentropy":
		l := graph.SparseCategoricalCrossEntropy{LabelSmoothing: c.Smoothing, ClassWeights: rates(f, name+".class_weights")}
		if c.Ignore != nil {
			l.Ignore = []int{*c.Ignore}
		}
		return l
	case "crossentropy":
		return graph.CategoricalCrossEntropy{LabelSmoothing: c.Smoothing}
	case "binarycrossentropy":
		return graph.BinaryCrossEntropy{LabelSmoothing: c.Smoothing, PositiveWeights: rates(f, name+".pos_weight")}
	case "meansquared":
		return graph.MeanSquaredError{}
	case "meanabsolute":
		return graph.MeanAbsoluteError{}
	case "huber":
		return graph.Huber{Delta: c.Delta}
	case "focal":
		return graph.Focal{Gamma: c.Gamma, Alpha: c.Alpha}
	case "binaryfocal":
		return graph.BinaryFocal{Gamma: c.Gamma, Alpha: c.Alpha}
	}
	t.Fatalf("no loss for the case %v", c)
	return nil
}

// rates are the values of a tensor that may be missing.
func rates(f *golden.File, name string) []float64 {
	var all []float64
	for _, v := range f.Tensors[name].Data {
		all = append(all, float64(v))
	}
	return all
}

// TestGoldenLosses compares with Keras' and PyTorch's formulas in float64: the
// loss, and its gradient by the logits or the predictions. Where a probability
// can be the output, the loss takes it off.
func TestGoldenLosses(t *testing.T) {
	f := golden.OpenLayers(t)
	const tolerance = 1e-5
	for _, name := range f.Cases(t, "loss") {
		var c goldenLoss
		f.Case(t, name, &c)
		ends := map[string][]graph.Layer{
			"sparsecrossentropy": {graph.Softmax, graph.LogSoftmax}, "crossentropy": {graph.Softmax}, "focal": {graph.Softmax},
			"binarycrossentropy": {graph.Sigmoid}, "binaryfocal": {graph.Sigmoid},
		}[c.Op]
		for _, last := range append(ends, nil) {
			for _, e := range engines {
				t.Run(fmt.Sprint(name, " ", c.Op, " ", last, " ", e), func(t *testing.T) {
					z := f.Get(t, name+".z")
					layers := []graph.Layer{held{shape: z.Shape}}
					if last != nil {
						layers = append(layers, last)
					}
					net, err := graph.New(graph.Config{Input: graph.Shape(z.Shape[1:]).Clone(), Engine: e}, layers...)
					if err != nil {
						t.Fatal(err)
					}
					p := compile(t, net, graph.ProgramConfig{Batch: z.Shape[0], Mode: graph.Training, Loss: c.loss(t, f, name)})
					copy(net.Params()[0].Value.Data().([]float32), z.Data)
					setGoldenTarget(t, p, f, name)
					for range 2 { // what the first run leaves behind must not show in the second
						run(t, p)
					}
					want := float64(f.Get(t, name+".y").Data[0])
					if d := math.Abs(p.Loss - want); !(d <= tolerance*max(1, math.Abs(want))) {
						t.Errorf("loss %v, want %v", p.Loss, want)
					}
					close32(t, "gz", p.Grads[0], f.Get(t, name+".gz").Data, tolerance)
				})
			}
		}
	}
}

func setGoldenTarget(t *testing.T, p *graph.Program, f *golden.File, name string) {
	t.Helper()
	if labels, ok := f.Tensors[name+".labels"]; ok {
		all := make([]int, len(labels.Data))
		for i, l := range labels.Data {
			all[i] = int(l)
		}
		if err := p.SetLabels(0, all); err != nil {
			t.Fatal(err)
		}
	} else if err := p.SetTarget(0, f.Get(t, name+".target").Data); err != nil {
		t.Fatal(err)
	}
	if w, ok := f.Tensors[name+".sample_weights"]; ok {
		if err := p.SetWeights(0, w.Data); err != nil {
			t.Fatal(err)
		}
	}
}

// manyLosses are losses with and without what they may have besides.
var manyLosses = []graph.Loss{
	graph.SparseCategoricalCrossEntropy{},
	graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.2},
	graph.SparseCategoricalCrossEntropy{LabelSmoothing: 0.1, ClassWeights: []float64{1, 0, 2.5}, Ignore: []int{0}},
	graph.CategoricalCrossEntropy{},
	graph.CategoricalCrossEntropy{LabelSmoothing: 0.3},
	graph.BinaryCrossEntropy{},
	graph.BinaryCrossEntropy{LabelSmoothing: 0.3, PositiveWeights: []float64{1, 0, 3}},
	graph.MeanSquaredError{},
	graph.MeanAbsoluteError{},
	graph.Huber{},
	graph.Huber{Delta: 0.3},
	graph.Focal{},
	graph.Focal{Gamma: 0.5, Alpha: 2},
	graph.BinaryFocal{},
	graph.BinaryFocal{Gamma: 0.7, Alpha: 0.25},
}

// lossProgram trains three channels, or vectors of three, on both ranks.
func lossProgram(t *testing.T, l graph.Loss, image bool) (*graph.Network, *graph.Program) {
	t.Helper()
	input, batch := graph.Shape{3}, 5
	if image {
		input, batch = graph.Shape{3, 2, 3}, 2
	}
	net, err := graph.New(graph.Config{Input: input, Dtype: graph.Float64}, held{shape: append(graph.Shape{batch}, input...)})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: l})
	rng := rand.New(rand.NewPCG(21, 22))
	w := net.Params()[0].Value.Data().([]float64)
	for i := range w {
		w[i] = 2 * rng.NormFloat64()
	}
	switch d := p.Targets[0].Data().(type) {
	case []int:
		for i := range d {
			d[i] = i % 3
		}
	case []float64:
		for i := range d {
			d[i] = rng.Float64()
		}
	}
	return net, p
}

// TestLossesDifferences compares gradients with central differences, with sample
// weights, one of them 0.
func TestLossesDifferences(t *testing.T) {
	for _, l := range manyLosses {
		for _, image := range []bool{false, true} {
			t.Run(fmt.Sprint(l, image), func(t *testing.T) {
				net, p := lossProgram(t, l, image)
				if err := p.SetWeights(0, []float32{2, 0, 0.5, 1, 3}[:p.Inputs[0].Shape()[0]]); err != nil {
					t.Fatal(err)
				}
				run(t, p)
				w, g := net.Params()[0].Value.Data().([]float64), append([]float64(nil), p.Grads[0].Data().([]float64)...)
				for j, old := range w {
					const h = 1e-6
					w[j] = old + h
					run(t, p)
					up := p.Loss
					w[j] = old - h
					run(t, p)
					w[j] = old
					if want := (up - p.Loss) / (2 * h); math.Abs(g[j]-want) > 1e-8 {
						t.Errorf("gradient by value %d is %v, want %v", j, g[j], want)
					}
				}
			})
		}
	}
}

// TestSampleWeights: a weight times what a sample costs, by the number of
// samples; nil is 1 again.
func TestSampleWeights(t *testing.T) {
	for _, l := range manyLosses {
		if s, ok := l.(graph.SparseCategoricalCrossEntropy); ok && s.Ignore != nil {
			continue // which changes what the sum is divided by
		}
		_, p := lossProgram(t, l, false)
		run(t, p)
		plain := p.Loss
		var sum float64
		for i := range 5 {
			w := make([]float32, 5)
			w[i] = float32(i)
			if err := p.SetWeights(0, w); err != nil {
				t.Fatal(err)
			}
			run(t, p)
			sum += p.Loss
		}
		if err := p.SetWeights(0, []float32{0, 1, 2, 3, 4}); err != nil {
			t.Fatal(err)
		}
		run(t, p)
		if math.Abs(p.Loss-sum) > 1e-12*max(1, sum) || p.Loss == plain {
			t.Errorf("%v: weighted loss %v, want the sum of its samples' %v", l, p.Loss, sum)
		}
		if err := p.SetWeights(0, nil); err != nil {
			t.Fatal(err)
		}
		if run(t, p); p.Loss != plain {
			t.Errorf("%v: loss %v without weights again, want %v", l, p.Loss, plain)
		}
	}
}

// TestZeroWeightHidesWhatIsNotFinite: such a sample is not looked at.
func TestZeroWeightHidesWhatIsNotFinite(t *testing.T) {
	for _, l := range manyLosses {
		net, p := lossProgram(t, l, false)
		z := net.Params()[0].Value.Data().([]float64)
		z[3], z[4] = math.NaN(), math.Inf(1)
		if err := p.SetWeights(0, []float32{1, 0, 1, 1, 1}); err != nil {
			t.Fatal(err)
		}
		run(t, p)
		if g := p.Grads[0].Data().([]float64); p.Loss-p.Loss != 0 || g[3] != 0 || g[4] != 0 {
			t.Errorf("%v: loss %v, gradients %v and %v, want them finite, and 0", l, p.Loss, g[3], g[4])
		}
	}
}

// TestLossesPassNaN on: what the network says is not hidden.
func TestLossesPassNaN(t *testing.T) {
	for _, l := range manyLosses {
		net, p := lossProgram(t, l, false)
		net.Params()[0].Value.Data().([]float64)[6] = math.NaN() // of a sample of label 2
		run(t, p)
		if g := p.Grads[0].Data().([]float64)[6]; p.Loss == p.Loss || g == g {
			t.Errorf("%v: loss %v and gradient %v, want NaN", l, p.Loss, g)
		}
	}
}

func TestLossFieldsRefused(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		loss graph.Loss
		want string
	}{
		{graph.SparseCategoricalCrossEntropy{LabelSmoothing: 1}, "SparseCategoricalCrossEntropy{LabelSmoothing: 1}: output of dense_1: want LabelSmoothing from 0 to below 1, got 1"},
		{graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{1, 2}}, "want ClassWeights for each of 3 classes, got 2"},
		{graph.SparseCategoricalCrossEntropy{ClassWeights: []float64{1, -2, 1}}, "want ClassWeights of at least 0, got -2"},
		{graph.SparseCategoricalCrossEntropy{ClassWeights: make([]float64, 3)}, "want ClassWeights of which one at least is above 0, got [0 0 0]"},
		{graph.CategoricalCrossEntropy{LabelSmoothing: math.NaN()}, "want LabelSmoothing from 0 to below 1, got NaN"},
		{graph.BinaryCrossEntropy{LabelSmoothing: -0.1}, "want LabelSmoothing from 0 to below 1, got -0.1"},
		{graph.BinaryCrossEntropy{PositiveWeights: []float64{1}}, "want PositiveWeights for each of 3 channels, got 1"},
		{graph.Huber{Delta: -1}, "want Delta above 0, or 0 for 1, got -1"},
		{graph.Focal{Gamma: -1}, "want Gamma above 0, or 0 for 2, got -1"},
		{graph.Focal{Alpha: -1}, "want Alpha above 0, or 0 for 0.25, got -1"},
		{graph.BinaryFocal{Gamma: math.Inf(1)}, "want Gamma above 0, or 0 for 2, got +Inf"},
		{graph.BinaryFocal{Alpha: 1.5}, "want Alpha from 0 to 1, got 1.5"},
	} {
		_, err := net.Compile(graph.ProgramConfig{Loss: c.loss})
		oneLine(t, err, c.want)
	}
}

func TestWeightsRefused(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: graph.Huber{}})
	oneLine(t, p.SetWeights(0, []float32{1}), "program: weights of dense_1: want 2 values for a batch of shape (2), got 1")
	oneLine(t, p.SetWeights(0, []float32{1, -1}), "program: weights of dense_1: want finite numbers of at least 0, got -1 for sample 1 of the batch")
	oneLine(t, p.SetWeights(1, nil), "want the target of one of its 1 losses, counted from 0, got 1")
	own := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: absolute{}})
	oneLine(t, own.SetWeights(0, []float32{1, 1}), "want a loss that asks its Scope for SampleWeights, got one that does not")
	if err := own.SetWeights(0, nil); err != nil {
		t.Errorf("no weights: %v", err)
	}
}

// TestIgnoredLabels need be no classes; others must.
func TestIgnoredLabels(t *testing.T) {
	_, p := lossProgram(t, graph.SparseCategoricalCrossEntropy{Ignore: []int{-1, 255}}, false)
	copy(p.Targets[0].Data().([]int), []int{0, -1, 255, 2, 1})
	run(t, p)
	p.Targets[0].Data().([]int)[4] = 3
	oneLine(t, p.Run(), "label 4 of the batch: want 0 to 2, got 3")
}

// TestOneBinaryLabel is the target itself.
func TestOneBinaryLabel(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Dense{Units: 1, Activation: graph.Sigmoid})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: 3, Loss: graph.BinaryCrossEntropy{}})
	if err := p.SetLabels(0, []int{1, 0, 1}); err != nil {
		t.Fatal(err)
	}
	close32(t, "target", p.Targets[0], []float32{1, 0, 1}, 0)
	oneLine(t, p.SetLabels(0, []int{1, 2, 1}), "label 1 of the batch: want 0 to 1, got 2")
}

// weighed is a loss of one's own that asks for the samples' weights.
type weighed struct{ graph.MeanSquaredError }

func (weighed) String() string { return "weighed{}" }

// TestOwnLossOnOurs takes two losses of ours together.
func TestOwnLossOnOurs(t *testing.T) {
	_, p := lossProgram(t, weighed{}, false)
	if err := p.SetWeights(0, []float32{1, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	run(t, p)
	_, q := lossProgram(t, graph.MeanSquaredError{}, false)
	if run(t, q); !(p.Loss < q.Loss) {
		t.Errorf("loss %v of one sample, want less than %v of all", p.Loss, q.Loss)
	}
}

// TestLossesBits are the same for every number of workers, and in every run.
func TestLossesBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, l := range manyLosses {
		var want []float64
		for procs := 1; procs <= 3; procs++ {
			runtime.GOMAXPROCS(procs)
			net, err := graph.New(graph.Config{Input: graph.Shape{3, 40, 40}, Dtype: graph.Float64, Seed: 1},
				graph.Conv2D{Filters: 3, Kernel: 1, Penalty: graph.L1L2{L1: 0.1, L2: 0.1}})
			if err != nil {
				t.Fatal(err)
			}
			p := compile(t, net, graph.ProgramConfig{Batch: 7, Mode: graph.Training, Loss: l})
			rng := rand.New(rand.NewPCG(31, 32))
			for i := range p.Inputs[0].Data().([]float64) {
				p.Inputs[0].Data().([]float64)[i] = rng.NormFloat64()
			}
			switch d := p.Targets[0].Data().(type) {
			case []int:
				for i := range d {
					d[i] = rng.IntN(3)
				}
			case []float64:
				for i := range d {
					d[i] = rng.Float64()
				}
			}
			for range 2 {
				run(t, p)
				got := append([]float64{p.Loss}, p.Grads[0].Data().([]float64)...)
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%v: loss and gradients %v with GOMAXPROCS %d, want %v", l, got, procs, want)
				}
			}
		}
	}
}
