package engine

import "sync"

// scratches lends buffers to the workers of one op: as many come into being as
// run at once.
type scratches struct {
	mu   sync.Mutex
	free [][]float32
}

// get is a buffer of n values, which hold anything.
func (s *scratches) get(n int) []float32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		b := s.free[last]
		s.free = s.free[:last]
		if cap(b) >= n {
			return b[:n]
		}
	}
	return make([]float32, n)
}

func (s *scratches) put(b []float32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, b)
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
