package graph

import (
	"cmp"
	"context"
	"math"
	"sync"
	"time"

	"github.com/pkg/errors"
)

// What Predict may return, besides the context's error and what is wrong with an
// input.
var (
	// ErrBusy is that of a queue that is full: ask again later, or elsewhere.
	ErrBusy = errors.New("predictor: the queue is full")
	// ErrClosed is that of a Predictor that is closed.
	ErrClosed = errors.New("predictor: it is closed")
)

// PredictorConfig says how requests are gathered into batches.
type PredictorConfig struct {
	// Batch is the most samples that run together; 0 means 32. On the engine
	// Gorgonia each runs alone: the bits of its products depend on the batch.
	Batch int
	// Wait is how long the oldest request waits for others to come along. 0 means
	// not at all: what waits is taken, up to Batch, and what comes meanwhile is the
	// next batch. So one request alone is answered at once, and the batches grow
	// with the load.
	Wait time.Duration
	// Queue is the most requests that wait, those that run not counted; 0 means
	// 8·Batch.
	Queue int
	// Workers is how many batches run side by side, each with programs of its own;
	// 0 means 1. A program uses all cores where it has work for them.
	Workers int
	// Keep names layers whose outputs Predict returns as well, behind the
	// network's.
	Keep []string
}

// Bounds that nobody needs to pass.
const (
	mostQueue   = 1 << 24
	mostWorkers = 1 << 10
)

// withDefaults fills in what is zero, and reports what is out of range.
func (c PredictorConfig) withDefaults() (PredictorConfig, error) {
	for _, f := range []struct {
		name      string
		got, most int
	}{{"Batch", c.Batch, mostValues}, {"Queue", c.Queue, mostQueue}, {"Workers", c.Workers, mostWorkers}} {
		if f.got < 0 || f.got > f.most {
			return c, errors.Errorf("predictor: want %s to be 1 to %s, or 0 for the default, got %d", f.name, group(f.most), f.got)
		}
	}
	if c.Wait < 0 {
		return c, errors.Errorf("predictor: want Wait to be at least 0, got %v", c.Wait)
	}
	c.Batch = cmp.Or(c.Batch, 32)
	c.Queue = cmp.Or(c.Queue, min(8*c.Batch, mostQueue))
	c.Workers = cmp.Or(c.Workers, 1)
	return c, nil
}

// sizes are the batches that programs are compiled for: 1, 2, 4 … and Batch.
func (c PredictorConfig) sizes(e Engine) []int {
	if e == Gorgonia {
		return []int{1}
	}
	var sizes []int
	for n := 1; n < c.Batch; n *= 2 {
		sizes = append(sizes, n)
	}
	return append(sizes, c.Batch)
}

// Predictor answers single requests of any number of goroutines, as a server
// gets them: it gathers those that wait and runs them as one batch.
//
// No answer depends on which requests ran together: a sample's outputs have the
// same bits in every batch, unless a Func of the network's mixes samples or takes
// Gorgonia's products, and where a batch fails, each of its requests is run alone.
// Of requests that wait, the one that came first runs first.
//
// It holds programs for 1, 2, 4 … Batch samples, compiled when it is made, for
// each worker: the memory of about 2·Batch samples. Besides it keeps nothing but
// the requests that wait. As long as it is in use, nobody may train the network
// or change its weights.
type Predictor struct {
	net     *Network
	inputs  []Port
	queue   *queue
	workers sync.WaitGroup
}

// NewPredictor compiles the programs, and runs each once. The Predictor is ready
// when it returns; Close ends it.
func NewPredictor(net *Network, c PredictorConfig) (*Predictor, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if net == nil || len(net.outputs) == 0 {
		return nil, errors.New("predictor: want a network that New or Compose made, got none")
	}
	if err := (ProgramConfig{Batch: c.Batch}).checkBatch(net); err != nil { // before there are sizes of it
		return nil, errors.WithMessage(err, "predictor")
	}
	p := &Predictor{net: net, inputs: net.Inputs(), queue: newQueue(c, net.engine())}
	var workers []*batcher
	for range c.Workers {
		w, err := newBatcher(net, c)
		if err != nil {
			for _, w := range workers {
				w.close()
			}
			return nil, errors.WithMessage(err, "predictor")
		}
		workers = append(workers, w)
	}
	for _, w := range workers {
		p.workers.Go(func() {
			defer w.close()
			p.queue.serve(w.run)
		})
	}
	return p, nil
}

// Predict is what the network makes of one sample: of each input the values, row
// by row, in the order of Network.Inputs, and of each output one slice, in the
// order of Network.Outputs, and then of each layer in Keep. The slices returned
// are the caller's; those given are not written to, nor read after Predict has
// returned.
//
// It returns ErrBusy at once where Queue requests wait already, ErrClosed after
// Close, and the context's error once that ends: a request that still waits then
// is never run. It is an error that an input has not the network's number of
// values, or has one that is not finite.
func (p *Predictor) Predict(ctx context.Context, inputs ...[]float32) ([][]float32, error) {
	if p == nil || p.queue == nil {
		return nil, errors.New("predictor: want one that NewPredictor made, got an empty one")
	}
	if err := p.check(inputs); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, errors.WithStack(err)
	}
	r := newRequest(inputs)
	if err := p.queue.push(r); err != nil {
		return nil, err
	}
	select {
	case <-r.done:
		return r.outputs, r.err
	case <-ctx.Done():
	}
	if !p.queue.remove(r) {
		<-r.read // a batch is being made of it: inputs are the caller's again afterwards
	}
	return nil, errors.WithStack(ctx.Err())
}

// check reports the first input that the network cannot take.
func (p *Predictor) check(inputs [][]float32) error {
	if len(inputs) != len(p.inputs) {
		return errors.Errorf("predictor: want %d inputs, got %d", len(p.inputs), len(inputs))
	}
	for i, x := range inputs {
		in := p.inputs[i]
		if n := in.Shape.TotalSize(); len(x) != n {
			return errors.Errorf("predictor: input %s: want %d values, of shape %v, got %d", in.Name, n, in.Shape, len(x))
		}
		for j, v := range x {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return errors.Errorf("predictor: input %s: want finite values, got %v as value %d", in.Name, v, j)
			}
		}
	}
	return nil
}

// Close lets the requests that wait run, returns when all have, and lets go of
// the programs. Predict returns ErrClosed from its beginning on. It may be called
// again.
func (p *Predictor) Close() error {
	if p == nil || p.queue == nil {
		return nil
	}
	p.queue.close()
	p.workers.Wait()
	return nil
}

// PredictorStats are a Predictor's figures.
type PredictorStats struct {
	Waiting int            // requests in the queue
	Batches map[int]uint64 // run so far, by how many samples were in them
}

// Stats are the figures of now.
func (p *Predictor) Stats() PredictorStats {
	if p == nil || p.queue == nil {
		return PredictorStats{}
	}
	return p.queue.stats()
}
