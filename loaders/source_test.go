package loaders

import (
	"errors"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// pairs are n samples of two inputs, one and two values, and two targets, a
// label and three values: all tell the sample's position. fill, if there is
// one, is called first.
type pairs struct {
	n    int
	fill func(b *Batch, index []int) error
}

func (p pairs) Len() int { return p.n }

func (p pairs) Fill(b *Batch, index []int) error {
	if p.fill != nil {
		if err := p.fill(b, index); err != nil {
			return err
		}
	}
	one, two := b.Input(0, 1), b.Input(1, 2)
	labels, values := b.Labels(0), b.Values(1, 3)
	for k, i := range index {
		v := float32(i)
		one[k], labels[k] = v, i
		copy(two[2*k:], []float32{v, -v})
		copy(values[3*k:], []float32{v, v, v})
	}
	return nil
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}

func TestNewBatchesOfSeveralInputsAndTargets(t *testing.T) {
	batches := NewBatches(pairs{n: 5}, BatchConfig{Size: 2, NoShuffle: true, Seed: 7, Epoch: 3})
	want := []Batch{
		{2, []int{0, 1}, 7, 3, [][]float32{{0, 1}, {0, 0, 1, -1}}, []Target{{Labels: []int{0, 1}}, {Values: []float32{0, 0, 0, 1, 1, 1}}}, 2, false},
		{2, []int{2, 3}, 7, 3, [][]float32{{2, 3}, {2, -2, 3, -3}}, []Target{{Labels: []int{2, 3}}, {Values: []float32{2, 2, 2, 3, 3, 3}}}, 2, false},
		{1, []int{4}, 7, 3, [][]float32{{4}, {4, -4}}, []Target{{Labels: []int{4}}, {Values: []float32{4, 4, 4}}}, 1, false},
	}
	for i := range want {
		b := batches.Next()
		if b == nil {
			t.Fatalf("batch %d: got none, error %v", i, batches.Err())
		}
		if diff := cmp.Diff(want[i], *b, cmp.Transformer("zero", func(x float32) float32 { return x + 0 })); diff != "" {
			t.Errorf("batch %d (-want +got):\n%s", i, diff)
		}
	}
	if b := batches.Next(); b != nil || batches.Err() != nil {
		t.Errorf("after the last: batch %v, error %v, want neither", b, batches.Err())
	}
}

// Memory is used again, and what is in it is not: a source that fills only the
// first batch leaves the others empty.
func TestFillIsGivenAnEmptyBatch(t *testing.T) {
	filled := 0
	source := &sometimes{pairs: pairs{n: 12}, fills: func() bool { filled++; return filled == 1 }}
	batches := NewBatches(source, BatchConfig{Size: 1, NoShuffle: true})
	defer batches.Close()
	for i := range 12 {
		b := batches.Next()
		if got := len(b.Inputs) + len(b.Targets); (got > 0) != (i == 0) {
			t.Errorf("batch %d: %d inputs and targets", i, got)
		}
	}
}

type sometimes struct {
	pairs
	fills func() bool
}

func (s *sometimes) Fill(b *Batch, index []int) error {
	if !s.fills() {
		return nil
	}
	return s.pairs.Fill(b, index)
}

func TestFillFails(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		fill func(b *Batch, index []int) error
		want string
	}{
		{"error", func(*Batch, []int) error { return broken }, "broken"},
		{"panic", func(b *Batch, _ []int) error { b.Inputs[0][0] = 1; return nil }, "filling a batch of 2 samples from 4 on: panic: runtime error: index out of range [0] with length 0"},
		{"Goexit", func(*Batch, []int) error { runtime.Goexit(); return nil }, "filling a batch: Fill ended its goroutine"},
	} {
		synctest.Test(t, func(t *testing.T) { // which waits for the goroutine
			batches := NewBatches(pairs{n: 10, fill: func(b *Batch, index []int) error {
				if index[0] < 4 {
					return nil
				}
				return tt.fill(b, index)
			}}, BatchConfig{Size: 2, NoShuffle: true})
			for i := range 2 {
				if b := batches.Next(); b == nil || b.Inputs[0][0] != float32(2*i) {
					t.Errorf("%s: want batch %d before the error, got %v", tt.name, i, b)
				}
			}
			for range 2 {
				if b := batches.Next(); b != nil {
					t.Errorf("%s: want no more batches, got %v", tt.name, b)
				}
				wantError(t, batches.Err(), tt.want)
			}
			batches.Close()
			if tt.name == "error" && !errors.Is(batches.Err(), broken) {
				t.Errorf("want the source's error, got %v", batches.Err())
			}
		})
	}
}

func TestErrIsNilAfterClose(t *testing.T) {
	batches := NewBatches(pairs{n: 10, fill: func(*Batch, []int) error { return errors.New("broken") }}, BatchConfig{})
	batches.Close()
	if b := batches.Next(); b != nil || batches.Err() != nil {
		t.Errorf("batch %v, error %v, want neither", b, batches.Err())
	}
}

func TestDatasetFillWantsPositionsOfItsOwn(t *testing.T) {
	var b Batch
	wantError(t, noise(3, 1, 1, 1).Fill(&b, []int{0, 3}), "noise: want positions from 0 to 2, got 3")
}

// TestCheckImages has a label that names no class, which is not its business.
func TestCheckImages(t *testing.T) {
	d := noise(3, 1, 2, 2)
	d.Labels[1] = 200
	if err := d.CheckImages(); err != nil {
		t.Error(err)
	}
	wantError(t, d.Check(), "noise: image 1: want a label below 3, got 200")
	d.Images = d.Images[1:]
	wantError(t, d.CheckImages(), "noise: want 12 bytes for 3 images of 1×2×2, got 11")
	wantError(t, d.Check(), "noise: want 12 bytes for 3 images of 1×2×2, got 11")
	d.Channels = 0
	wantError(t, d.CheckImages(), "noise: want images of at least 1×1×1, got 0×2×2")
}
