package augment

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// noisy is n images of random bytes in three classes.
func noisy(n, c, h, w int) *loaders.Dataset {
	rng := rand.New(rand.NewPCG(1, 2))
	d := &loaders.Dataset{
		Name: "noisy", Classes: []string{"a", "b", "c"}, Channels: c, Height: h, Width: w,
		Images: make([]uint8, n*c*h*w), Labels: make([]int, n),
	}
	for i := range d.Images {
		d.Images[i] = uint8(rng.Uint32())
	}
	for i := range d.Labels {
		d.Labels[i] = i * i % 3
	}
	return d
}

func parsed(t testing.TB, text string) Pipeline {
	t.Helper()
	p, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func source(t testing.TB, d *loaders.Dataset, c Config) *Source {
	t.Helper()
	s, err := New(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// epoch is an epoch's inputs and targets by position.
func epoch(t *testing.T, s *Source, c loaders.BatchConfig) (x, y [][]float32) {
	t.Helper()
	x, y = make([][]float32, s.Len()), make([][]float32, s.Len())
	batches := loaders.NewBatches(s, c)
	for b := batches.Next(); b != nil; b = batches.Next() {
		n, k := len(b.Inputs[0])/b.N, len(b.Targets[0].Values)/b.N
		for j, i := range b.Index {
			x[i] = slices.Clone(nth(b.Inputs[0], j, n))
			y[i] = slices.Clone(nth(b.Targets[0].Values, j, k))
			if k == 0 {
				y[i] = []float32{float32(b.Targets[0].Labels[j])}
			}
			if w := b.Targets[0].Weights; len(w) > 0 {
				y[i] = append(y[i], w[j])
			}
		}
	}
	if err := batches.Err(); err != nil {
		t.Fatal(err)
	}
	return x, y
}

// TestSameWhateverTheBatches: what becomes of a sample hangs on the seed, the
// epoch and its position alone.
func TestSameWhateverTheBatches(t *testing.T) {
	d := noisy(37, 3, 11, 9)
	c := Config{Pipeline: parsed(t, all), Mean: []float64{0.5}, Deviation: []float64{0.2, 0.3, 0.4}, ClassWeights: []float64{1, 2, 3}}
	s := source(t, d, c)
	at := loaders.BatchConfig{Size: 32, Seed: 7, Epoch: 2}
	x, y := epoch(t, s, at)
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, size := range []int{1, 5, 37} {
			other := at
			other.Size, other.NoShuffle = size, size == 5
			x2, y2 := epoch(t, s, other)
			if !cmp.Equal(x, x2) || !cmp.Equal(y, y2) {
				t.Errorf("GOMAXPROCS %d, batches of %d: other samples", procs, size)
			}
			x2, _ = epoch(t, source(t, d, c), other)
			if !cmp.Equal(x, x2) {
				t.Errorf("GOMAXPROCS %d, batches of %d, another source: other samples", procs, size)
			}
		}
	}
	for _, other := range []loaders.BatchConfig{{Size: 32, Seed: 7, Epoch: 3}, {Size: 32, Seed: 8, Epoch: 2}} {
		if x2, _ := epoch(t, s, other); cmp.Equal(x[0], x2[0]) {
			t.Errorf("%+v: the same sample as in %+v", other, at)
		}
	}
	skipped := loaders.NewBatches(s, loaders.BatchConfig{Size: 5, Seed: 7, Epoch: 2, Skip: 10})
	defer skipped.Close()
	if b := skipped.Next(); !slices.Equal(nth(b.Inputs[0], 0, len(x[0])), x[b.Index[0]]) {
		t.Error("taken up again: another sample")
	}
}

// TestEachItsOwn: samples that are alike become different ones.
func TestEachItsOwn(t *testing.T) {
	d := noisy(20, 1, 8, 8)
	for i := range d.Len() {
		copy(d.Image(i), d.Image(0))
	}
	x, _ := epoch(t, source(t, d, Config{Pipeline: parsed(t, "rotate=30")}), loaders.BatchConfig{Size: 4})
	for i := range x {
		for j := range i {
			if slices.Equal(x[i], x[j]) {
				t.Errorf("samples %d and %d: want each turned by an angle of its own", j, i)
			}
		}
	}
}

// TestPlain: without a pipeline a source is its dataset, normalised.
func TestPlain(t *testing.T) {
	d := noisy(5, 3, 4, 6)
	mean, deviation := []float64{0.1, 0.2, 0.3}, []float64{0.4, 0.5, 0.6}
	x, y := epoch(t, source(t, d, Config{Mean: mean, Deviation: deviation}), loaders.BatchConfig{Size: 2})
	for i := range d.Len() {
		for k, v := range d.Image(i) {
			want := (float64(v)/255 - mean[k/24]) / deviation[k/24]
			if got := float64(x[i][k]); math.Abs(got-want) > 1e-6 {
				t.Fatalf("image %d, value %d: %v, want %v", i, k, got, want)
			}
		}
		if want := []float32{float32(d.Labels[i])}; !slices.Equal(y[i], want) {
			t.Errorf("image %d: label %v, want %v", i, y[i], want)
		}
	}
	x, y = epoch(t, source(t, d, Config{OneHot: true}), loaders.BatchConfig{Size: 2})
	for i := range d.Len() {
		want := make([]float32, 3)
		want[d.Labels[i]] = 1
		if !slices.Equal(y[i], want) {
			t.Errorf("image %d: target %v, want %v", i, y[i], want)
		}
		for k, v := range d.Image(i) {
			if x[i][k] != float32(v)/255 {
				t.Fatalf("image %d, value %d: %v, want %d/255", i, k, x[i][k], v)
			}
		}
	}
}

// TestNothingAllocated in a Fill after the first.
func TestNothingAllocated(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	d := noisy(40, 3, 16, 16)
	s := source(t, d, Config{Pipeline: parsed(t, all), Mean: []float64{0.5}, ClassWeights: []float64{1, 2, 3}})
	index := make([]int, 32)
	for i := range index {
		index[i] = i
	}
	b := &loaders.Batch{N: len(index)}
	fill := func() {
		b.Inputs, b.Targets = b.Inputs[:0], b.Targets[:0]
		if err := s.Fill(b, index); err != nil {
			t.Fatal(err)
		}
		b.Epoch++
	}
	for range 20 {
		fill()
	}
	if n := testing.AllocsPerRun(50, fill); n > 0 {
		t.Errorf("%v allocations a batch", n)
	}
}
