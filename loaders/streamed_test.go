package loaders

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// streamedGreys are n images of one pixel, of the values 0 to n-1, in classes by
// turns, held and streamed.
func streamedGreys(t testing.TB, n, classes int) (held, streamed *Dataset) {
	t.Helper()
	m := made{}
	for i := range n {
		m[fmt.Sprintf("%d/%03d.png", i%classes, i)] = greyPNG(1, 1, uint8(i))
	}
	path := m.zip(t)
	held, _, err := Open(t.Context(), path, OpenConfig{})
	must(t, err)
	streamed, _, err = Open(t.Context(), path, OpenConfig{Memory: 1})
	must(t, err)
	return held, streamed
}

// TestStreamedIsAsHeld in all that there is of a dataset.
func TestStreamedIsAsHeld(t *testing.T) {
	held, streamed := streamedGreys(t, 60, 3)
	same := func(what string, h, s *Dataset) {
		t.Helper()
		if !s.Streamed() || h.Streamed() || s.Images != nil || s.Image(0) != nil {
			t.Errorf("%s: want one streamed, without Images, and one held", what)
		}
		if diff := cmp.Diff(digest(t, h), digest(t, s)); diff != "" {
			t.Errorf("%s (-held +streamed):\n%s", what, diff)
		}
		if h.Name != s.Name || !slices.Equal(h.Classes, s.Classes) || h.String() != s.String() {
			t.Errorf("%s: want %v, got %v", what, h, s)
		}
		if h.Checksum() == s.Checksum() {
			t.Errorf("%s: want checksums that differ", what)
		}
	}
	same("whole", held, streamed)
	same("first", held.First(7), streamed.First(7))
	hr, hp, err := held.Split(0.2, 3)
	must(t, err)
	sr, sp, err := streamed.Split(0.2, 3)
	must(t, err)
	same("rest", hr, sr)
	same("part", hp, sp)
	same("first of a part", hp.First(2), sp.First(2))
	hf, err := hr.Folds(3, 1)
	must(t, err)
	sf, err := sr.Folds(3, 1)
	must(t, err)
	for i := range hf {
		same("training", hf[i].Training, sf[i].Training)
		same("validation", hf[i].Validation, sf[i].Validation)
	}
	if !bytes.Equal(held.PNG(), streamed.PNG()) {
		t.Error("want the same contact sheet")
	}
	if diff := cmp.Diff(held.Picture(9), streamed.Picture(9)); diff != "" {
		t.Errorf("picture (-held +streamed):\n%s", diff)
	}
	if streamed.Checksum() == streamed.First(59).Checksum() || sr.Checksum() == sp.Checksum() {
		t.Error("want another checksum of other files")
	}
}

// TestStreamedOrder is the same for a seed, whatever GOMAXPROCS.
func TestStreamedOrder(t *testing.T) {
	held, streamed := streamedGreys(t, 50, 2)
	epoch := func(d *Dataset, seed uint64) (all []float32) {
		b := d.Batches(BatchConfig{Size: 7, Seed: seed, Epoch: 2})
		defer b.Close()
		for x := b.Next(); x != nil; x = b.Next() {
			all = append(all, x.Inputs[0]...)
		}
		must(t, b.Err())
		return all
	}
	want := epoch(held, 5)
	was := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(was)
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		if diff := cmp.Diff(want, epoch(streamed, 5)); diff != "" {
			t.Errorf("GOMAXPROCS %d (-held +streamed):\n%s", n, diff)
		}
	}
	if slices.Equal(want, epoch(streamed, 6)) {
		t.Error("want another order of another seed")
	}
}

func TestTake(t *testing.T) {
	held, streamed := streamedGreys(t, 10, 2)
	for _, d := range []*Dataset{held, streamed} {
		taken, err := d.Take([]int{9, 0, 9})
		must(t, err)
		if diff := cmp.Diff([]int{91, 0, 91}, digest(t, taken)); diff != "" || taken.Streamed() {
			t.Errorf("(-want +got):\n%s", diff)
		}
		before := digest(t, d)
		clear(taken.Images)
		clear(taken.Labels)
		if diff := cmp.Diff(before, digest(t, d)); diff != "" {
			t.Errorf("want memory of its own (-before +after):\n%s", diff)
		}
		for _, i := range []int{-1, 10} {
			_, err := d.Take([]int{0, i})
			wantError(t, err, fmt.Sprintf("own.zip: want positions from 0 to 9, got %d", i))
			wantError(t, d.Fill(&Batch{}, []int{0, i}), fmt.Sprintf("own.zip: want positions from 0 to 9, got %d", i))
		}
		if none, err := d.Take(nil); err != nil || none.Len() != 0 {
			t.Errorf("want an empty dataset of no positions, got %v, %v", none, err)
		}
	}
	var none *Dataset
	_, err := none.Take(nil)
	wantError(t, err, "want a dataset, got nil")
	streamed.Images = []uint8{1}
	wantError(t, streamed.Check(), "own.zip: want 10 streamed images for as many labels and no Images, got 10 and 1 bytes")
}

