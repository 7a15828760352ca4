package loaders

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"image"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pkg/errors"
)

// stream is where the images of a streamed dataset come from. The parts of one
// dataset share the store, each with places of its own.
type stream struct {
	store store
	at    []int // of each image of the dataset, its place in the store
}

// store is images that are decoded when they are asked for, by several goroutines
// at once.
type store interface {
	// read fills to with the bytes of the image at a place, in (C, H, W) order. An
	// error does not name the picture.
	read(ctx context.Context, place int, to []uint8) error
	// name is how errors call the picture.
	name(place int) string
	// identity tells the image from others without decoding it.
	identity(place int) string
}

// Streamed reports whether the images are decoded when they are asked for, in
// Fill, Take and Picture: then Images is nil.
func (d *Dataset) Streamed() bool { return d.stream != nil }

// Take is a copy in memory of the images at the positions of index, in that
// order. Those of a streamed dataset are decoded, on all processors. A position
// may come more than once.
func (d *Dataset) Take(index []int) (*Dataset, error) {
	if err := d.CheckImages(); err != nil {
		return nil, err
	}
	if err := d.checkPositions(index); err != nil {
		return nil, err
	}
	n := d.size()
	if len(index) > mostTaken/n {
		return nil, errors.Errorf("%s: want at most %d images of %s in memory at once, got %d", d.Name, mostTaken/n, d.dimensions(), len(index))
	}
	t := *d
	t.stream, t.Images, t.Labels = nil, make([]uint8, len(index)*n), make([]int, len(index))
	for k, i := range index {
		t.Labels[k] = d.Labels[i]
	}
	t.files = d.filesOf(index)
	if d.Streamed() {
		if err := d.decoded(index, func(k int, pixels []uint8) { copy(t.Images[k*n:], pixels) }); err != nil {
			return nil, err
		}
		return &t, nil
	}
	for k, i := range index {
		copy(t.Images[k*n:], d.Image(i))
	}
	return &t, nil
}

// mostTaken is how many bytes Take makes at most.
const mostTaken = 1 << 36

// checkPositions reports a position that is none.
func (d *Dataset) checkPositions(index []int) error {
	for _, i := range index {
		if i < 0 || i >= d.Len() {
			return errors.Errorf("%s: want positions from 0 to %d, got %d", d.Name, d.Len()-1, i)
		}
	}
	return nil
}

// decoded calls use with the bytes of each streamed image of index, from several
// goroutines; use must not keep them.
func (d *Dataset) decoded(index []int, use func(k int, pixels []uint8)) error {
	n := d.size()
	rooms := sync.Pool{New: func() any { b := make([]uint8, n); return &b }}
	return inParallel(len(index), func(k int) error {
		room := rooms.Get().(*[]uint8)
		defer rooms.Put(room)
		if err := d.stream.decode(index[k], *room); err != nil {
			return err
		}
		use(k, *room)
		return nil
	})
}

// inParallel calls do with 0 to n-1 from as many goroutines as there are processors,
// and returns the error of the smallest number that has one. After an error no
// greater number is begun. A panic is an error.
func inParallel(n int, do func(k int) error) error {
	var next, failed atomic.Int64
	failed.Store(int64(n))
	errs := make([]error, min(runtime.GOMAXPROCS(0), n))
	at := make([]int, len(errs))
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			for {
				k := int(next.Add(1) - 1)
				if k >= n || int64(k) > failed.Load() {
					return
				}
				if err := calmly(k, do); err != nil {
					errs[g], at[g] = err, k
					lower(&failed, int64(k))
					return
				}
			}
		})
	}
	wg.Wait()
	var first error
	for g, err := range errs {
		if err != nil && int64(at[g]) == failed.Load() {
			first = err
		}
	}
	return first
}

// calmly is do's error, or its panic as one.
func calmly(k int, do func(k int) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Errorf("image %d: panic: %v", k, r)
		}
	}()
	return do(k)
}

// lower makes v at most k.
func lower(v *atomic.Int64, k int64) {
	for {
		was := v.Load()
		if was <= k || v.CompareAndSwap(was, k) {
			return
		}
	}
}

// part is a dataset of the images at the positions of index, with labels of its
// own: of a streamed one it shares the store, else it has memory of its own.
func (d *Dataset) part(index []int, name string) *Dataset {
	p := *d
	p.Name, p.Classes = name, slices.Clone(d.Classes)
	p.Images, p.Labels = nil, make([]int, 0, len(index))
	if d.Streamed() {
		p.stream = &stream{store: d.stream.store, at: make([]int, 0, len(index))}
	}
	for _, i := range index {
		p.Labels = append(p.Labels, d.Labels[i])
		if d.Streamed() {
			p.stream.at = append(p.stream.at, d.stream.at[i])
		} else {
			p.Images = append(p.Images, d.Image(i)...)
		}
	}
	if p.files = nil; !d.Streamed() {
		p.files = d.filesOf(index)
	}
	return &p
}

// decode fills to with the bytes of image i.
func (s *stream) decode(i int, to []uint8) error {
	place := s.at[i]
	err := calmly(i, func(int) error { return s.store.read(context.Background(), place, to) })
	return errors.WithMessage(err, s.store.name(place))
}

// identities is the SHA-256 of what tells each streamed image from others.
func (s *stream) identities() string {
	h := sha256.New()
	for _, place := range s.at {
		id := s.store.identity(place)
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(id))))
		h.Write([]byte(id))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// blank is what Picture shows of an image that cannot be decoded.
func (d *Dataset) blank() image.Image { return image.NewGray(image.Rect(0, 0, d.Width, d.Height)) }
