//go:build linux || darwin

package mpi

import (
	"fmt"
	"math"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/pkg/errors"
)

// Group is all ranks that the launcher has started: a train.Group.
type Group struct {
	lib        *library
	rank, size int
	timeout    time.Duration

	mu     sync.Mutex   // MPI serves one thread at a time
	got    []byte       // room for what others send
	begun  atomic.Int64 // when the call under way began, in Unix nanoseconds; 0 between calls
	calls  atomic.Int64 // how many have begun
	pulse  *pulse
	closed chan struct{} // ends the watch
}

// Open opens the MPI library and waits for all ranks. It is called once in a process.
func Open(c Config) (*Group, error) {
	if c.Timeout < 0 {
		return nil, errors.Errorf("mpi: want a Timeout above 0, or 0 for a minute, got %v", c.Timeout)
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	before := handlers()
	l, err := load(c.Library)
	if err != nil {
		return nil, err
	}
	g := &Group{lib: l, timeout: c.Timeout, closed: make(chan struct{})}
	if err := g.start(); err != nil {
		return nil, err
	}
	before.restore() // MPI's own would end the process where Go's panics
	if err := checkLauncher(g.size, l); err != nil {
		return nil, err
	}
	if err := g.startPulse(); err != nil {
		return nil, err
	}
	go g.watch()
	return g, nil
}

// start is MPI_Init_thread and what there is to know behind it.
func (g *Group) start() error {
	l := g.lib
	var provided, rank, size int32
	r, _, _ := purego.SyscallN(l.initThread, 0, 0, l.serialized, uintptr(unsafe.Pointer(&provided)))
	if err := l.failed("MPI_Init_thread", r); err != nil {
		return err
	}
	if provided < int32(l.serialized) {
		return errors.Errorf("mpi: %s: want MPI_THREAD_SERIALIZED, got thread level %d", l.version, provided)
	}
	r, _, _ = purego.SyscallN(l.setErrhandler, l.world, l.errorsReturn)
	if err := l.failed("MPI_Comm_set_errhandler", r); err != nil {
		return err
	}
	r, _, _ = purego.SyscallN(l.calls.rank, l.world, uintptr(unsafe.Pointer(&rank)))
	if err := l.failed("MPI_Comm_rank", r); err != nil {
		return err
	}
	r, _, _ = purego.SyscallN(l.calls.size, l.world, uintptr(unsafe.Pointer(&size)))
	g.rank, g.size = int(rank), int(size)
	return l.failed("MPI_Comm_size", r)
}

// Rank is this rank's number.
func (g *Group) Rank() int { return g.rank }

// Size is how many ranks there are.
func (g *Group) Size() int { return g.size }

// String names the library.
func (g *Group) String() string {
	return fmt.Sprintf("rank %d of %d, %s (%s, %s)", g.rank, g.size, g.lib.version, g.lib.kind, g.lib.path)
}

// watch ends the process where others are gone: MPI would wait for ever.
func (g *Group) watch() {
	each := min(max(g.timeout/10, time.Millisecond), time.Second)
	tick := time.NewTicker(each)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-g.closed:
			return
		case <-tick.C:
		}
		now := time.Now()
		if calls, begun := g.calls.Load(), g.begun.Load(); now.Sub(last) > 3*each+g.timeout/10 {
			g.pulse.renew(now)
		} else if begun != 0 {
			if why := g.pulse.lost(calls, time.Unix(0, begun), now, g.timeout); why != "" {
				fmt.Fprintln(os.Stderr, "mpi: "+why)
				endLater()
				os.Exit(exitLost)
			}
		}
		last = now
		g.pulse.tell(g.calls.Load())
	}
}

// exitLost is the status of a process that has lost others.
const exitLost = 3

// call makes a call that waits for others.
func (g *Group) call(name string, f func() uintptr) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls.Add(1)
	g.begun.Store(time.Now().UnixNano())
	code := f()
	g.begun.Store(0)
	return g.lib.failed(name, code)
}

// Barrier waits until all ranks have called it.
func (g *Group) Barrier() error {
	return g.call("MPI_Barrier", func() uintptr {
		r, _, _ := purego.SyscallN(g.lib.calls.barrier, g.lib.world)
		return r
	})
}

// checkLength reports more bytes than MPI counts.
func checkLength(n int) error {
	if n > math.MaxInt32 {
		return errors.Errorf("mpi: want at most %d bytes of a rank, got %d", math.MaxInt32, n)
	}
	return nil
}

// Broadcast sets data to that of the rank root.
func (g *Group) Broadcast(data []byte, root int) error {
	const piece = 1 << 30 // bytes: MPI counts in int32
	for len(data) > 0 {
		n := min(len(data), piece)
		err := g.call("MPI_Bcast", func() uintptr {
			r, _, _ := purego.SyscallN(g.lib.calls.bcast, uintptr(unsafe.Pointer(unsafe.SliceData(data))), uintptr(n), g.lib.byteType, uintptr(root), g.lib.world)
			return r
		})
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// Allgather is what all ranks give, each as many bytes, in their order.
func (g *Group) Allgather(own []byte) ([]byte, error) {
	all := make([]byte, g.size*len(own))
	return all, g.gather(all, own)
}

func (g *Group) gather(all, own []byte) error {
	if err := checkLength(len(own)); err != nil || len(own) == 0 {
		return err
	}
	return g.call("MPI_Allgather", func() uintptr {
		n := uintptr(len(own))
		r, _, _ := purego.SyscallN(g.lib.calls.allgather, uintptr(unsafe.Pointer(unsafe.SliceData(own))), n, g.lib.byteType,
			uintptr(unsafe.Pointer(unsafe.SliceData(all))), n, g.lib.byteType, g.lib.world)
		return r
	})
}

// swap gives each rank its piece of what this one has, and gets its own of each.
func (g *Group) swap(got, send []byte) error {
	n := uintptr(len(send) / g.size)
	return g.call("MPI_Alltoall", func() uintptr {
		r, _, _ := purego.SyscallN(g.lib.calls.alltoall, uintptr(unsafe.Pointer(unsafe.SliceData(send))), n, g.lib.byteType,
			uintptr(unsafe.Pointer(unsafe.SliceData(got))), n, g.lib.byteType, g.lib.world)
		return r
	})
}

// Abort says why, and ends all ranks. Rank 0 is the first to speak, where several
// have the same to say.
func (g *Group) Abort(err error) {
	if g.rank > 0 {
		time.Sleep(500 * time.Millisecond)
	}
	fmt.Fprintf(os.Stderr, "rank %d: %v\n", g.rank, err)
	g.Exit(1)
}

// Exit ends all ranks with a status, for one that has said why.
func (g *Group) Exit(status int) {
	time.Sleep(100 * time.Millisecond) // launchers drop what they have not passed on
	purego.SyscallN(g.lib.calls.abort, g.lib.world, uintptr(status))
	os.Exit(status)
}

// Close ends MPI, once all ranks call it.
func (g *Group) Close() error {
	err := g.call("MPI_Finalize", func() uintptr {
		r, _, _ := purego.SyscallN(g.lib.calls.finalize)
		return r
	})
	close(g.closed)
	g.pulse.close()
	return err
}
