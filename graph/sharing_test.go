package graph_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/train"
)

var bothEngines = []graph.Engine{graph.Gorgonia, graph.Fused}

// tower is what both sides of twins read their input through.
var tower = graph.Chain{same(3, 3, 2), graph.ReLU, graph.Flatten{}, graph.Dense{Units: 4}}

// twins is a network of two inputs that go through a tower each, under the
// given frames around it.
func twins(t *testing.T, e graph.Engine, left, right graph.Layer) *graph.Network {
	t.Helper()
	a, b := offsetInput("left", 1, 6, 6).Then(left), offsetInput("right", 1, 6, 6).Then(right)
	net, err := graph.Compose(graph.Config{Seed: 1, Engine: e}, graph.Join(graph.Concat, a, b).Then(graph.Dense{Units: 1}))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// gradsByName runs a training program, every input and target of which is
// alike, and is its gradients.
func gradsByName(t *testing.T, net *graph.Network, batch int, loss graph.Loss) map[string][]float32 {
	t.Helper()
	p := compile(t, net, graph.ProgramConfig{Batch: batch, Mode: graph.Training, Loss: loss})
	for k, list := range [][]*tensor.Dense{p.Inputs, p.Targets} {
		for _, d := range list {
			if x, ok := d.Data().([]float32); ok {
				for j := range x {
					x[j] = float32(math.Sin(float64(1 + k + j*j)))
				}
			}
		}
	}
	run(t, p)
	grads := map[string][]float32{}
	for i, param := range net.Params(graph.Trained) {
		grads[param.Name] = values(p.Grads[i])
	}
	return grads
}

// TestSharedGradientIsTheSum compares with two towers that are not tied and
// have the same weights.
func TestSharedGradientIsTheSum(t *testing.T) {
	for _, e := range bothEngines {
		t.Run(e.String(), func(t *testing.T) {
			shared := graph.Shared{Name: "tower", Layer: tower}
			tied := twins(t, e, shared, shared)
			untied := twins(t, e, graph.Named{Name: "tower", Layer: tower}, graph.Named{Name: "other", Layer: tower})
			byName := map[string]*graph.Param{}
			for _, p := range tied.Params() {
				byName[p.Name] = p
			}
			for _, p := range untied.Params() {
				from := byName[p.Name]
				if from == nil {
					from = byName["tower"+p.Name[len("other"):]]
				}
				if err := tensor.Copy(p.Value, from.Value); err != nil {
					t.Fatal(err)
				}
			}
			got, parts := gradsByName(t, tied, 3, graph.MeanSquaredError{}), gradsByName(t, untied, 3, graph.MeanSquaredError{})
			if len(got) != 8 || len(parts) != 12 {
				t.Fatalf("want 2 shifts and 6 weights, of which 4 are shared, got %d tied and %d not", len(got), len(parts))
			}
			for name, g := range got {
				want := parts[name]
				if rest, ok := strings.CutPrefix(name, "tower"); ok {
					for i, v := range parts["other"+rest] {
						want[i] += v
					}
				}
				if diff := cmp.Diff(want, g); diff != "" {
					t.Errorf("%s: gradient (-sum of both +got):\n%s", name, diff)
				}
				if allZero(g) {
					t.Errorf("%s: want a gradient, got zeros", name)
				}
			}
		})
	}
}

func allZero(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// TestSharedWeightTakesOneStep takes a step of Adam: a weight that two places
// share moves once, by the sum of their gradients.
func TestSharedWeightTakesOneStep(t *testing.T) {
	const rate, beta1, beta2, epsilon = 0.01, 0.9, 0.999, 1e-7
	shared := graph.Shared{Name: "tower", Layer: tower}
	net := twins(t, graph.DefaultEngine, shared, shared)
	p := compile(t, net, graph.ProgramConfig{Batch: 2, Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	for _, x := range p.Inputs {
		for i := range x.Data().([]float32) {
			x.Data().([]float32)[i] = float32(math.Cos(float64(i)))
		}
	}
	run(t, p)
	var before [][]float32
	for _, w := range net.Params(graph.Trained) {
		before = append(before, values(w.Value))
	}
	adam, err := train.Adam{LearningRate: rate}.Start(net.Params(graph.Trained))
	if err != nil {
		t.Fatal(err)
	}
	if err := adam.Step(p.Grads); err != nil {
		t.Fatal(err)
	}
	for i, w := range net.Params(graph.Trained) {
		for j, g := range values(p.Grads[i]) {
			m, v := (1-beta1)*float64(g), (1-beta2)*float64(g)*float64(g)
			want := float64(before[i][j]) - rate*math.Sqrt(1-beta2)/(1-beta1)*m/(math.Sqrt(v)+epsilon)
			if got := float64(values(w.Value)[j]); math.Abs(got-want) > 1e-6 {
				t.Fatalf("%s[%d] is %v after a step by %v, want %v", w.Name, j, got, g, want)
			}
		}
	}
}

// orders are contributions whose sum depends on the order: in float32
// (1e8 + 1) - 1e8 is 0.
var orders = []struct {
	terms [3]float32
	sum   float32
}{
	{[3]float32{1e8, 1, -1e8}, 0},
	{[3]float32{1e8, -1e8, 1}, 1},
	{[3]float32{1, 1e8, -1e8}, 0},
	{[3]float32{1, -1e8, 1e8}, 0},
	{[3]float32{-1e8, 1, 1e8}, 0},
	{[3]float32{-1e8, 1e8, 1}, 1},
}

// times is a layer of one weight without a bias.
func times(name string) graph.Layer {
	return graph.Named{Name: name, Layer: graph.Dense{Units: 1, NoBias: true, Init: graph.Ones}}
}

// TestGradientsAreSummedInTheOrderOfReaders has three readers of one value, and
// three uses of one weight: their gradients are added up from left to right.
func TestGradientsAreSummedInTheOrderOfReaders(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, c := range []struct {
		name    string
		outputs func() []*graph.Value
		inputs  bool // whether the terms are the inputs; else they are the readers' weights
	}{
		{"readers, summed", func() []*graph.Value {
			x := graph.Input("x", 1).Then(times("w"))
			return []*graph.Value{graph.Join(graph.Sum, x.Then(times("a")), x.Then(times("b")), x.Then(times("c")))}
		}, false},
		{"readers, made in another order", func() []*graph.Value {
			x := graph.Input("x", 1).Then(times("w"))
			c, b, a := x.Then(times("c")), x.Then(times("b")), x.Then(times("a"))
			return []*graph.Value{graph.Join(graph.Sum, a, b, c)}
		}, false},
		{"readers, behind one another", func() []*graph.Value {
			x := graph.Input("x", 1).Then(times("w"))
			ab := graph.Join(graph.Sum, x.Then(times("a")), x.Then(times("b")))
			return []*graph.Value{graph.Join(graph.Sum, ab, x.Then(times("c")))}
		}, false},
		{"three outputs", func() []*graph.Value {
			x := graph.Input("x", 1).Then(times("w"))
			return []*graph.Value{x.Then(times("a")), x.Then(times("b")), x.Then(times("c"))}
		}, false},
		{"three uses", func() []*graph.Value {
			w := graph.Shared{Name: "w", Layer: graph.Dense{Units: 1, NoBias: true, Init: graph.Ones}}
			return []*graph.Value{graph.Join(graph.Sum, graph.Input("a", 1).Then(w), graph.Input("b", 1).Then(w), graph.Input("c", 1).Then(w))}
		}, true},
	} {
		for _, e := range bothEngines {
			for _, o := range orders {
				for _, procs := range []int{1, 2, 4} {
					runtime.GOMAXPROCS(procs)
					net, err := graph.Compose(graph.Config{Engine: e}, c.outputs()...)
					if err != nil {
						t.Fatal(err)
					}
					if got := sumOfTerms(t, net, o.terms, c.inputs); got != o.sum {
						t.Errorf("%s, %v, %d cores: the sum of %v is %v, want %v", c.name, e, procs, o.terms, got, o.sum)
					}
				}
			}
		}
	}
}

// sumOfTerms is the gradient by the weight w where its contributions are the
// given ones.
func sumOfTerms(t *testing.T, net *graph.Network, terms [3]float32, inputs bool) float32 {
	t.Helper()
	loss := graph.Losses{}
	for range net.Outputs() {
		loss = append(loss, graph.OutputLoss{Loss: weighted{}})
	}
	p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: loss})
	for _, y := range p.Targets {
		y.Data().([]float32)[0] = 1
	}
	for i, x := range p.Inputs {
		x.Data().([]float32)[0] = 1
		if inputs {
			x.Data().([]float32)[0] = terms[i]
		}
	}
	at := -1
	for i, w := range net.Params() {
		switch w.Name {
		case "a/kernel", "b/kernel", "c/kernel":
			w.Value.Data().([]float32)[0] = terms[w.Name[0]-'a']
		case "w/kernel":
			at = i
		}
	}
	run(t, p)
	return values(p.Grads[at])[0]
}

// TestReadersGradientsAreTheSame compiles one declaration again and again, with
// images large enough for all cores: its gradients are the same bits.
func TestReadersGradientsAreTheSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, e := range bothEngines {
		var want map[string][]float32
		for _, procs := range []int{1, 2, 4, 1} {
			runtime.GOMAXPROCS(procs)
			x := offsetInput("x", 3, 20, 20).Then(same(8, 3, 1))
			y := graph.Join(graph.Sum, x.Then(same(8, 3, 1)), x, x.Then(graph.Tanh), x.Then(graph.BatchNorm{}))
			net, err := graph.Compose(graph.Config{Seed: 1, Engine: e}, y)
			if err != nil {
				t.Fatal(err)
			}
			got := gradsByName(t, net, 5, graph.MeanSquaredError{})
			if want == nil {
				want = got
			}
			if !cmp.Equal(want, got) {
				t.Errorf("%v: %d cores have other gradients than one", e, procs)
			}
		}
	}
}

// TestLossesAreSummedBeforeTheGradient compares two heads with each alone.
func TestLossesAreSummedBeforeTheGradient(t *testing.T) {
	const first, second = 1.5, 0.25
	heads := func() (a, b *graph.Value) {
		trunk := offsetInput("x", 2, 6, 6).Then(same(3, 3, 1), graph.BatchNorm{}, graph.ReLU)
		return trunk.Then(graph.GlobalAverage{}, graph.Named{Name: "class", Layer: small3}),
			trunk.Then(graph.Flatten{}, graph.Named{Name: "box", Layer: graph.Dense{Units: 4}})
	}
	network := func(e graph.Engine, outputs ...*graph.Value) *graph.Network {
		net, err := graph.Compose(graph.Config{Seed: 2, Engine: e}, outputs...)
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	for _, e := range bothEngines {
		a, b := heads()
		both := gradsByName(t, network(e, a, b), 3, graph.Losses{
			{Loss: graph.SparseCategoricalCrossEntropy{}, Weight: first}, {Loss: graph.MeanSquaredError{}, Weight: second},
		})
		class := gradsByName(t, network(e, a), 3, graph.SparseCategoricalCrossEntropy{})
		box := gradsByName(t, network(e, b), 3, graph.MeanSquaredError{})
		for name, g := range both {
			for i, got := range g {
				var want float64
				if c := class[name]; c != nil {
					want += first * float64(c[i])
				}
				if c := box[name]; c != nil {
					want += second * float64(c[i])
				}
				if math.Abs(float64(got)-want) > 1e-5 {
					t.Fatalf("%v: %s[%d]: gradient %v, want %v", e, name, i, got, want)
				}
			}
		}
		if n := fmt.Sprint(len(both), len(class), len(box)); n != "9 7 7" {
			t.Errorf("%v: %s gradients, want those of 5 weights of the trunk, and of 2 of each head", e, n)
		}
	}
}
