package train_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/ranktest"
	"euryale/loaders"
	"euryale/loaders/augment"
	"euryale/nets"
	"euryale/train"
)

// rankData is n drawn garments and digits' worth of pictures: noise, with labels.
func rankData(n int) *loaders.Dataset {
	d := &loaders.Dataset{Name: "noise", Channels: 1, Height: 28, Width: 28}
	for i := range 10 {
		d.Classes = append(d.Classes, fmt.Sprint(i))
	}
	state := uint32(1)
	for i := range n {
		label := i * 7 % 10
		d.Labels = append(d.Labels, label)
		for j := range 28 * 28 {
			state = state*1664525 + 1013904223
			d.Images = append(d.Images, uint8(state>>24)/2+uint8(label*(j%11)))
		}
	}
	return d
}

// hashOf is that of all weights and State of a network.
func hashOf(net *graph.Network) string {
	h := sha256.New()
	for _, p := range net.Params() {
		for _, v := range p.Value.Float32s() {
			fmt.Fprintln(h, math.Float32bits(v))
		}
	}
	return fmt.Sprintf("%.12x", h.Sum(nil))
}

// result is what a Fit came to.
type result struct {
	Hash    string
	Epochs  []train.Metrics
	Checked []*train.Metrics
	Tested  train.Metrics
	Rows    [][][]float32
}

// fitRank trains and tests a network, alone or as a rank.
func fitRank(netName string, c train.Config, n int, group train.Group) (*result, error) {
	net, err := nets.New(netName, nets.Config{Seed: 1, Dropout: 0.2})
	if err != nil {
		return nil, err
	}
	if c.Group, c.NoPreflight = group, true; group == nil {
		c.Verify = 0
	}
	data := rankData(n)
	shown, err := augment.New(data, augment.Config{Pipeline: augment.Pipeline{augment.Shift{Pixels: 2}}})
	if err != nil {
		return nil, err
	}
	c.Validation = data.First(13)
	h, err := train.Fit(context.Background(), net, shown, c)
	if err != nil {
		return nil, err
	}
	r := &result{Hash: hashOf(net)}
	for _, e := range h.Epochs {
		r.Epochs, r.Checked = append(r.Epochs, e.Metrics), append(r.Checked, e.Validation)
	}
	r.Tested, err = train.Evaluate(context.Background(), net, data.First(11), train.EvaluateConfig{Batch: 8, Outputs: &r.Rows, Group: group})
	return r, err
}

