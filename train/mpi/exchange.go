//go:build linux || darwin

package mpi

import (
	"math"
	"runtime"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/pkg/errors"
)

// All that ranks do is to send one another bytes, and to wait for those of others. MPI's
// own collective calls wait in C, with the core for themselves: Go then takes a thread
// for lost that does no harm, and starts others, which share its core. Here the waiting
// is Go's, between short calls of MPI.

// exchange is what a rank sends and receives in one call: of each other rank the bytes,
// which may be none.
type exchange struct {
	send, receive [][]byte
	requests      []uint64 // MPI's: two of each rank, of 4 or 8 bytes
	pending       []bool
	flag          int32
}

func newExchange(size int) exchange {
	return exchange{send: make([][]byte, size), receive: make([][]byte, size), requests: make([]uint64, 2*size), pending: make([]bool, 2*size)}
}

// exchange makes the exchange under way, and waits until it is done.
func (g *Group) exchange() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer g.underWay()()
	x := &g.under
	for r := range g.size {
		if err := g.begin("MPI_Irecv", g.lib.irecv, 2*r, r, x.receive[r]); err != nil {
			return err
		}
	}
	for r := range g.size {
		if err := g.begin("MPI_Isend", g.lib.isend, 2*r+1, r, x.send[r]); err != nil {
			return err
		}
	}
	err := g.wait()
	clear(x.send) // they are the caller's again
	clear(x.receive)
	return err
}

// begin begins to send data to a rank or to receive from it, as request i.
func (g *Group) begin(name string, call uintptr, i, rank int, data []byte) error {
	x := &g.under
	if x.pending[i] = rank != g.rank && len(data) > 0; !x.pending[i] {
		return nil
	}
	if len(data) > math.MaxInt32 {
		return errors.Errorf("mpi: want at most %d bytes for a rank, got %d", math.MaxInt32, len(data))
	}
	x.requests[i] = 0
	code, _, _ := purego.SyscallN(call, uintptr(unsafe.Pointer(unsafe.SliceData(data))), uintptr(len(data)), g.lib.byteType,
		uintptr(rank), 0, g.lib.world, uintptr(unsafe.Pointer(&x.requests[i])))
	return g.lib.failed(name, code)
}

// How long a rank asks again and again, and how long it sleeps between two questions
// after that.
const (
	eager = time.Millisecond
	nap   = 50 * time.Microsecond
)

// wait asks for all requests until they are done.
func (g *Group) wait() error {
	var begun time.Time
	for round := 0; ; round++ {
		left, err := g.test()
		if err != nil || !left {
			return err
		}
		switch {
		case round == 0:
			begun = time.Now()
		case round%64 == 0 && time.Since(begun) > eager:
			time.Sleep(nap)
			round--
		default:
			runtime.Gosched()
		}
	}
}

// test asks once, and says whether some request is not done.
func (g *Group) test() (left bool, err error) {
	x := &g.under
	for i, pending := range x.pending {
		if !pending {
			continue
		}
		code, _, _ := purego.SyscallN(g.lib.test, uintptr(unsafe.Pointer(&x.requests[i])), uintptr(unsafe.Pointer(&x.flag)), g.lib.statusIgnore)
		if err := g.lib.failed("MPI_Test", code); err != nil {
			return false, err
		}
		if x.flag == 0 {
			left = true
		} else {
			x.pending[i] = false
		}
	}
	return left, nil
}

// Barrier waits until all ranks have called it.
func (g *Group) Barrier() error {
	all := make([]byte, g.size)
	return g.gather(all, []byte{0})
}

// Broadcast sets data to that of the rank root.
func (g *Group) Broadcast(data []byte, root int) error {
	if root < 0 || root >= g.size {
		return errors.Errorf("mpi: want a root from 0 to %d, got %d", g.size-1, root)
	}
	const most = 1 << 30 // bytes at a time: MPI counts in int32
	for len(data) > 0 {
		piece := data[:min(len(data), most)]
		if g.rank == root {
			for r := range g.size {
				g.under.send[r] = piece
			}
		} else {
			g.under.receive[root] = piece
		}
		if err := g.exchange(); err != nil {
			return err
		}
		data = data[len(piece):]
	}
	return nil
}

// Allgather is what all ranks give, each as many bytes, in their order.
func (g *Group) Allgather(own []byte) ([]byte, error) {
	all := make([]byte, g.size*len(own))
	return all, g.gather(all, own)
}

func (g *Group) gather(all, own []byte) error {
	n := len(own)
	for r := range g.size {
		g.under.send[r], g.under.receive[r] = own, all[r*n:(r+1)*n]
	}
	copy(all[g.rank*n:], own)
	return g.exchange()
}

// swap gives each rank its piece of what this one has, and gets its own of each.
func (g *Group) swap(got, send []byte) error {
	n := len(send) / g.size
	for r := range g.size {
		g.under.send[r], g.under.receive[r] = send[r*n:(r+1)*n], got[r*n:(r+1)*n]
	}
	copy(got[g.rank*n:(g.rank+1)*n], send[g.rank*n:])
	return g.exchange()
}
