package graph_test

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
	"euryale/graph/internal/layertest"
	"euryale/internal/philox"
)

// harnessSeed is the seed of the networks that layertest makes.
const harnessSeed = 7

// slowWord is the word for an element of a sample in step 0.
func slowWord(layer string, sample, element int) uint32 {
	return philox.KeyOf(harnessSeed, layer).Words([4]uint32{uint32(element / 4), uint32(sample)})[element%4]
}

// slowDropout drops elements whose word is below the rate, or the channels
// whose word is.
func slowDropout(layer string, rate float64, spatial bool) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		size := x.Shape[1:].TotalSize()
		for i, v := range x.Data {
			element := i % size
			if spatial {
				element /= size / x.Shape[1]
			}
			if float64(slowWord(layer, i/size, element)) >= rate*(1<<32) {
				y.Data[i] = v / (1 - rate)
			}
		}
		return y
	}
}

func slowNoise(layer string, deviation float64) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape...)
		size := x.Shape[1:].TotalSize()
		for i, v := range x.Data {
			sample, even := i/size, i%size/2*2
			u := (float64(slowWord(layer, sample, even)) + 1) / (1 << 32)
			turn := 2 * math.Pi * float64(slowWord(layer, sample, even+1)) / (1 << 32)
			z := math.Cos(turn)
			if i%size != even {
				z = math.Sin(turn)
			}
			y.Data[i] = v + deviation*math.Sqrt(-2*math.Log(u))*z
		}
		return y
	}
}

func TestRandomLayers(t *testing.T) {
	same := then(identity, func(v float64) float64 { return v })
	for _, c := range []layertest.Case{
		{
			Name: "dropout of images", Layer: graph.Dropout{Rate: 0.25}, Input: graph.Shape{2, 3, 5}, Output: graph.Shape{2, 3, 5}, Batch: 3,
			Printed: "Dropout{Rate: 0.25}", Slow: same, Training: slowDropout("dropout_1", 0.25, false),
		},
		{
			Name: "dropout of vectors", Layer: graph.Dropout{Rate: 0.9}, Input: graph.Shape{23}, Output: graph.Shape{23}, Batch: 1,
			Printed: "Dropout{Rate: 0.9}", Slow: same, Training: slowDropout("dropout_1", 0.9, false),
		},
		{
			Name: "dropout of none", Layer: graph.Dropout{}, Input: graph.Shape{5}, Output: graph.Shape{5}, Printed: "Dropout{}", Slow: same,
		},
		{
			Name: "dropout of channels", Layer: graph.SpatialDropout2D{Rate: 0.5}, Input: graph.Shape{7, 2, 3}, Output: graph.Shape{7, 2, 3}, Batch: 3,
			Printed: "SpatialDropout2D{Rate: 0.5}", Refused: graph.Shape{7}, Error: "want an image (N, C, H, W), got (N, 7)",
			Slow: same, Training: slowDropout("spatial_dropout2d_1", 0.5, true),
		},
		{
			Name: "noise", Layer: graph.GaussianNoise{Deviation: 0.3}, Input: graph.Shape{3, 3, 3}, Output: graph.Shape{3, 3, 3}, Batch: 3,
			Printed: "GaussianNoise{Deviation: 0.3}", Slow: same, Training: slowNoise("gaussian_noise_1", 0.3),
		},
		{
			Name: "no noise", Layer: graph.GaussianNoise{}, Input: graph.Shape{5}, Output: graph.Shape{5}, Printed: "GaussianNoise{}", Slow: same,
		},
	} {
		layertest.Run(t, c)
	}
}

// drawing is a program in training of a layer alone behind a weight, on ones.
func drawing(t *testing.T, e graph.Engine, seed uint64, shape graph.Shape, batch int, layers ...graph.Layer) (*graph.Network, *graph.Program) {
	t.Helper()
	net, err := graph.New(graph.Config{Input: shape, Seed: seed, Engine: e}, append([]graph.Layer{layertest.Offset{}}, layers...)...)
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	for i := range p.Inputs[0].Data().([]float32) {
		p.Inputs[0].Data().([]float32)[i] = 1
	}
	return net, p
}

// drawn is the output of a program at a step.
func drawn(t *testing.T, p *graph.Program, step uint64) []float32 {
	t.Helper()
	if err := p.RunAt(step); err != nil {
		t.Fatal(err)
	}
	return values(p.Outputs[0])
}