// checkRanks compares what ranks come to with what one alone does, on each rank.
func checkRanks(t *testing.T, netName string, c func() train.Config, n int, sizes ...int) {
	t.Helper()
	want, err := fitRank(netName, c(), n, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range sizes {
		err := ranktest.Run(size, func(r *ranktest.Member) error {
			got, err := fitRank(netName, c(), n, r)
			if err != nil {
				return err
			}
			if d := cmp.Diff(want, got); d != "" {
				return errors.Errorf("rank %d: (-one alone +ranks)\n%s", r.Rank(), d)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%d ranks: %v", size, err)
		}
	}
}

// Any number of ranks comes to the bits of one alone: of weights, metrics,
// validation and outputs, with a last batch that is smaller than the ranks are many.
func TestRanksComeToTheSameBits(t *testing.T) {
	for _, c := range []struct {
		net    string
		n      int
		sizes  []int
		config func() train.Config
	}{
		{"lesson", 83, []int{1, 2, 4, 8}, func() train.Config {
			return train.Config{Epochs: 2, Batch: 16, Clip: train.Clip{GlobalNorm: 1}, Verify: 2, ValidateEvery: 3}
		}},
		{"dense128", 67, []int{2, 8}, func() train.Config {
			return train.Config{Epochs: 2, Batch: 32, Accumulate: 2, Average: train.EMA{Decay: 0.9}, Optimizer: train.SGD{LearningRate: 0.1, Momentum: 0.9}}
		}},
		{"resnet20", 19, []int{2, 4, 8}, func() train.Config { return train.Config{Batch: 16, Optimizer: train.AdamW{}} }},
	} {
		t.Run(c.net, func(t *testing.T) { checkRanks(t, c.net, c.config, c.n, c.sizes...) })
	}
}

// smallest is a network and data of few values.
func smallest(t testing.TB, seed uint64) (*graph.Network, *loaders.Dataset) {
	t.Helper()
	d := &loaders.Dataset{Name: "small", Classes: []string{"a", "b"}, Channels: 1, Height: 2, Width: 2}
	for i := range 40 {
		d.Labels = append(d.Labels, i%2)
		d.Images = append(d.Images, uint8(i*6), uint8(255-i*5), uint8(i%2*200), 7)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}, Seed: seed},
		graph.Flatten{}, graph.Dense{Units: 6, Activation: graph.ReLU}, graph.BatchNorm{}, graph.Dense{Units: 2})
	if err != nil {
		t.Fatal(err)
	}
	return net, d
}

// What differs among ranks is an error on all of them, before the first step.
func TestRanksThatDiffer(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(c *train.Config, net **graph.Network, d *loaders.Dataset)
		want   string
	}{
		{"batch", func(c *train.Config, _ **graph.Network, _ *loaders.Dataset) { c.Batch = 16 }, "rank 1: Batch: want what rank 0 has, 8, got 16"},
		{"seed", func(c *train.Config, _ **graph.Network, _ *loaders.Dataset) { c.Seed = 9 }, "rank 1: Seed: want what rank 0 has, 0, got 9"},
		{"optimiser", func(c *train.Config, _ **graph.Network, _ *loaders.Dataset) { c.Optimizer = train.SGD{} }, "rank 1: Optimizer"},
		{"epochs", func(c *train.Config, _ **graph.Network, _ *loaders.Dataset) { c.Epochs = 7 }, "rank 1: Epochs"},
		{"image", func(_ *train.Config, _ **graph.Network, d *loaders.Dataset) { d.Images[5]++ }, "rank 1: the data"},
		{"label", func(_ *train.Config, _ **graph.Network, d *loaders.Dataset) { d.Labels[5] = 0 }, "rank 1: the data"},
		{"weights", func(_ *train.Config, net **graph.Network, _ *loaders.Dataset) { *net, _ = smallest(t, 2) }, "rank 1: the network: want what rank 0 has, 8 weights, seed 1, got 8 weights, seed 2"},
		{"a weight", func(_ *train.Config, net **graph.Network, _ *loaders.Dataset) {
			(*net).Params()[0].Value.Float32s()[2]++
		}, "rank 1: the first weights: want what rank 0 has"},
		{"validation", func(c *train.Config, _ **graph.Network, d *loaders.Dataset) { c.Validation = d }, "rank 1: want what rank 0 is given"},
		{"fit", func(c *train.Config, _ **graph.Network, _ *loaders.Dataset) { c.Batch = -1 }, "want a Batch of at least 1"},
	} {
		errs := ranktest.All(2, func(r *ranktest.Member) error {
			net, d := smallest(t, 1)
			config := train.Config{Batch: 8, Group: r}
			if r.Rank() == 1 {
				c.change(&config, &net, d)
			}
			_, err := train.Fit(context.Background(), net, d, config)
			return err
		})
		for r, err := range errs {
			if err == nil || r == 1 && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: rank %d: want an error with %q, got %v", c.name, r, c.want, err)
			}
		}
	}
	for r, err := range ranktest.All(2, func(r *ranktest.Member) error {
		net, d := smallest(t, 1)
		_, err := train.Evaluate(context.Background(), net, d.First(10+r.Rank()), train.EvaluateConfig{Batch: 8, Group: r})
		return err
	}) {
		if want := "rank 1: the data to evaluate on: want what rank 0 has"; err == nil || r == 1 && !strings.Contains(err.Error(), want) {
			t.Errorf("evaluating: rank %d: want an error with %q, got %v", r, want, err)
		}
	}
	for _, size := range []int{3, 5, 16} {
		err := ranktest.Run(size, func(r *ranktest.Member) error {
			net, d := smallest(t, 1)
			_, err := train.Fit(context.Background(), net, d, train.Config{Group: r})
			return err
		})
		if want := "train: Group: want 1, 2, 4 or 8 ranks"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d ranks: want an error with %q, got %v", size, want, err)
		}
	}
}

