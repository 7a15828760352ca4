package engine

import (
	"math/bits"
	"sync"
)

// scratch lends buffers to the workers of all ops. Nothing in them outlasts a
// run of the op.
var scratch scratches

// scratches has buffers by their size, a power of two: of each as many come
// into being as are in use at once.
type scratches struct {
	mu   sync.Mutex
	free [bits.UintSize][][]float32
}

// get is a buffer of n values, which hold anything.
func (s *scratches) get(n int) []float32 {
	size := bits.Len(uint(max(n, 1) - 1))
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free[size]) - 1; last >= 0 {
		b := s.free[size][last]
		s.free[size] = s.free[size][:last]
		return b[:n]
	}
	return make([]float32, n, 1<<size)
}

// put takes back what get lent.
func (s *scratches) put(b []float32) {
	size := bits.Len(uint(cap(b) - 1))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free[size] = append(s.free[size], b)
}

// lists are the live filters of each cell of one image, by the place of the
// cell's largest value; see f32.LiveFilters.
type lists struct {
	grad       []float32
	at, counts []int32
}

// listPool lends lists as scratches lends buffers.
type listPool struct {
	mu   sync.Mutex
	free []*lists
}

func (p *listPool) get(cells, fp int) *lists {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		l := p.free[last]
		p.free = p.free[:last]
		return l
	}
	return &lists{grad: make([]float32, cells*4*fp), at: make([]int32, cells*4*fp), counts: make([]int32, cells*4)}
}

func (p *listPool) put(l *lists) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, l)
}
