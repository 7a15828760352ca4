//go:build linux || darwin

package mpi

import (
	"fmt"
	"os"
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

	link   link
	room   scratch // for little sums
	waits  waits
	pulse  *pulse
	closed chan struct{} // ends the watch

	leaving, finalized atomic.Bool
}

// Open opens the MPI library and waits for all ranks. It is called once in a process.
func Open(c Config) (*Group, error) {
	if c.Timeout < 0 {
		return nil, errors.Errorf("mpi: want a Timeout above 0, or 0 for a minute, got %v", c.Timeout)
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	start := time.AfterFunc(c.Timeout, func() {
		lost(fmt.Sprintf("not all ranks have started within %v", c.Timeout))
	})
	defer start.Stop()
	before := handlers()
	l, err := load(c.Library)
	if err != nil {
		return nil, err
	}
	g := &Group{lib: l, timeout: c.Timeout, closed: make(chan struct{})}
	if err := g.start(); err != nil {
		return nil, err
	}
	if !moreRanksThanCores() {
		g.waits.eager = eager
	}
	g.link = newMessages(l, g.rank, g.size, &g.waits)
	before.restore() // MPI's own would end the process where Go's panics
	if err := checkLauncher(g.size, l); err != nil {
		return nil, err
	}
	if !c.Messages {
		if err := g.shareMemory(); err != nil {
			return nil, err
		}
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

// String names the library, and says how ranks pass bytes to one another.
func (g *Group) String() string {
	return fmt.Sprintf("%s (%s, %s), by %s", g.lib.version, g.lib.kind, g.lib.path, g.link)
}

// watch ends the process where others are gone: MPI would wait for ever.
func (g *Group) watch() {
	each := min(max(g.timeout/10, time.Millisecond), time.Second)
	tick := time.NewTicker(each)
	defer tick.Stop()
	last := time.Now()
	stuck := int64(-1) // the wait in which another was seen to leave
	for {
		select {
		case <-g.closed:
			return
		case <-tick.C:
		}
		now := time.Now()
		count, begun := g.waits.count.Load(), g.waits.begun.Load()
		g.tell()
		if r, left := g.pulse.leaver(); left && begun != 0 && !g.leaving.Load() {
			if stuck == count { // and not about to end
				g.Abort(errors.Errorf("rank %d was interrupted, alone", r))
			}
			stuck = count
		}
		if now.Sub(last) > 3*each+g.timeout/10 {
			g.pulse.renew(now)
		} else if begun != 0 {
			if why := g.pulse.lost(count, time.Unix(0, begun), now, g.timeout); why != "" {
				lost(why)
			}
		}
		last = now
	}
}

// tell tells the others how far this rank is.
func (g *Group) tell() {
	if g.leaving.Load() {
		g.pulse.tell(leaves)
		return
	}
	g.pulse.tell(g.waits.count.Load())
}

// lost ends the process, as others are lost.
func lost(why string) {
	fmt.Fprintln(os.Stderr, "mpi: "+why)
	endLater()
	os.Exit(exitLost)
}

// exitLost is the status of a process that has lost others.
const exitLost = 3

// Abort says why, and ends all ranks. Rank 0 is the first to speak, where several
// have the same to say.
func (g *Group) Abort(err error) {
	if g.rank > 0 {
		time.Sleep(Patience)
	}
	fmt.Fprintf(os.Stderr, "rank %d: %v\n", g.rank, err)
	g.Exit(1)
}

// Exit ends the process with a status. Before Close it ends all ranks, for one that has
// said why. Behind Close it does what C's exit does, which os.Exit does not: MPICH 5
// takes leave of its launcher there, which else kills the ranks that are not through yet.
func (g *Group) Exit(status int) {
	switch {
	case g.finalized.Load():
		if status != 0 {
			keepStatus()
		}
		purego.SyscallN(g.lib.exit, uintptr(status))
	case g.size > 1:
		time.Sleep(100 * time.Millisecond) // launchers drop what they have not passed on
		purego.SyscallN(g.lib.calls.abort, g.lib.world, uintptr(status))
	}
	os.Exit(status)
}

// Close ends MPI, once all ranks call it. A process that then ends by Exit lets the
// others end in peace.
func (g *Group) Close() error {
	err := g.Barrier()
	if g.size > 1 {
		time.Sleep(settle)
	}
	if err == nil { // which the launcher may hold up, where its own link is lost
		g.waits.begin()
		r, _, _ := purego.SyscallN(g.lib.calls.finalize)
		g.waits.end()
		err = g.lib.failed("MPI_Finalize", r)
	}
	g.finalized.Store(err == nil)
	close(g.closed)
	g.pulse.close()
	return err
}

// Leave is Close for a rank that was interrupted, perhaps alone: it waits until the
// others leave too, and is an error where they do not within the timeout. One that waits
// for this one meanwhile, in a call, ends the job.
func (g *Group) Leave() error {
	if g.size == 1 || g.pulse.conn == nil {
		return g.Close()
	}
	g.leaving.Store(true)
	for start := time.Now(); !g.pulse.allLeave(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > g.timeout {
			return errors.Errorf("mpi: rank %d was interrupted, and others were not", g.rank)
		}
		g.tell()
	}
	return g.Close()
}

// settle is how long what is under way may take to arrive before MPI ends. MPICH 4.0
// over TCP else waits for ever at times: a rank that is through with its connections
// answers no more, while another still asks it to end theirs.
const settle = 50 * time.Millisecond