// Whatever ends one rank ends all: none waits.
func TestRanksThatFail(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func(d *loaders.Dataset) (loaders.Source, train.Callback)
		want string
	}{
		{"source", func(d *loaders.Dataset) (loaders.Source, train.Callback) { return &failing{Dataset: d}, nil }, "no such picture"},
		{"panic in a source", func(d *loaders.Dataset) (loaders.Source, train.Callback) {
			return &failing{Dataset: d, panics: true}, nil
		}, "no such picture"},
	} {
		for _, bad := range []int{0, 3} {
			errs := ranktest.All(4, func(r *ranktest.Member) error {
				net, d := smallest(t, 1)
				var source loaders.Source = &failing{Dataset: d, never: true}
				if r.Rank() == bad {
					source, _ = c.fail(d)
				}
				_, err := train.Fit(context.Background(), net, source, train.Config{Batch: 8, Group: r})
				return err
			})
			for r, err := range errs {
				if err == nil || r == bad && !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s of rank %d: rank %d: want an error with %q, got %v", c.name, bad, r, c.want, err)
				}
			}
		}
	}
}

// failing is a source that fails at its third batch.
type failing struct {
	*loaders.Dataset
	panics, never bool
	batches       int
}

func (f *failing) Fill(b *loaders.Batch, index []int) error {
	if f.batches++; f.batches == 4 && !f.never { // the first is a look at one sample
		if f.panics {
			panic("no such picture")
		}
		return errors.New("no such picture")
	}
	return f.Dataset.Fill(b, index)
}