// TestDropoutKeepsItsExpectation: of n values n·rate are dropped, give or take
// five deviations, and the mean is as before; the others are all alike.
func TestDropoutKeepsItsExpectation(t *testing.T) {
	for _, rate := range []float64{0.1, 0.5, 0.8} {
		for _, c := range []struct {
			layer graph.Layer
			draws int // a sample
			shape graph.Shape
		}{
			{graph.Dropout{Rate: rate}, 30 * 17 * 17, graph.Shape{30, 17, 17}},
			{graph.SpatialDropout2D{Rate: rate}, 1001, graph.Shape{1001, 2, 2}},
		} {
			_, p := drawing(t, graph.Fused, 1, c.shape, 16, c.layer)
			sum, zeros := 0.0, 0
			y := drawn(t, p, 3)
			for _, v := range y {
				sum += float64(v)
				if v == 0 {
					zeros++
				} else if v != float32(1/(1-rate)) {
					t.Fatalf("%v: value %v, want 0 or %v", c.layer, v, 1/(1-rate))
				}
			}
			n := float64(16 * c.draws)
			deviation := math.Sqrt(rate * (1 - rate) / n)
			if share := float64(zeros) / float64(len(y)); math.Abs(share-rate) > 5*deviation {
				t.Errorf("%v drops a share of %v, deviation %v", c.layer, share, deviation)
			}
			if mean := sum / float64(len(y)); math.Abs(mean-1) > 5*deviation/(1-rate) {
				t.Errorf("%v has a mean of %v, want 1", c.layer, mean)
			}
		}
	}
}

// TestEachValueKeepsItsExpectation follows single values, and channels, over
// many steps: the mean of each is as before, give or take five deviations.
func TestEachValueKeepsItsExpectation(t *testing.T) {
	const steps, rate = 2000, 0.3
	deviation := math.Sqrt(rate / (1 - rate) / steps)
	for _, layer := range []graph.Layer{graph.Dropout{Rate: rate}, graph.SpatialDropout2D{Rate: rate}} {
		for _, e := range bothEngines {
			_, p := drawing(t, e, 1, graph.Shape{3, 2, 2}, 2, layer)
			sums := make([]float64, 2*3*2*2)
			for step := range uint64(steps) {
				for i, v := range drawn(t, p, step) {
					sums[i] += float64(v)
				}
			}
			for i, sum := range sums {
				if mean := sum / steps; math.Abs(mean-1) > 5*deviation {
					t.Errorf("%v, %v: value %d has a mean of %v, want 1, deviation %v", layer, e, i, mean, deviation)
				}
			}
		}
	}
}

// TestSpatialDropoutDropsWholeChannels: all pixels of a channel or none, some
// channels and not all, and other ones of each sample; Dropout does otherwise.
func TestSpatialDropoutDropsWholeChannels(t *testing.T) {
	const channels, pixels, batch = 40, 12, 3
	for _, e := range bothEngines {
		cut := func(layer graph.Layer) (whole, part int, dropped []int) {
			_, p := drawing(t, e, 1, graph.Shape{channels, 3, 4}, batch, layer)
			y := drawn(t, p, 1)
			for c := range batch * channels {
				zeros := 0
				for _, v := range y[c*pixels : (c+1)*pixels] {
					if v == 0 {
						zeros++
					}
				}
				switch zeros {
				case 0:
				case pixels:
					whole++
					dropped = append(dropped, c)
				default:
					part++
				}
			}
			return whole, part, dropped
		}
		whole, part, dropped := cut(graph.SpatialDropout2D{Rate: 0.5})
		if part != 0 || whole < 30 || whole > 90 {
			t.Errorf("%v: %d channels are dropped and %d in part, want about 60 and none", e, whole, part)
		}
		of := make([][]int, batch)
		for _, c := range dropped {
			of[c/channels] = append(of[c/channels], c%channels)
		}
		if slices.Equal(of[0], of[1]) || slices.Equal(of[1], of[2]) {
			t.Errorf("%v: two samples drop the same channels, %v", e, of)
		}
		if _, part, _ := cut(graph.Dropout{Rate: 0.5}); part < 110 {
			t.Errorf("%v: Dropout drops a part of %d channels of 120, want nearly all", e, part)
		}
	}
}

