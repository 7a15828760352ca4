package graph_test

import (
	"context"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chewxy/hm"
	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/nets"
)

// samples are so many, of n values each.
func samples(seed uint64, count, n int) [][]float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	all := make([][]float32, count)
	for i := range all {
		all[i] = make([]float32, n)
		for j := range all[i] {
			all[i][j] = r.Float32()
		}
	}
	return all
}

func predictor(t testing.TB, net *graph.Network, c graph.PredictorConfig) *graph.Predictor {
	t.Helper()
	p, err := graph.NewPredictor(net, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// TestBatchBits: a sample's outputs have the same bits alone and in every batch,
// in each place of it, for every ready network.
func TestBatchBits(t *testing.T) {
	for _, name := range nets.Names() {
		for _, input := range []graph.Shape{{1, 28, 28}, {3, 32, 32}} {
			t.Run(fmt.Sprint(name, input), func(t *testing.T) {
				net, err := nets.New(name, nets.Config{Seed: 1, Input: input})
				if err != nil {
					t.Skip(err)
				}
				sizes := []int{2, 3, 4, 8, 16, 32}
				if raced || testing.Short() {
					sizes = []int{2, 4}
				}
				batchBits(t, net, sizes)
			})
		}
	}
}

func batchBits(t *testing.T, net *graph.Network, sizes []int) {
	t.Helper()
	all := samples(3, sizes[len(sizes)-1], net.Inputs()[0].Shape.TotalSize())
	var want []float32
	for _, x := range all {
		want = append(want, together(t, net, x)...)
	}
	for _, size := range sizes {
		k := len(want) / len(all) * size
		if got := together(t, net, all[:size]...); !cmp.Equal(want[:k], got) {
			t.Errorf("%d samples: want the bits of each alone, got others", size)
		}
	}
}

// together is what a program makes of the samples as one batch.
func together(t *testing.T, net *graph.Network, samples ...[]float32) []float32 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: len(samples)})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.SetInput(0, slices.Concat(samples...)); err != nil {
		t.Fatal(err)
	}
	run(t, p)
	return values(p.Outputs[0])
}

// TestPredictorBits: so are they on the engine Gorgonia, where bits depend on the
// batch.
func TestPredictorBits(t *testing.T) {
	for _, e := range engines {
		net, err := nets.New("lenet5", nets.Config{Seed: 1, Engine: e})
		if err != nil {
			t.Fatal(err)
		}
		p := predictor(t, net, graph.PredictorConfig{Batch: 4, Wait: 20 * time.Millisecond})
		var wg sync.WaitGroup
		for _, x := range samples(3, 8, 784) {
			wg.Go(func() {
				got, err := p.Predict(t.Context(), x)
				if err != nil || !cmp.Equal(together(t, net, x), got[0]) {
					t.Errorf("%v: want the bits of it alone, got others and error %v", e, err)
				}
			})
		}
		wg.Wait()
	}
}

