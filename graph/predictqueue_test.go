package graph

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// queued is a Predictor of one input of one value, whose batches take a second
// each and answer each sample with itself.
func queued(t *testing.T, c PredictorConfig) (*Predictor, *[][]float32) {
	t.Helper()
	c, err := c.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	ran := &[][]float32{}
	p := &Predictor{inputs: []Port{{"x", Shape{1}}}, queue: newQueue(c, Fused)}
	for range c.Workers {
		p.workers.Go(func() {
			p.queue.serve(func(batch []*request) {
				var values []float32
				for _, r := range batch {
					values = append(values, r.inputs[0][0])
					close(r.read)
				}
				mu.Lock()
				*ran = append(*ran, values)
				mu.Unlock()
				time.Sleep(time.Second)
				for i, r := range batch {
					r.answer([][]float32{{values[i]}}, nil)
				}
			})
		})
	}
	return p, ran
}

// ask sends the values one after the other, each by a goroutine of its own.
func ask(t *testing.T, p *Predictor, wg *sync.WaitGroup, values ...float32) {
	for _, v := range values {
		wg.Go(func() {
			got, err := p.Predict(t.Context(), []float32{v})
			if err != nil || got[0][0] != v {
				t.Errorf("%v: want itself, got %v and error %v", v, got, err)
			}
		})
		synctest.Wait()
	}
}

// TestGathers is what comes to run together, and when.
func TestGathers(t *testing.T) {
	type at struct {
		After  time.Duration // since what came before
		Values []float32
	}
	for _, tt := range []struct {
		name   string
		config PredictorConfig
		come   []at
		want   [][]float32
		took   time.Duration
	}{
		{"one alone is not kept waiting", PredictorConfig{Batch: 4}, []at{{0, []float32{1}}}, [][]float32{{1}}, time.Second},
		{"what comes while a batch runs is the next", PredictorConfig{Batch: 4}, []at{{0, []float32{1, 2, 3}}}, [][]float32{{1}, {2, 3}}, 2 * time.Second},
		{"no place is empty", PredictorConfig{Batch: 4}, []at{{0, []float32{1, 2, 3, 4}}}, [][]float32{{1}, {2, 3}, {4}}, 3 * time.Second},
		{"up to Batch", PredictorConfig{Batch: 3}, []at{{0, []float32{1, 2, 3, 4, 5, 6}}}, [][]float32{{1}, {2, 3, 4}, {5, 6}}, 3 * time.Second},
		{"one at a time", PredictorConfig{Batch: 1}, []at{{0, []float32{1, 2, 3}}}, [][]float32{{1}, {2}, {3}}, 3 * time.Second},
		{"two workers", PredictorConfig{Batch: 4, Workers: 2}, []at{{0, []float32{1, 2, 3, 4}}}, [][]float32{{1}, {2}, {3, 4}}, 2 * time.Second},
		{"the first waits for others", PredictorConfig{Batch: 4, Wait: 5 * time.Second}, []at{{0, []float32{1}}, {2 * time.Second, []float32{2}}}, [][]float32{{1, 2}}, 6 * time.Second},
		{"but no longer once there are enough", PredictorConfig{Batch: 2, Wait: time.Hour}, []at{{0, []float32{1}}, {2 * time.Second, []float32{2}}}, [][]float32{{1, 2}}, 3 * time.Second},
		{"its time runs from when it came", PredictorConfig{Batch: 2, Wait: 3 * time.Second}, []at{{0, []float32{1, 2}}, {0, []float32{3}}}, [][]float32{{1, 2}, {3}}, 4 * time.Second},
		{"two workers, and a wait", PredictorConfig{Batch: 4, Wait: 3 * time.Second, Workers: 2}, []at{{0, []float32{1, 2, 3}}}, [][]float32{{1, 2}, {3}}, 4 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, ran := queued(t, tt.config)
				start := time.Now()
				var wg sync.WaitGroup
				for _, c := range tt.come {
					time.Sleep(c.After)
					ask(t, p, &wg, c.Values...)
				}
				wg.Wait()
				if took := time.Since(start); took != tt.took {
					t.Errorf("want all after %v, got %v", tt.took, took)
				}
				if diff := cmp.Diff(tt.want, *ran); diff != "" {
					t.Errorf("batches (-want +got):\n%s", diff)
				}
				p.Close()
			})
		})
	}
}

// TestBusy: a full queue says no at once, and those that run do not count.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := queued(t, PredictorConfig{Batch: 1, Queue: 2})
		defer p.Close()
		var wg sync.WaitGroup
		ask(t, p, &wg, 1, 2, 3)
		start := time.Now()
		if _, err := p.Predict(t.Context(), []float32{4}); !errors.Is(err, ErrBusy) || time.Since(start) != 0 {
			t.Errorf("want %v at once, got %v after %v", ErrBusy, err, time.Since(start))
		}
		if got := p.Stats().Waiting; got != 2 {
			t.Errorf("want 2 that wait, got %d", got)
		}
		time.Sleep(1500 * time.Millisecond)
		ask(t, p, &wg, 5)
		wg.Wait()
		if diff := cmp.Diff(PredictorStats{Batches: map[int]uint64{1: 4}}, p.Stats()); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}

// TestLeaves: a request whose context ends does not run, makes room at once, and
// costs its neighbours nothing; one that runs is not waited for.
func TestLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ran := queued(t, PredictorConfig{Batch: 4, Queue: 2})
		defer p.Close()
		short, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		var wg sync.WaitGroup
		for _, v := range []float32{1, 2} {
			wg.Go(func() {
				start := time.Now()
				if _, err := p.Predict(short, []float32{v}); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second/2 {
					t.Errorf("%v: want %v after half a second, got %v after %v", v, context.DeadlineExceeded, err, time.Since(start))
				}
			})
			synctest.Wait()
		}
		ask(t, p, &wg, 3)
		time.Sleep(600 * time.Millisecond)
		ask(t, p, &wg, 4)
		wg.Wait()
		if diff := cmp.Diff([][]float32{{1}, {3, 4}}, *ran); diff != "" {
			t.Errorf("batches (-want +got):\n%s", diff)
		}
		if _, err := p.Predict(short, []float32{5}); !errors.Is(err, context.DeadlineExceeded) || len(*ran) != 2 {
			t.Errorf("want %v and no batch, got %v and %v", context.DeadlineExceeded, err, *ran)
		}
	})
}

// TestCloseDrains: what waits is run, at once, and nothing more is let in.
func TestCloseDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ran := queued(t, PredictorConfig{Batch: 8, Wait: time.Hour, Workers: 3})
		var wg sync.WaitGroup
		ask(t, p, &wg, 1, 2, 3)
		start := time.Now()
		for range 2 {
			if err := p.Close(); err != nil || time.Since(start) != time.Second {
				t.Errorf("want it closed after a second, got error %v after %v", err, time.Since(start))
			}
		}
		wg.Wait()
		if n := len(*ran); n != 2 { // 2 and 1
			t.Errorf("want two batches, got %v", *ran)
		}
		if _, err := p.Predict(t.Context(), []float32{4}); !errors.Is(err, ErrClosed) {
			t.Errorf("want %v, got %v", ErrClosed, err)
		}
	})
}
