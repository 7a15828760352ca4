package graph

import (
	"container/list"
	"runtime"
	"sync"
	"time"
)

// request is one sample on its way through a Predictor.
type request struct {
	inputs [][]float32
	read   chan struct{} // closed once inputs are not read any more
	done   chan struct{} // closed once outputs or err are there

	outputs [][]float32
	err     error

	place *list.Element // in the queue; nil outside. The queue's lock guards it.
	came  time.Time     // where a worker waits for others
}

func newRequest(inputs [][]float32) *request {
	return &request{inputs: inputs, read: make(chan struct{}), done: make(chan struct{})}
}

// answer ends a request.
func (r *request) answer(outputs [][]float32, err error) {
	r.outputs, r.err = outputs, err
	close(r.done)
}

// queue is where requests wait, in the order in which they came.
type queue struct {
	most  int           // requests
	wait  time.Duration // of the first in it, for others
	sizes []int         // of batches, rising, from 1

	mu      sync.Mutex
	waiting list.List // of *request
	closed  bool
	batches map[int]uint64

	// wake holds a token whenever there are requests that no worker tends.
	wake chan struct{}
}

func newQueue(c PredictorConfig, e Engine) *queue {
	return &queue{most: c.Queue, wait: c.Wait, sizes: c.sizes(e), batches: map[int]uint64{}, wake: make(chan struct{}, 1)}
}

// push appends a request.
func (q *queue) push(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return ErrClosed
	case q.waiting.Len() >= q.most:
		return ErrBusy
	}
	if q.wait > 0 {
		r.came = time.Now()
	}
	r.place = q.waiting.PushBack(r)
	q.rouse()
	return nil
}

// remove takes a request out, if it is there still.
func (q *queue) remove(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if r.place == nil {
		return false
	}
	q.waiting.Remove(r.place)
	r.place = nil
	return true
}

// rouse makes a worker look.
func (q *queue) rouse() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// close lets nothing more in.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.rouse()
}

// serve runs batch after batch until the queue is closed and empty.
func (q *queue) serve(run func([]*request)) {
	for {
		// Whoever could go on does first: what they ask belongs into this batch, and
		// without it one that asks again and again would be served alone.
		runtime.Gosched()
		batch, wait, over := q.take()
		switch {
		case over:
			return
		case batch != nil:
			run(batch)
		case wait > 0:
			q.sleep(wait)
		default:
			<-q.wake
		}
	}
}

// sleep returns after so long, or when somebody rouses.
func (q *queue) sleep(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-q.wake:
	case <-timer.C:
	}
}

// take takes the largest batch of those that wait, or else says how long to wait
// for more, 0 meaning until roused, or that there will be none.
func (q *queue) take() (batch []*request, wait time.Duration, over bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := q.waiting.Len()
	if n == 0 {
		if q.closed {
			q.rouse() // the next worker
		}
		return nil, 0, q.closed
	}
	if q.wait > 0 && !q.closed && n < q.sizes[len(q.sizes)-1] {
		if wait := q.wait - time.Since(q.waiting.Front().Value.(*request).came); wait > 0 {
			return nil, wait, false
		}
	}
	batch = q.first(n)
	q.batches[len(batch)]++
	if q.waiting.Len() > 0 {
		q.rouse()
	}
	return batch, 0, false
}

// first takes the oldest of n that wait, as many as the largest program takes that
// they fill: no place in a batch is empty, and the rest is the next batch.
func (q *queue) first(n int) []*request {
	size := 1
	for _, s := range q.sizes {
		if s <= n {
			size = s
		}
	}
	batch := make([]*request, size)
	for i := range batch {
		r := q.waiting.Remove(q.waiting.Front()).(*request)
		r.place = nil
		batch[i] = r
	}
	return batch
}

func (q *queue) stats() PredictorStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := PredictorStats{Waiting: q.waiting.Len(), Batches: map[int]uint64{}}
	for size, n := range q.batches {
		s.Batches[size] = n
	}
	return s
}