func TestInParallel(t *testing.T) {
	var done [1000]atomic.Int32
	must(t, inParallel(len(done), func(k int) error { done[k].Add(1); return nil }))
	for k := range done {
		if n := done[k].Load(); n != 1 {
			t.Errorf("want %d once, got %d times", k, n)
		}
	}
	for range 50 { // the first of several, whichever comes first
		err := inParallel(1000, func(k int) error {
			if k >= 100 && k%100 == 0 {
				return fmt.Errorf("error %d", k)
			}
			return nil
		})
		wantError(t, err, "error 100")
	}
	wantError(t, inParallel(3, func(k int) error {
		if k == 1 {
			panic("no")
		}
		return nil
	}), "image 1: panic: no")
	must(t, inParallel(0, func(int) error { return errors.New("want no call") }))
}

func TestFolds(t *testing.T) {
	d := counted(10, 7, 5)
	folds, err := d.Folds(4, 9)
	must(t, err)
	var all []uint8
	for i, f := range folds {
		for label, n := range ofClass(f.Validation) {
			of := []int{10, 7, 5}[label]
			if n < of/4 || n > (of+3)/4 {
				t.Errorf("fold %d: want %d to %d images of class %d, got %d", i, of/4, (of+3)/4, label, n)
			}
		}
		if n := f.Validation.Len(); n < 5 || n > 6 {
			t.Errorf("fold %d: want 5 or 6 images, got %d", i, n)
		}
		both := append(slices.Clone(f.Training.Images), f.Validation.Images...)
		slices.Sort(both)
		if diff := cmp.Diff(d.Images, both); diff != "" {
			t.Errorf("fold %d: images of both (-all +got):\n%s", i, diff)
		}
		if !slices.IsSorted(f.Training.Images) || !slices.IsSorted(f.Validation.Images) {
			t.Errorf("fold %d: want the images in their order", i)
		}
		all = append(all, f.Validation.Images...)
	}
	slices.Sort(all)
	if diff := cmp.Diff(d.Images, all); diff != "" {
		t.Errorf("all validation images (-want +got):\n%s", diff)
	}
	again, _ := d.Folds(4, 9)
	other, _ := d.Folds(4, 10)
	if !slices.Equal(folds[1].Validation.Images, again[1].Validation.Images) || slices.Equal(folds[1].Validation.Images, other[1].Validation.Images) {
		t.Error("want folds that hang on the seed, and on nothing else")
	}
	if got := folds[0].Training.Name + ", " + folds[3].Validation.Name; got != "numbered without fold 1 of 4, fold 4 of 4 of numbered" {
		t.Errorf("want names, got %q", got)
	}
	for _, k := range []int{-1, 0, 1, 23} {
		_, err := d.Folds(k, 0)
		wantError(t, err, fmt.Sprintf("numbered: want 2 folds or more, and at most as many as the 22 images, got %d", k))
	}
}

// TestStreamedHoldsNoPixels: decoding an epoch takes memory for some images, not
// for all.
func TestStreamedHoldsNoPixels(t *testing.T) {
	m := made{}
	picture := noisyJPEG(128, 128, 1)
	for i := range 1500 {
		m[fmt.Sprintf("%d/%04d.jpg", i%2, i)] = picture
	}
	d, _, err := Open(t.Context(), m.zip(t), OpenConfig{Memory: 1})
	must(t, err)
	clear(m)
	held := func() uint64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before, most := held(), uint64(0)
	b := d.Batches(BatchConfig{Size: 10})
	defer b.Close()
	n := 0
	for x := b.Next(); x != nil; x = b.Next() {
		if n += x.N; n%300 == 0 {
			most = max(most, held())
		}
	}
	must(t, b.Err())
	// All would be 74 MB. 3 batches of 10 are 6 MB.
	if grown := int64(most) - int64(before); n != 1500 || grown > 24<<20 {
		t.Errorf("want 1,500 images in at most 24 MiB, got %d in %d", n, grown>>20)
	}
}

// TestHugePictures are errors by their headers, before memory is taken.
func TestHugePictures(t *testing.T) {
	huge := greyPNG(1, 1, 0)
	binary.BigEndian.PutUint32(huge[16:], 20000)
	binary.BigEndian.PutUint32(huge[20:], 5001)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	path := greys("a/1.png", "b/1.png").with(string(huge), "b/huge.png").zip(t)
	for _, memory := range []int64{0, 1} {
		_, _, err := Open(t.Context(), path, OpenConfig{Memory: memory})
		wantError(t, err, path+": 1 file of 3 cannot be read: b/huge.png (want a picture of at most 100 megapixels, got 100: 20000×5001)")
	}
}

// TestStreamedFileChanges is an error that names it.
func TestStreamedFileChanges(t *testing.T) {
	dir := greys("a/1.png", "b/2.png").folder(t)
	d, _, err := Open(t.Context(), dir, OpenConfig{Memory: 1})
	must(t, err)
	must(t, os.Remove(dir+"/b/2.png"))
	err = d.Fill(&Batch{}, []int{0, 1})
	if err == nil || !strings.Contains(err.Error(), dir+"/b/2.png: ") {
		t.Errorf("want an error that names the file, got %v", err)
	}
}

// BenchmarkStreamed is decoding colour JPEGs of 64×64 from a zip file.
func BenchmarkStreamed(b *testing.B) {
	m := made{}
	for i := range 500 {
		m[fmt.Sprintf("%d/%04d.jpg", i%2, i)] = noisyJPEG(64, 64, i)
	}
	d, _, err := Open(b.Context(), m.zip(b), OpenConfig{Memory: 1})
	must(b, err)
	n := 0
	for b.Loop() {
		batches := d.Batches(BatchConfig{})
		for x := batches.Next(); x != nil; x = batches.Next() {
			n += x.N
		}
		must(b, batches.Err())
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/image")
}
