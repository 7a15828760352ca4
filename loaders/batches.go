package loaders

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// BatchConfig says how one epoch is cut into batches.
// The zero value: 32 images a batch, shuffled, seed 0, epoch 0.
type BatchConfig struct {
	Size      int    // images a batch; 0, like any number below 1, means 32
	Seed      uint64 // of the shuffle; 0 is a seed like any other
	Epoch     int    // counted from 0; each has an order of its own
	NoShuffle bool   // in the dataset's order
}

// Batch is some images of a dataset, ready for a network.
type Batch struct {
	X      []float32 // N·C·H·W pixels in (N, C, H, W) order: 0 black, 1 white
	Labels []int     // N class indices
	N      int       // images
	Index  []int     // their N positions in the dataset
}

// Batches is one epoch of a dataset, cut into batches. While the caller works on
// one batch, a goroutine prepares the next.
//
// Next is for one goroutine; Close may come from any.
type Batches struct {
	size  int
	order []int

	ready chan *Batch // closed by the preparing goroutine when it ends
	free  chan *Batch
	held  *Batch // the caller's

	stop     chan struct{}
	stopOnce sync.Once
}

// buffered is how many batches are in rotation: the caller's, one ready, and one
// being prepared.
const buffered = 3

// Batches starts one epoch. Same dataset, size, seed and epoch: the same batches
// in the same order. The last is smaller when the size does not divide d.Len();
// a dataset without images has none.
//
// Call Close, unless Next has returned nil: until then a goroutine waits. d must not
// change meanwhile. Batches panics when the sizes of d do not agree; see Check.
func (d *Dataset) Batches(c BatchConfig) *Batches {
	if want, got := d.Len()*d.size(), len(d.Images); want != got {
		panic(fmt.Sprintf("loaders: %s: want %d bytes for %d images, got %d", d.Name, want, d.Len(), got))
	}
	b := &Batches{
		size:  min(orDefault(c.Size, 32), max(d.Len(), 1)),
		order: c.order(d.Len()),
		ready: make(chan *Batch, buffered),
		free:  make(chan *Batch, buffered),
		stop:  make(chan struct{}),
	}
	for range min(buffered, b.Len()) {
		b.free <- &Batch{X: make([]float32, b.size*d.size()), Labels: make([]int, b.size)}
	}
	go b.prepare(d)
	return b
}

// order is the epoch's order of n images.
func (c BatchConfig) order(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if !c.NoShuffle {
		r := rand.New(rand.NewPCG(c.Seed, uint64(c.Epoch)))
		r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}

// Len is the number of batches in the epoch.
func (b *Batches) Len() int { return (len(b.order) + b.size - 1) / b.size }

// Next returns the next batch, or nil after the last and after Close.
// The batch is valid until Next is called again.
func (b *Batches) Next() *Batch {
	if b.held != nil {
		b.free <- b.held // has room for every batch there is
		b.held = nil
	}
	select {
	case <-b.stop:
		return nil
	default:
	}
	b.held = <-b.ready
	return b.held
}

// Close ends the epoch: the preparing goroutine stops after at most one more batch.
// It may be called at any time and more than once; the batch last returned by Next
// stays valid.
func (b *Batches) Close() {
	b.stopOnce.Do(func() { close(b.stop) })
	for range b.ready { // until the goroutine has ended, so that d is the caller's again
	}
}

// prepare sends the epoch's batches to ready.
func (b *Batches) prepare(d *Dataset) {
	defer close(b.ready)
	for start := 0; start < len(b.order); start += b.size {
		// Asked alone first: with a free batch too, select would choose by chance.
		select {
		case <-b.stop:
			return
		default:
		}
		select {
		case <-b.stop:
			return
		case batch := <-b.free:
			end := min(start+b.size, len(b.order))
			batch.fill(d, b.order[start:end:end])
			b.ready <- batch // has room for every batch there is
		}
	}
}

// fill makes b the images of d at index.
func (b *Batch) fill(d *Dataset, index []int) {
	n := d.size()
	b.N = len(index)
	b.Index = index
	b.Labels = b.Labels[:b.N]
	b.X = b.X[:b.N*n]
	for k, i := range index {
		b.Labels[k] = int(d.Labels[i])
		unit(b.X[k*n:(k+1)*n], d.Image(i))
	}
}

// units holds v/255 for each byte v.
var units = func() (t [256]float32) {
	for v := range t {
		t[v] = float32(v) / 255
	}
	return t
}()

// unit sets dst[i] = src[i]/255.
func unit(dst []float32, src []uint8) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = units[v]
	}
}