// TestGaussianNoiseIsNormal looks at the first four moments, and at how many
// values lie beyond 1 and 3 deviations.
func TestGaussianNoiseIsNormal(t *testing.T) {
	_, p := drawing(t, graph.Fused, 1, graph.Shape{64, 25, 25}, 16, graph.GaussianNoise{Deviation: 2})
	y := drawn(t, p, 0)
	n := float64(len(y))
	var moments [5]float64
	beyond := map[float64]float64{1: 0, 3: 0}
	for _, v := range y {
		z := (float64(v) - 1) / 2
		for k := range moments {
			moments[k] += math.Pow(z, float64(k)) / n
		}
		for limit := range beyond {
			if math.Abs(z) > limit {
				beyond[limit] += 1 / n
			}
		}
	}
	for _, c := range []struct {
		what                string
		got, want, variance float64
	}{
		{"mean", moments[1], 0, 1},
		{"variance", moments[2], 1, 2},
		{"third moment", moments[3], 0, 15},
		{"fourth moment", moments[4], 3, 96},
		{"share beyond 1", beyond[1], math.Erfc(math.Sqrt(0.5)), 0.3},
		{"share beyond 3", beyond[3], math.Erfc(3 * math.Sqrt(0.5)), 0.0027},
	} {
		if math.Abs(c.got-c.want) > 5*math.Sqrt(c.variance/n) {
			t.Errorf("%s %v, want %v", c.what, c.got, c.want)
		}
	}
}

// TestWhatDrawsHangOn: another step, sample, layer or seed draws something
// else; another number of cores or workers, or another network of the same
// declaration, does not.
func TestWhatDrawsHangOn(t *testing.T) {
	shape := graph.Shape{6, 41, 37} // several strips a sample, the last of them short
	for _, layer := range []graph.Layer{graph.Dropout{Rate: 0.5}, graph.SpatialDropout2D{Rate: 0.5}, graph.GaussianNoise{Deviation: 1}} {
		for _, e := range bothEngines {
			t.Run(layer.String()+"/"+e.String(), func(t *testing.T) {
				net, p := drawing(t, e, 1, shape, 4, layer)
				y := drawn(t, p, 5)
				size := shape.TotalSize()
				for i := 1; i < 4; i++ {
					if slices.Equal(y[:size], y[i*size:(i+1)*size]) {
						t.Errorf("samples 0 and %d are alike", i)
					}
				}
				for _, step := range []uint64{4, 6, 5 + 1<<32} {
					if slices.Equal(y, drawn(t, p, step)) {
						t.Errorf("steps 5 and %d are alike", step)
					}
				}
				if !slices.Equal(y, drawn(t, p, 5)) {
					t.Error("step 5 draws something else the second time")
				}
				_, other := drawing(t, e, 2, shape, 4, layer)
				if slices.Equal(y, drawn(t, other, 5)) {
					t.Error("seeds 1 and 2 are alike")
				}
				_, named := drawing(t, e, 1, shape, 4, graph.Named{Name: "other", Layer: layer})
				if slices.Equal(y, drawn(t, named, 5)) {
					t.Error("two names are alike")
				}

				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
				for _, cores := range []int{1, 2, 4} {
					runtime.GOMAXPROCS(cores)
					if _, whole := drawing(t, e, 1, shape, 4, layer); !slices.Equal(y, drawn(t, whole, 5)) {
						t.Errorf("%d cores draw something else", cores)
					}
					for i := range 2 { // workers, of two samples each
						_, half := drawing(t, e, 1, shape, 2, layer)
						half.First = 2 * i
						if !slices.Equal(y[2*i*size:(2*i+2)*size], drawn(t, half, 5)) {
							t.Errorf("worker %d with %d cores draws something else", i, cores)
						}
					}
				}
				if net.Steps() != 0 {
					t.Errorf("RunAt counts: %d steps", net.Steps())
				}
			})
		}
	}
}

