//go:build linux || darwin

package mpi

import (
	"sync/atomic"
	"unsafe"
)

// memory is the link of ranks that are all on one host: each writes into memory that all
// have, and reads what others have written. It takes fewer copies than messages do, and
// no calls of a library.
type memory struct {
	rank  int
	waits *waits
	turn  int64           // how often this rank has met the others
	turns []*atomic.Int64 // of all ranks
	boxes [2][][]byte     // of all ranks, in two sets: what is still read is not written to
	set   int
}

const (
	boxBytes  = 1 << 20
	lineBytes = 128 // apart from one another for processors, which fetch one or two lines of 64
)

// memoryBytes is what so many ranks share.
func memoryBytes(size int) int { return size * (lineBytes + 2*boxBytes) }

// newMemory lays out what is shared, which is zero at first.
func newMemory(shared []byte, rank, size int, w *waits) *memory {
	m := &memory{rank: rank, waits: w}
	for r := range size {
		m.turns = append(m.turns, (*atomic.Int64)(unsafe.Pointer(&shared[r*lineBytes])))
	}
	shared = shared[size*lineBytes:]
	for i := range m.boxes {
		m.boxes[i] = rows(shared[i*size*boxBytes:][:size*boxBytes], size)
	}
	return m
}

func (*memory) String() string { return "shared memory" }

// meet waits until all ranks are here.
func (m *memory) meet() {
	m.waits.begin()
	defer m.waits.end()
	m.turn++
	m.turns[m.rank].Store(m.turn)
	for _, turn := range m.turns {
		for q := (questions{eager: m.waits.eager}); turn.Load() < m.turn; {
			q.pause()
		}
	}
}

// next are the boxes to write to, and to read from once the ranks have met.
func (m *memory) next() [][]byte {
	m.set = 1 - m.set
	return m.boxes[m.set]
}

func (m *memory) gather(all, own []byte) error {
	gathered := rows(all, len(m.turns))
	for from := 0; from == 0 || from < len(own); from += boxBytes {
		to, boxes := min(len(own), from+boxBytes), m.next()
		copy(boxes[m.rank], own[from:to])
		m.meet()
		for r, box := range boxes {
			copy(gathered[r][from:to], box)
		}
	}
	return nil
}

func (m *memory) broadcast(data []byte, root int) error {
	for len(data) > 0 {
		n, box := min(len(data), boxBytes), m.next()[root]
		if m.rank == root {
			copy(box, data[:n])
		}
		m.meet()
		if m.rank != root {
			copy(data[:n], box)
		}
		data = data[n:]
	}
	return nil
}

func (m *memory) sumPieces(x []byte, ranks int, add adder) error {
	size := len(m.turns)
	for len(x) > 0 {
		n := min(len(x), boxBytes/(size*unit)*(size*unit))
		m.sumBox(rows(x[:n], size), ranks, add)
		x = x[n:]
	}
	return nil
}

// sumBox sums pieces, each of which comes to be in the box of rank 0.
func (m *memory) sumBox(pieces [][]byte, ranks int, add adder) {
	boxes, n := m.next(), len(pieces[0])
	piece := func(box []byte, r int) []byte { return box[r*n : (r+1)*n] }
	for r, x := range pieces {
		if r != m.rank {
			copy(piece(boxes[m.rank], r), x)
		}
	}
	m.meet()
	own, sum := pieces[m.rank], piece(boxes[0], m.rank)
	values := make([][]byte, len(boxes))
	for r, box := range boxes {
		values[r] = piece(box, m.rank)
	}
	values[m.rank] = own
	tree(values[:ranks], add)
	if m.rank == 0 {
		copy(sum, own)
	} else {
		copy(own, sum)
	}
	m.meet()
	for r, x := range pieces {
		if r != m.rank {
			copy(x, piece(boxes[0], r))
		}
	}
}
