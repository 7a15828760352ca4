package loaders

import (
	"math/rand/v2"
	"sync"

	"github.com/pkg/errors"

	"euryale/internal/eighths"
)

// BatchConfig says how one epoch is cut into batches.
// The zero value: 32 samples a batch, shuffled, seed 0, the first epoch.
type BatchConfig struct {
	Size      int    // samples a batch; 0 means 32
	Seed      uint64 // of the shuffle; 0 is a seed like any other
	Epoch     int    // counted from 1, each has an order of its own; 0 means 1
	NoShuffle bool   // in the source's order
	Skip      int    // samples at the beginning of the order that are left out: batches that were taken before

	// Of several ranks that compute each batch together, batches have the samples of
	// one: those of the parts that graph.Share gives it. Only these are filled in.
	Rank  int // from 0
	Ranks int // 1, 2, 4 or 8; 0 means 1
}

// Batches is one epoch of a Source, cut into batches. While the caller works on
// one batch, a goroutine prepares the next.
//
// Next and Err are for one goroutine; Close may come from any.
type Batches struct {
	size  int
	share eighths.Share
	seed  uint64
	epoch int
	order []int

	ready chan *Batch // closed by the preparing goroutine when it ends
	free  chan *Batch
	held  *Batch // the caller's

	failed error // the preparing goroutine's, until ready is closed
	err    error // the caller's: failed, once all batches before it are taken

	stop     chan struct{}
	stopOnce sync.Once
}

// buffered is how many batches are in rotation: the caller's, one ready, and
// one being prepared.
const buffered = 3

// Batches starts one epoch of d: [NewBatches].
func (d *Dataset) Batches(c BatchConfig) *Batches { return NewBatches(d, c) }

// NewBatches starts one epoch. Same source, size, seed and epoch: the same
// batches in the same order. The last is smaller when the size does not divide
// s.Len(); a source without samples has none. Nor is there one where s is nil or
// the config asks for what cannot be: Err says so once Next has returned nil.
//
// Call Close, unless Next has returned nil: until then a goroutine waits. s
// must not change meanwhile.
func NewBatches(s Source, c BatchConfig) *Batches {
	failed, n := c.check(s), 0
	if failed == nil {
		n = max(s.Len(), 0)
	}
	b := &Batches{
		size:   max(min(orDefault(c.Size, 32), n), 1),
		share:  eighths.Share{Rank: c.Rank, Ranks: max(c.Ranks, 1)},
		seed:   c.Seed,
		epoch:  max(c.Epoch, 1),
		order:  c.order(n)[min(max(c.Skip, 0), n):],
		ready:  make(chan *Batch, buffered),
		free:   make(chan *Batch, buffered),
		failed: failed,
		stop:   make(chan struct{}),
	}
	for range min(buffered, b.Len()) {
		b.free <- &Batch{}
	}
	go b.prepare(s)
	return b
}

// check reports what an epoch of s cannot be.
func (c BatchConfig) check(s Source) error {
	d, ok := s.(*Dataset)
	switch {
	case s == nil || ok && d == nil:
		return errors.New("batches: want a source, got nil")
	case c.Size < 0:
		return errors.Errorf("batches: want a Size of at least 1, or 0 for 32, got %d", c.Size)
	case c.Skip < 0:
		return errors.Errorf("batches: want a Skip of at least 0, got %d", c.Skip)
	case c.Epoch < 0:
		return errors.Errorf("batches: want an Epoch of at least 1, or 0 for 1, got %d", c.Epoch)
	}
	share := eighths.Share{Batch: 1, Rank: c.Rank, Ranks: c.Ranks}
	if c.Ranks == 0 {
		share.Ranks = 1
	}
	return errors.WithMessage(share.Check(), "batches")
}

// order is the epoch's order of n samples.
func (c BatchConfig) order(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if !c.NoShuffle {
		r := rand.New(rand.NewPCG(c.Seed, uint64(max(c.Epoch, 1))))
		r.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}

// Len is the number of batches in the epoch.
func (b *Batches) Len() int { return (len(b.order) + b.size - 1) / b.size }

// Next returns the next batch, or nil after the last, after Close, and where
// the source could not fill one: see Err. The batch is valid until Next is
// called again.
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
	batch, ok := <-b.ready
	if !ok {
		b.err = b.failed
	}
	b.held = batch
	return b.held
}

// Err is why Next returned nil before the end of the epoch: the error or the
// panic of the source's Fill. It is nil after a whole epoch, and where Close
// ended it.
func (b *Batches) Err() error { return b.err }

// Close ends the epoch: the preparing goroutine stops after at most one more
// batch, for which Close waits. It may be called at any time and more than
// once; the batch last returned by Next stays valid.
func (b *Batches) Close() {
	b.stopOnce.Do(func() { close(b.stop) })
	for range b.ready { // until the goroutine has ended, so that the source is the caller's again
	}
}

// prepare sends the epoch's batches to ready.
func (b *Batches) prepare(s Source) {
	defer close(b.ready)
	for start := 0; start < len(b.order); start += b.size {
		// Asked alone first: with a free batch too, select would choose
		// by chance.
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
			b.fill(batch, s, b.order[start:end:end])
			if b.failed != nil {
				return
			}
			b.ready <- batch // has room for every batch there is
		}
	}
}

// fill makes batch the samples of s at index, or says why it cannot.
func (b *Batches) fill(batch *Batch, s Source, index []int) {
	ended := false
	defer func() {
		if ended {
			return
		}
		if r := recover(); r != nil {
			b.failed = errors.Errorf("filling a batch of %d samples from %d on: panic: %v", len(index), index[0], r)
			return
		}
		b.failed = errors.New("filling a batch: Fill ended its goroutine")
	}()
	all, spare := len(index), false
	index, spare = b.own(index)
	batch.N, batch.Index, batch.Seed, batch.Epoch = len(index), index, b.seed, b.epoch
	batch.All, batch.Spare = all, spare
	batch.empty()
	b.failed = s.Fill(batch, index)
	batch.N, batch.Index = len(index), index // whatever Fill made of them
	batch.All, batch.Spare = all, spare
	ended = true
}

// own is what the rank has of a batch's samples, or the first where it has none,
// which then is spare.
func (b *Batches) own(index []int) (own []int, spare bool) {
	share := b.share
	share.Batch = len(index)
	from, to := share.Samples()
	if from == to {
		return index[:1:1], true
	}
	return index[from:to:to], false
}