// TestSharedDropout draws anew in each place.
func TestSharedDropout(t *testing.T) {
	shared := graph.Shared{Name: "drop", Layer: graph.Dropout{Rate: 0.5}}
	a := offsetInput("a", 100)
	net, err := graph.Compose(graph.Config{Seed: 1}, a.Then(shared), a.Then(graph.Tanh, shared))
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.Losses{{Loss: graph.MeanSquaredError{}}, {Loss: graph.MeanSquaredError{}}}})
	for i := range p.Inputs[0].Data().([]float32) {
		p.Inputs[0].Data().([]float32)[i] = 1
	}
	run(t, p)
	alike := 0
	for i, v := range values(p.Outputs[0]) {
		if (v == 0) == (values(p.Outputs[1])[i] == 0) {
			alike++
		}
	}
	if alike < 25 || alike > 75 {
		t.Errorf("%d of 100 values are dropped in both places or in none, want about 50", alike)
	}
}

// TestStepsAreCounted once a Run of a program in training.
func TestStepsAreCounted(t *testing.T) {
	net, p := drawing(t, graph.Fused, 1, graph.Shape{50}, 2, graph.Dropout{Rate: 0.5})
	var seen [][]float32
	for i := range 3 {
		if net.Steps() != uint64(i) {
			t.Errorf("%d steps, want %d", net.Steps(), i)
		}
		run(t, p)
		seen = append(seen, values(p.Outputs[0]))
	}
	infer := compile(t, net, graph.ProgramConfig{Batch: 2, Loss: graph.MeanSquaredError{}})
	run(t, infer)
	if net.Steps() != 3 {
		t.Errorf("%d steps after three runs in training and one in inference, want 3", net.Steps())
	}
	for i, y := range seen {
		if !slices.Equal(y, drawn(t, p, uint64(i))) {
			t.Errorf("run %d was not step %d", i+1, i)
		}
	}
	net.SetSteps(1)
	run(t, p)
	if !slices.Equal(seen[1], values(p.Outputs[0])) || net.Steps() != 2 {
		t.Errorf("want step 1 again, then 2, got %d", net.Steps())
	}

	// A run that fails is none.
	p.Inputs[0] = infer.Inputs[0]
	oneLine(t, p.Run(), "Inputs[0] is another tensor")
	if net.Steps() != 2 {
		t.Errorf("%d steps after a run that failed, want 2", net.Steps())
	}
}

// TestDropoutVanishes in inference and below a Frozen: no step does it, and
// what comes out is what goes in, bit for bit, be it read, kept or an output.
func TestDropoutVanishes(t *testing.T) {
	image := graph.Shape{2, 5, 5}
	conv := graph.Conv2D{Filters: 3, Kernel: 3}
	random := graph.Chain{graph.Dropout{Rate: 0.5}, graph.SpatialDropout2D{Rate: 0.5}, graph.GaussianNoise{Deviation: 3}}
	for _, e := range bothEngines {
		for _, c := range []struct {
			name   string
			with   []graph.Layer
			out    []graph.Layer
			config graph.ProgramConfig
			keep   string // with, and its like without
			as     string
		}{
			{"between", []graph.Layer{conv, random, graph.ReLU}, []graph.Layer{conv, graph.ReLU}, graph.ProgramConfig{}, "", ""},
			{"last", []graph.Layer{conv, random}, []graph.Layer{conv}, graph.ProgramConfig{}, "", ""},
			{"first", []graph.Layer{random, conv}, []graph.Layer{conv}, graph.ProgramConfig{}, "", ""},
			{"kept", []graph.Layer{conv, random, graph.ReLU}, []graph.Layer{conv, graph.ReLU}, graph.ProgramConfig{}, "dropout_1", "conv2d_1"},
			{"frozen", []graph.Layer{conv, graph.Frozen{Layer: random}, graph.ReLU}, []graph.Layer{conv, graph.ReLU}, graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}}, "", ""},
		} {
			t.Run(c.name+"/"+e.String(), func(t *testing.T) {
				var made [2][]float32
				for i, layers := range [][]graph.Layer{c.with, c.out} {
					net, err := graph.New(graph.Config{Input: image, Seed: 1, Engine: e}, layers...)
					if err != nil {
						t.Fatal(err)
					}
					config := c.config
					if keep := []string{c.keep, c.as}[i]; keep != "" {
						config.Keep = []string{keep}
					}
					for _, s := range net.Plan(config).Steps {
						if strings.Contains(s.Ops, "dropout") || strings.Contains(s.Ops, "noise") {
							t.Errorf("a step of the program draws: %s", s.Ops)
						}
					}
					p := compile(t, net, config)
					for j := range p.Inputs[0].Data().([]float32) {
						p.Inputs[0].Data().([]float32)[j] = float32(math.Sin(float64(j * j)))
					}
					run(t, p)
					made[i] = values(p.Outputs[0])
					if len(config.Keep) > 0 {
						d, err := p.Activation(config.Keep[0])
						if err != nil {
							t.Fatal(err)
						}
						made[i] = append(made[i], values(d)...)
					}
				}
				if diff := cmp.Diff(made[1], made[0]); diff != "" {
					t.Errorf("(-without +with):\n%s", diff)
				}
			})
		}
	}

	// Alone, and where others write over what they read.
	for _, e := range bothEngines {
		if got := output(t, e, []float32{1, -2, 3}, random[0], graph.GaussianNoise{Deviation: 1}); !cmp.Equal(got, []float32{1, -2, 3}) {
			t.Errorf("%v: alone it makes %v", e, got)
		}
		x := graph.Input("x", 3)
		net, err := graph.Compose(graph.Config{Engine: e}, x.Then(graph.Sigmoid), x.Then(random[0]), x.Then(graph.Tanh, graph.Tanh))
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{Keep: []string{"dropout_1"}})
		copy(p.Inputs[0].Data().([]float32), []float32{1, -2, 3})
		for range 2 {
			run(t, p)
			if got := values(p.Outputs[1]); !cmp.Equal(got, []float32{1, -2, 3}) {
				t.Errorf("%v: beside others it makes %v", e, got)
			}
		}
	}
}

