//go:build linux || darwin

package mpi

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/pkg/errors"
)

// link is how ranks pass bytes to one another. Each makes the same calls in the same
// order, with as many bytes.
type link interface {
	fmt.Stringer
	gather(all, own []byte) error
	broadcast(data []byte, root int) error

	// sumPieces sets x to the sum of the x of the first ranks, of which each rank adds
	// up a piece: len(x) is a multiple of unit for each.
	sumPieces(x []byte, ranks int, add adder) error
}

// Barrier waits until all ranks have called it.
func (g *Group) Barrier() error {
	return g.link.gather(make([]byte, g.size), []byte{0})
}

// Broadcast sets data to that of the rank root.
func (g *Group) Broadcast(data []byte, root int) error {
	if root < 0 || root >= g.size {
		return errors.Errorf("mpi: want a root from 0 to %d, got %d", g.size-1, root)
	}
	return g.link.broadcast(data, root)
}

// Allgather is what all ranks give, each as many bytes, in their order.
func (g *Group) Allgather(own []byte) ([]byte, error) {
	all := make([]byte, g.size*len(own))
	return all, g.link.gather(all, own)
}

// waits are those of this rank for others, as they are watched.
type waits struct {
	begun atomic.Int64 // when the one under way began, in Unix nanoseconds; 0 between them
	count atomic.Int64 // how many have begun
	eager time.Duration
}

func (w *waits) begin() {
	w.count.Add(1)
	w.begun.Store(time.Now().UnixNano())
}

func (w *waits) end() { w.begun.Store(0) }

// How long a rank asks again and again, where it has a core for itself, and how long it
// sleeps between two questions after that.
const (
	eager = time.Millisecond
	nap   = 50 * time.Microsecond
)

// questions are those of a rank that waits for an answer of others.
type questions struct {
	eager time.Duration
	asked int
	since time.Time
}

// pause lets others run before the next question.
func (q *questions) pause() {
	switch {
	case q.asked == 0:
		q.since = time.Now()
	case q.asked%64 == 0 && time.Since(q.since) > q.eager:
		time.Sleep(nap)
		return
	}
	q.asked++
	runtime.Gosched()
}
