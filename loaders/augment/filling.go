package augment

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/pkg/errors"

	"euryale/internal/philox"
	"euryale/loaders"
)

// filling is a Fill under way.
type filling struct {
	source        *Source
	scale, offset []float32 // by channel: what normalises is scale·v + offset
	zero          []float32 // by channel: what is normalised to 0

	key   philox.Key // of seed
	seed  uint64
	keyed bool

	epoch    int
	index    []int
	x        []float32     // the batch's images
	own      loaders.Batch // as the Dataset has them; its inputs are the caller's
	others   loaders.Batch // what they are mixed with
	partners []int         // the others' positions
	mixes    []mix

	workers []*worker
	next    atomic.Int64 // sample to take
	running sync.WaitGroup
	failed  atomic.Pointer[error]
}

// worker is a goroutine's memory.
type worker struct {
	filling *filling
	image   image
	pcg     rand.PCG
	memory  []float32 // the image's spare
	run     func()
}

func newFilling(s *Source) *filling {
	f := &filling{source: s}
	for c := range s.data.Channels {
		mean, deviation := of(s.config.Mean, c, 0), of(s.config.Deviation, c, 1)
		f.scale = append(f.scale, float32(1/deviation))
		f.offset = append(f.offset, float32(-mean/deviation))
		f.zero = append(f.zero, float32(mean))
	}
	return f
}

// What a generator is for: each sample has one for itself, one for the sample that
// it is mixed with, and one for how.
const (
	forSample = iota
	forOther
	forMix
)

// rng makes a worker's generator that of a sample.
func (f *filling) rng(w *worker, sample, use int) {
	words := f.key.Words([4]uint32{uint32(sample), uint32(uint64(sample) >> 32), uint32(f.epoch), uint32(use)})
	w.pcg.Seed(uint64(words[0])<<32|uint64(words[1]), uint64(words[2])<<32|uint64(words[3]))
}

func (f *filling) fill(b *loaders.Batch, index []int) error {
	s := f.source
	f.own.Inputs, b.Inputs = b.Inputs, nil
	f.own.N, f.own.Seed, f.own.Epoch = len(index), b.Seed, b.Epoch
	err := s.data.Fill(&f.own, index)
	b.Inputs, f.own.Inputs = f.own.Inputs, nil
	if err != nil {
		return err
	}
	b.N, b.Index, f.index = len(index), index, index
	if !f.keyed || f.seed != b.Seed {
		f.key, f.seed, f.keyed = philox.KeyOf(b.Seed, "augment"), b.Seed, true
	}
	f.epoch = max(b.Epoch, 1)
	procs := max(min(runtime.GOMAXPROCS(0), (len(index)+atOnce-1)/atOnce), 1)
	for len(f.workers) < procs {
		f.workers = append(f.workers, f.worker())
	}
	if err := f.drawMixes(); err != nil {
		return err
	}
	if err := f.transform(b.Inputs[0], procs); err != nil {
		return err
	}
	f.targets(b)
	return nil
}

func (f *filling) worker() *worker {
	d := f.source.data
	w := &worker{filling: f, memory: make([]float32, d.Channels*d.Height*d.Width)}
	w.image = image{c: d.Channels, h: d.Height, w: d.Width, rng: rand.New(&w.pcg), zero: f.zero}
	w.run = w.work
	return w
}

// drawMixes draws what each sample is mixed with, and fetches that.
func (f *filling) drawMixes() error {
	s := f.source
	if len(s.mixes) == 0 {
		return nil
	}
	f.partners, f.mixes = f.partners[:0], f.mixes[:0]
	w := f.workers[0]
	for _, i := range f.index {
		f.rng(w, i, forMix)
		m := s.mixes[w.image.rng.IntN(len(s.mixes))]
		f.partners = append(f.partners, w.image.rng.IntN(s.Len()))
		f.mixes = append(f.mixes, m.draw(&w.image))
	}
	f.others.N, f.others.Seed, f.others.Epoch = len(f.index), f.seed, f.epoch
	return s.data.Fill(&f.others, f.partners)
}

// atOnce is how many samples a worker takes: they cost more than taking them.
const atOnce = 4

// transform changes and normalises all images.
func (f *filling) transform(x []float32, procs int) error {
	f.x = x
	f.next.Store(0)
	f.failed.Store(nil)
	f.running.Add(procs - 1)
	for _, w := range f.workers[1:procs] {
		go w.run()
	}
	f.workers[0].samples()
	f.running.Wait()
	f.x = nil
	if err := f.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// work is what a goroutine does.
func (w *worker) work() {
	defer w.filling.running.Done()
	w.samples()
}

func (w *worker) samples() {
	f := w.filling
	defer func() {
		if r := recover(); r != nil {
			err := errors.Errorf("augment: %v: panic: %v", f.source.config.Pipeline, r)
			f.failed.CompareAndSwap(nil, &err)
		}
	}()
	for {
		first := int(f.next.Add(atOnce)) - atOnce
		if first >= len(f.index) {
			return
		}
		for k := first; k < min(first+atOnce, len(f.index)); k++ {
			w.sample(k)
		}
	}
}

// sample changes and normalises sample k of the batch.
func (w *worker) sample(k int) {
	f, im := w.filling, &w.image
	x := nth(f.x, k, len(w.memory))
	w.change(x, k, forSample)
	if len(f.source.mixes) > 0 && f.mixes[k].share > 0 {
		other := nth(f.others.Inputs[0], k, len(w.memory))
		w.change(other, k, forOther)
		im.x = x
		f.mixes[k].blend(im, other)
	}
	if len(f.source.config.Mean)+len(f.source.config.Deviation) == 0 {
		return
	}
	im.x = x
	for c := range im.c {
		scale, offset, p := f.scale[c], f.offset[c], im.plane(c)
		for i, v := range p {
			p[i] = scale*v + offset
		}
	}
}

// change applies the transforms to x, in place.
func (w *worker) change(x []float32, k, use int) {
	f, im := w.filling, &w.image
	if len(f.source.steps) == 0 {
		return
	}
	f.rng(w, f.index[k], use)
	im.x, im.spare = x, w.memory
	for _, t := range f.source.steps {
		t.apply(im)
	}
	if &im.x[0] != &x[0] {
		copy(x, im.x)
	}
}

func nth(x []float32, k, n int) []float32 { return x[k*n : (k+1)*n : (k+1)*n] }

// targets makes those of b what the samples' labels became.
func (f *filling) targets(b *loaders.Batch) {
	s, labels := f.source, f.own.Targets[0].Labels
	classes := len(s.data.Classes)
	if s.config.values() {
		y := b.Values(0, classes)
		clear(y)
		for k, l := range labels {
			row := y[k*classes : (k+1)*classes]
			if len(s.mixes) == 0 {
				row[l] = 1
				continue
			}
			share := f.mixes[k].share
			row[l] += 1 - share
			row[f.others.Targets[0].Labels[k]] += share
		}
	} else {
		copy(b.Labels(0), labels)
	}
	if s.config.ClassWeights == nil {
		return
	}
	weights := b.Weights(0)
	for k, l := range labels {
		v := s.config.ClassWeights[l]
		if len(s.mixes) > 0 {
			share := float64(f.mixes[k].share)
			v = (1-share)*v + share*s.config.ClassWeights[f.others.Targets[0].Labels[k]]
		}
		weights[k] = float32(v)
	}
}
