//go:build linux || darwin

package mpi

import (
	"math"
	"unsafe"

	"github.com/ebitengine/purego"
	"github.com/pkg/errors"
)

// messages is the link of ranks anywhere: they send one another bytes by MPI, and wait
// for those of others. MPI's own collective calls wait in C, with the core for
// themselves: Go then takes a thread for lost that does no harm, and starts others,
// which share its core. Here the waiting is Go's, between short calls of MPI.
type messages struct {
	lib        *library
	rank, size int
	waits      *waits

	send, receive [][]byte // of the exchange under way: for each other rank, and of it; or none
	requests      []uint64 // MPI's: two of each rank, of 4 or 8 bytes
	pending       []bool
	flag          int32

	got scratch // what others send, of a sum
}

func newMessages(l *library, rank, size int, w *waits) *messages {
	return &messages{
		lib: l, rank: rank, size: size, waits: w,
		send: make([][]byte, size), receive: make([][]byte, size),
		requests: make([]uint64, 2*size), pending: make([]bool, 2*size),
	}
}

func (*messages) String() string { return "messages" }

// exchange makes the exchange under way, and waits until it is done.
func (m *messages) exchange() error {
	m.waits.begin()
	defer m.waits.end()
	for r := range m.size {
		if err := m.begin("MPI_Irecv", m.lib.irecv, 2*r, r, m.receive[r]); err != nil {
			return err
		}
	}
	for r := range m.size {
		if err := m.begin("MPI_Isend", m.lib.isend, 2*r+1, r, m.send[r]); err != nil {
			return err
		}
	}
	err := m.wait()
	clear(m.send) // they are the caller's again
	clear(m.receive)
	return err
}

// begin begins to send data to a rank or to receive from it, as request i.
func (m *messages) begin(name string, call uintptr, i, rank int, data []byte) error {
	if m.pending[i] = rank != m.rank && len(data) > 0; !m.pending[i] {
		return nil
	}
	if len(data) > math.MaxInt32 {
		return errors.Errorf("mpi: want at most %d bytes for a rank, got %d", math.MaxInt32, len(data))
	}
	m.requests[i] = 0
	code, _, _ := purego.SyscallN(call, uintptr(unsafe.Pointer(unsafe.SliceData(data))), uintptr(len(data)), m.lib.byteType,
		uintptr(rank), 0, m.lib.world, uintptr(unsafe.Pointer(&m.requests[i])))
	return m.lib.failed(name, code)
}

// wait asks for all requests until they are done.
func (m *messages) wait() error {
	for q := (questions{eager: m.waits.eager}); ; q.pause() {
		if left, err := m.test(); err != nil || !left {
			return err
		}
	}
}

// test asks once, and says whether some request is not done.
func (m *messages) test() (left bool, err error) {
	for i, pending := range m.pending {
		if !pending {
			continue
		}
		code, _, _ := purego.SyscallN(m.lib.test, uintptr(unsafe.Pointer(&m.requests[i])), uintptr(unsafe.Pointer(&m.flag)), m.lib.statusIgnore)
		if err := m.lib.failed("MPI_Test", code); err != nil {
			return false, err
		}
		if m.flag == 0 {
			left = true
		} else {
			m.pending[i] = false
		}
	}
	return left, nil
}

func (m *messages) broadcast(data []byte, root int) error {
	const most = 1 << 30 // bytes at a time: MPI counts in int32
	for len(data) > 0 {
		piece := data[:min(len(data), most)]
		if m.rank == root {
			for r := range m.size {
				m.send[r] = piece
			}
		} else {
			m.receive[root] = piece
		}
		if err := m.exchange(); err != nil {
			return err
		}
		data = data[len(piece):]
	}
	return nil
}

func (m *messages) gather(all, own []byte) error {
	for r, row := range rows(all, m.size) {
		m.send[r], m.receive[r] = own, row
	}
	copy(m.receive[m.rank], own)
	return m.exchange()
}

// swap gives each rank its piece of what this one has, and gets its own of each.
func (m *messages) swap(got, send []byte) error {
	pieces := rows(send, m.size)
	for r, row := range rows(got, m.size) {
		m.send[r], m.receive[r] = pieces[r], row
	}
	copy(m.receive[m.rank], pieces[m.rank])
	return m.exchange()
}

// sumPieces takes the traffic of a ring.
func (m *messages) sumPieces(x []byte, ranks int, add adder) error {
	got := m.got.of(len(x))
	if err := m.swap(got, x); err != nil {
		return err
	}
	return m.gather(x, tree(rows(got, m.size)[:ranks], add))
}