// TestDroppedIsZero whatever it was, and what is kept passes.
func TestDroppedIsZero(t *testing.T) {
	_, p := drawing(t, graph.Fused, 1, graph.Shape{64}, 1, graph.Dropout{Rate: 0.5})
	mask := drawn(t, p, 0)
	x := p.Inputs[0].Data().([]float32)
	for i := range x {
		x[i] = []float32{inf, -inf, nan}[i%3]
	}
	for i, v := range drawn(t, p, 0) {
		switch {
		case mask[i] == 0:
			if v != 0 {
				t.Errorf("%v was dropped and is %v", x[i], v)
			}
		case v != x[i] && !(math.IsNaN(float64(v)) && math.IsNaN(float64(x[i]))):
			t.Errorf("%v was kept and is %v", x[i], v)
		}
	}
}

func TestRandomLayersRefuse(t *testing.T) {
	for _, c := range []struct {
		layer graph.Layer
		want  string
	}{
		{graph.Dropout{Rate: 1}, "dropout_1: Dropout{Rate: 1}: want Rate from 0 to below 1, got 1; so far input (N, 4)"},
		{graph.Dropout{Rate: -0.1}, "dropout_1: Dropout{Rate: -0.1}: want Rate from 0 to below 1, got -0.1; so far input (N, 4)"},
		{graph.Dropout{Rate: math.NaN()}, "want Rate from 0 to below 1, got NaN"},
		{graph.GaussianNoise{Deviation: -1}, "gaussian_noise_1: GaussianNoise{Deviation: -1}: want Deviation of at least 0, got -1; so far input (N, 4)"},
		{graph.GaussianNoise{Deviation: math.Inf(1)}, "want Deviation of at least 0, got +Inf"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4}}, c.layer)
		oneLine(t, err, c.want)
	}
	_, err := graph.New(graph.Config{Input: graph.Shape{4, 2, 2}}, graph.SpatialDropout2D{Rate: 2})
	oneLine(t, err, "spatial_dropout2d_1: SpatialDropout2D{Rate: 2}: want Rate from 0 to below 1, got 2")
}

// TestNotFiniteDrawsTheSame: what a step has dropped is dropped again when what
// is not finite is looked for.
func TestNotFiniteDrawsTheSame(t *testing.T) {
	log := graph.Func(func(x *G.Node) (*G.Node, error) { return G.Log(x) })
	_, p := drawing(t, graph.Fused, 1, graph.Shape{1}, 1, graph.Dropout{Rate: 0.5}, log)
	seen := map[bool]bool{}
	for step := range uint64(20) {
		finite := drawn(t, p, step)[0] > 0
		seen[finite] = true
		switch err := p.NotFinite(); {
		case finite && err != nil:
			t.Errorf("step %d: %v, want all to be finite", step, err)
		case !finite:
			oneLine(t, err, "the output of func_1, value 0, is -Inf")
		}
	}
	if len(seen) != 2 {
		t.Error("want a step that drops and one that does not")
	}
}