// Rank 0's callbacks alone are called, and what they want holds for all: a stop, a
// smaller rate.
func TestRanksFollowCallbacks(t *testing.T) {
	run := func(group train.Group, calls *int) (*graph.Network, *train.History, error) {
		net, d := smallest(t, 1)
		h, err := train.Fit(context.Background(), net, d, train.Config{Epochs: 9, Batch: 8, Group: group, Callbacks: []train.Callback{
			train.CallbackFunc(func(e train.Event) error {
				*calls++
				switch {
				case e.Kind == train.EpochEnd && e.Epoch == 1:
					return e.Optimizer.Scale(0.3)
				case e.Kind == train.BatchEnd && e.Epoch == 3 && e.Samples == 16:
					return train.ErrStop
				}
				return nil
			}),
		}})
		return net, h, err
	}
	var once int
	alone, want, err := run(nil, &once)
	if err != nil {
		t.Fatal(err)
	}
	err = ranktest.Run(4, func(r *ranktest.Member) error {
		calls := 0
		net, h, err := run(r, &calls)
		if err != nil {
			return err
		}
		if expect := map[bool]int{true: once}[r.Rank() == 0]; calls != expect {
			return errors.Errorf("rank %d: want %d calls, got %d", r.Rank(), expect, calls)
		}
		if len(h.Epochs) != 2 || len(want.Epochs) != 2 || h.State.Steps != want.State.Steps || h.State.Scale != want.State.Scale {
			return errors.Errorf("rank %d: want %v, got %v", r.Rank(), want, h)
		}
		if got := hashOf(net); got != hashOf(alone) {
			return errors.Errorf("rank %d: other weights", r.Rank())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// An interrupt of any rank ends all after the same batch, and one may go on from
// there, by a checkpoint that rank 0 alone has, with any number of ranks.
func TestRanksGoOn(t *testing.T) {
	const epochs = 3
	fit := func(ctx context.Context, group train.Group, from *train.Checkpoint, at func(e train.Event) error) (*graph.Network, error) {
		net, d := smallest(t, 1)
		c := train.Config{Epochs: epochs, Batch: 8, Group: group, From: from, Callbacks: []train.Callback{train.CallbackFunc(at)}}
		if from != nil {
			c.Epochs = epochs - from.Epoch + 1
		}
		_, err := train.Fit(ctx, net, d, c)
		return net, err
	}
	alone, err := fit(context.Background(), nil, nil, func(train.Event) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, sizes := range [][2]int{{2, 4}, {8, 2}, {4, 1}} {
		var kept *train.Checkpoint
		errs := ranktest.All(sizes[0], func(r *ranktest.Member) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if r.Rank() == sizes[0]-1 { // from its start on
				cancel()
			}
			_, err := fit(ctx, r, nil, func(e train.Event) (err error) {
				if e.Kind == train.End {
					kept, err = e.Checkpoint()
				}
				return err
			})
			return err
		})
		for r, err := range errs {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("rank %d: want %v, got %v", r, context.Canceled, err)
			}
		}
		if kept == nil {
			t.Fatal("want a checkpoint at the end, got none")
		}
		// A few steps further, with the first number of ranks.
		err := ranktest.Run(sizes[0], func(r *ranktest.Member) error {
			from := kept
			if r.Rank() > 0 {
				from = nil
			}
			_, err := fit(context.Background(), r, from, func(e train.Event) (err error) {
				if e.Kind == train.BatchEnd && e.Epoch == 2 && e.Samples == 24 {
					if kept, err = e.Checkpoint(); err == nil {
						err = train.ErrStop
					}
				}
				return err
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = ranktest.Run(sizes[1], func(r *ranktest.Member) error {
			from := kept
			if r.Rank() > 0 {
				from = nil
			}
			net, err := fit(context.Background(), r, from, func(train.Event) error { return nil })
			if err == nil && hashOf(net) != hashOf(alone) {
				err = errors.Errorf("rank %d: other weights", r.Rank())
			}
			return err
		})
		if err != nil {
			t.Errorf("%d ranks, then %d: %v", sizes[0], sizes[1], err)
		}
	}
}

// Verify finds a weight that has become another on one rank.
func TestVerify(t *testing.T) {
	for _, every := range []int{0, 4} {
		errs := ranktest.All(2, func(r *ranktest.Member) error {
			net, d := smallest(t, 1)
			_, err := train.Fit(context.Background(), net, d, train.Config{Batch: 8, Epochs: 2, Group: &flipping{Member: r}, Verify: every})
			return err
		})
		for r, err := range errs {
			want := "after step 4: rank 1 has other bits of the weight dense_2/kernel than rank 0"
			if every == 0 && err != nil || every > 0 && (err == nil || r == 1 && !strings.Contains(err.Error(), want)) {
				t.Errorf("every %d: rank %d: want %q, got %v", every, r, want, err)
			}
		}
	}
}

// flipping is a rank whose sums have, from some time on, another bit if it is rank 1.
type flipping struct {
	*ranktest.Member
	calls int
}

func (f *flipping) SumFloat32(x []float32, ranks int) error {
	err := f.Member.SumFloat32(x, ranks)
	if f.calls++; f.Rank() == 1 && len(x) == 12 && f.calls > 7 { // the last Dense's
		x[3] *= 1.001
	}
	return err
}

// Training and testing with eight ranks, again and again, leaves neither goroutines nor
// memory behind.
func TestRanksLeaveNothing(t *testing.T) {
	fit := func() {
		err := ranktest.Run(8, func(r *ranktest.Member) error {
			net, d := smallest(t, 1)
			if _, err := train.Fit(context.Background(), net, d, train.Config{Batch: 8, Group: r, Log: io.Discard}); err != nil {
				return err
			}
			_, err := train.Evaluate(context.Background(), net, d, train.EvaluateConfig{Batch: 8, Group: r})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	heap := func() uint64 {
		for range 3 { // programs are freed by finalizers
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for range 5 {
		fit()
	}
	goroutines, before := runtime.NumGoroutine(), heap()
	for range 30 {
		fit()
	}
	if after := heap(); after > before+before/4 {
		t.Errorf("want the memory of before, %d bytes, got %d", before, after)
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("want %d goroutines, got %d", goroutines, n)
	}
}