// TestPredictorSideBySide asks from many goroutines at once: each gets what a
// program of its own makes of its sample, in the same bits.
func TestPredictorSideBySide(t *testing.T) {
	x := graph.Input("left", 1, 8, 8)
	y := graph.Input("right", 3)
	flat := x.Then(graph.Conv2D{Filters: 4, Kernel: 3, Activation: graph.ReLU}, graph.Named{Name: "pool", Layer: graph.MaxPool2D{Size: 2}}, graph.Flatten{})
	both := graph.Join(graph.Concat, flat, y)
	net, err := graph.Compose(graph.Config{Seed: 1}, both.Then(graph.Dense{Units: 5, Activation: graph.Softmax}), both.Then(graph.Dense{Units: 2}))
	if err != nil {
		t.Fatal(err)
	}
	const count = 200
	lefts, rights := samples(1, count, 64), samples(2, count, 3)
	alone, err := net.Compile(graph.ProgramConfig{Keep: []string{"pool"}})
	if err != nil {
		t.Fatal(err)
	}
	want := make([][][]float32, count)
	for i := range want {
		copy(alone.Inputs[0].Float32s(), lefts[i])
		copy(alone.Inputs[1].Float32s(), rights[i])
		run(t, alone)
		kept, err := alone.Activation("pool")
		if err != nil {
			t.Fatal(err)
		}
		want[i] = [][]float32{values(alone.Outputs[0]), values(alone.Outputs[1]), values(kept)}
	}
	for _, c := range []graph.PredictorConfig{{}, {Batch: 1}, {Batch: 5, Workers: 2}, {Batch: 16, Wait: time.Millisecond, Workers: 3}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			c.Queue, c.Keep = count, []string{"pool"}
			p := predictor(t, net, c)
			var wg sync.WaitGroup
			for g := range 8 {
				wg.Go(func() {
					for i := g; i < count; i += 8 {
						got, err := p.Predict(t.Context(), lefts[i], rights[i])
						if err != nil {
							t.Error(err)
							return
						}
						if diff := cmp.Diff(want[i], got); diff != "" {
							t.Errorf("sample %d (-want +got):\n%s", i, diff)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

// TestPredictorFloat64 takes and returns float32 all the same.
func TestPredictorFloat64(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}, Seed: 1, Dtype: graph.Float64}, graph.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	one, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		t.Fatal(err)
	}
	x := samples(1, 1, 4)[0]
	if err := one.SetInput(0, x); err != nil {
		t.Fatal(err)
	}
	run(t, one)
	got, err := predictor(t, net, graph.PredictorConfig{}).Predict(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range one.Outputs[0].Float64s() {
		if got[0][i] != float32(v) {
			t.Errorf("want %v, got %v", float32(v), got[0][i])
		}
	}
}

func TestPredictorErrors(t *testing.T) {
	net := small(t)
	for _, tt := range []struct {
		config graph.PredictorConfig
		want   string
	}{
		{graph.PredictorConfig{Batch: -1}, "predictor: want Batch to be 1 to 2,147,483,648, or 0 for the default, got -1"},
		{graph.PredictorConfig{Queue: -2}, "predictor: want Queue to be 1 to 16,777,216, or 0 for the default, got -2"},
		{graph.PredictorConfig{Workers: -3}, "predictor: want Workers to be 1 to 1,024, or 0 for the default, got -3"},
		{graph.PredictorConfig{Wait: -time.Second}, "predictor: want Wait to be at least 0, got -1s"},
		{graph.PredictorConfig{Keep: []string{"conv"}}, "predictor: program: want a layer of the network to keep"},
		{graph.PredictorConfig{Batch: 1 << 30}, "predictor: program: want a batch of at most"},
		{graph.PredictorConfig{Batch: math.MaxInt}, "predictor: want Batch to be 1 to"},
	} {
		if _, err := graph.NewPredictor(net, tt.config); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%+v: want %q, got %v", tt.config, tt.want, err)
		}
	}
	for name, net := range map[string]*graph.Network{"none": nil, "empty": {}} {
		if _, err := graph.NewPredictor(net, graph.PredictorConfig{}); err == nil {
			t.Errorf("%s: want an error, got none", name)
		}
	}
	p := predictor(t, net, graph.PredictorConfig{Batch: 1})
	bad := func(v float64) []float32 {
		x := make([]float32, 144)
		x[7] = float32(v)
		return x
	}
	for _, tt := range []struct {
		name   string
		inputs [][]float32
		want   string
	}{
		{"none", nil, "predictor: want 1 inputs, got 0"},
		{"two", samples(1, 2, 144), "predictor: want 1 inputs, got 2"},
		{"short", samples(1, 1, 143), "predictor: input input: want 144 values, of shape (1, 12, 12), got 143"},
		{"long", samples(1, 1, 145), "predictor: input input: want 144 values, of shape (1, 12, 12), got 145"},
		{"NaN", [][]float32{bad(math.NaN())}, "predictor: input input: want finite values, got NaN as value 7"},
		{"infinite", [][]float32{bad(math.Inf(-1))}, "predictor: input input: want finite values, got -Inf as value 7"},
	} {
		if _, err := p.Predict(t.Context(), tt.inputs...); err == nil || err.Error() != tt.want {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Predict(ended, samples(1, 1, 144)...); !errors.Is(err, context.Canceled) {
		t.Errorf("want %v, got %v", context.Canceled, err)
	}
	var empty *graph.Predictor
	if _, err := empty.Predict(t.Context()); err == nil || empty.Close() != nil || new(graph.Predictor).Close() != nil {
		t.Errorf("want an error of an empty one, got %v", err)
	}
}

// TestFaultIsOnesOwn: a sample that an op cannot take is an error for that alone.
func TestFaultIsOnesOwn(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Func(picky))
	if err != nil {
		t.Fatal(err)
	}
	p := predictor(t, net, graph.PredictorConfig{Batch: 8, Wait: 50 * time.Millisecond})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			got, err := p.Predict(t.Context(), []float32{float32(i), 1})
			if i == 3 {
				if err == nil || !strings.Contains(err.Error(), "cannot take 3") {
					t.Errorf("3: want an error, got %v and %v", got, err)
				}
				return
			}
			if err != nil || got[0][0] != float32(i) {
				t.Errorf("%d: want itself, got %v and %v", i, got, err)
			}
		})
	}
	wg.Wait()
}

// TestPredictorMemory: what is answered is forgotten, and so are requests that
// leave; a closed Predictor leaves nothing.
func TestPredictorMemory(t *testing.T) {
	net := small(t)
	x := samples(1, 1, 144)[0]
	use := func(times int) {
		p, err := graph.NewPredictor(net, graph.PredictorConfig{Batch: 4})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range times {
					ctx, cancel := context.WithCancel(t.Context())
					if i%3 == 0 {
						go cancel()
					}
					if _, err := p.Predict(ctx, x); err != nil && !errors.Is(err, context.Canceled) {
						t.Error(err)
					}
					cancel()
				}
			})
		}
		wg.Wait()
	}
	use(100)
	before, routines := heap(), runtime.NumGoroutine()
	use(2000)
	if after := heap(); after > before+1<<19 {
		t.Errorf("want flat memory, got %d KiB more", (after-before)>>10)
	}
	if n := runtime.NumGoroutine(); n > routines {
		t.Errorf("want %d goroutines, got %d", routines, n)
	}
}

// picky is a layer that cannot take a 3.
func picky(x *G.Node) (*G.Node, error) { return G.ApplyOp(pickyOp{}, x) }

type pickyOp struct{}

func (pickyOp) Arity() int { return 1 }
func (pickyOp) Type() hm.Type {
	t := G.TensorType{Dims: 2, Of: tensor.Float32}
	return hm.NewFnType(t, t)
}

func (pickyOp) InferShape(in ...G.DimSizer) (tensor.Shape, error) {
	return in[0].(tensor.Shape).Clone(), nil
}

func (pickyOp) Do(in ...G.Value) (G.Value, error) {
	x := in[0].(*tensor.Dense)
	if slices.Contains(x.Float32s(), 3) {
		return nil, errors.New("cannot take 3")
	}
	return x.Clone().(*tensor.Dense), nil
}
func (pickyOp) ReturnsPtr() bool      { return false }
func (pickyOp) CallsExtern() bool     { return false }
func (pickyOp) OverwritesInput() int  { return -1 }
func (pickyOp) WriteHash(h hash.Hash) { h.Write([]byte("picky")) }
func (pickyOp) Hashcode() uint32      { return 2 }
func (pickyOp) String() string        { return "picky" }
