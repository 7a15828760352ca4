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

func newLists(cells, fp int) *lists {
	return &lists{grad: make([]float32, cells*4*fp), at: make([]int32, cells*4*fp), counts: make([]int32, cells*4)}
}

// lender lends the workers of an op what they need, as scratches lends buffers.
type lender[T any] struct {
	mu   sync.Mutex
	free []*T
}

// get is one that was put back, as it was then, or a new one.
func (l *lender[T]) get(make func() *T) *T {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.free) - 1
	if last < 0 {
		return make()
	}
	x := l.free[last]
	l.free = l.free[:last]
	return x
}

// put takes back what get lent.
func (l *lender[T]) put(x *T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, x)
}
