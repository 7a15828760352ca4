package engine

import (
	"slices"
	"sync"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// How much memory an op takes is known when it is declared. Where that lies can
// wait until it is known in which order all ops run: buffers that are never in
// use at the same time may then lie in the same place. So an op declared on a
// graph that is Unplaced has buffers of the right lengths that hold nothing, and
// whoever owns the graph gives them their memory.

// Buffer is memory of an op, or of two: what the forward op leaves for the
// backward one is a buffer of both.
type Buffer interface {
	// Bytes is its size.
	Bytes() int
	// Place moves it to memory of that size, aligned as floats are, which may
	// hold anything.
	Place(memory []byte)
}

// Buffered is an op whose buffers can be placed. What it leaves in others than
// its result, nobody reads but ops that have the same buffer.
type Buffered interface {
	Owner
	Buffers() (result Buffer, others []Buffer)
}

// Unplaced lends ops that are being declared slices of the lengths of their
// buffers, all of the same memory.
type Unplaced struct{ nothing []byte }

// unplaced has the *Unplaced of each *G.ExprGraph on which ops get no memory.
var unplaced sync.Map

// On has ops that are declared on g get no memory, until done is called.
func (u *Unplaced) On(g *G.ExprGraph) (done func()) {
	unplaced.Store(g, u)
	return func() { unplaced.Delete(g) }
}

// Nothing is the memory that no op may have any more when all buffers are
// placed.
func (u *Unplaced) Nothing() []byte { return u.nothing }

// lend is so many bytes. They are never written, and so cost an address alone.
func (u *Unplaced) lend(bytes int) []byte {
	if bytes > len(u.nothing) {
		u.nothing = make([]byte, max(bytes, 2*len(u.nothing)))
	}
	return u.nothing[:bytes]
}

// buffer is a Buffer of T's.
type buffer[T any] struct {
	values  []T
	holders []*[]T        // who has them
	over    *tensor.Dense // the tensor whose values they are, or nil
}

// newBuffer is n zeros, or room for n where nodes like on are unplaced.
func newBuffer[T any](on *G.Node, n int) *buffer[T] {
	b := &buffer[T]{}
	if u, ok := unplaced.Load(on.Graph()); ok {
		b.values = valuesIn[T](u.(*Unplaced).lend(n * sizeOf[T]()))
	} else {
		b.values = make([]T, n)
	}
	return b
}

// newTensorBuffer is newBuffer with a tensor over it.
func newTensorBuffer[T float](on *G.Node, shape ...int) *buffer[T] {
	b := newBuffer[T](on, tensor.Shape(shape).TotalSize())
	b.over = tensor.New(tensor.WithShape(shape...), tensor.WithBacking(b.values))
	return b
}

// hold gives field the values, wherever they will lie.
func (b *buffer[T]) hold(field *[]T) {
	*field = b.values
	if !slices.Contains(b.holders, field) {
		b.holders = append(b.holders, field)
	}
}

func (b *buffer[T]) Bytes() int { return len(b.values) * sizeOf[T]() }

func (b *buffer[T]) Place(memory []byte) {
	b.values = valuesIn[T](memory[:b.Bytes()])
	for _, field := range b.holders {
		*field = b.values
	}
	if b.over != nil {
		tensor.WithBacking(b.values)(b.over)
	}
}

// valuesIn are the T's of some memory.
func valuesIn[T any](memory []byte) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)/sizeOf[T]())
}

func sizeOf[T any]() int {
	var zero T
	return int(unsafe.Sizeof(zero))
}

// buffers are those of a list that are there.
func buffers[B interface {
	comparable
	Buffer
}](list ...B) (all []Buffer) {
	var none B
	for _, b := range list {
		if b != none {
			all = append(all, b)
		}
	}
	return all
}
