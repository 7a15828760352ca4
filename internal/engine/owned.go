package engine

import (
	"fmt"
	"hash"
	"sync/atomic"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The heavy ops own their buffers: after the first run of a graph nothing is
// allocated. Each run rewrites the whole output, since Gorgonia's elementwise
// ops may write over a value that no later op reads. What the backward pass
// needs of the forward pass lies in buffers that are never handed out, or is an
// input of the backward op, which keeps it alive. A buffer that a program places
// may hold anything before the op runs, and again once the last op that has it,
// or reads it, has run.
//
// One such op serves one machine at a time.

// owned is an op that returns a tensor of its own. Each has a number, since
// Gorgonia merges nodes whose ops hash alike.
type owned struct {
	pure
	name string
	id   uint64
}

var lastID atomic.Uint64

func newOwned(name string) owned { return owned{name: name, id: lastID.Add(1)} }

func (o owned) String() string        { return fmt.Sprintf("%s#%d", o.name, o.id) }
func (o owned) WriteHash(h hash.Hash) { writeHash(h, o) }
func (o owned) Hashcode() uint32      { return hashcode(o) }

// Owner is an op whose value is one tensor that lives as long as the op: it
// can be read after a run without a copy.
type Owner interface {
	G.Op
	Owned() *tensor.Dense
}

// picked hands out one more result of a backward op. A Gorgonia op has one
// result: a backward op returns one of its gradients, and the picked ones take
// that as their input, so that they run after it.
type picked struct {
	owned
	value  *tensor.Dense
	buffer Buffer // of the value; nil where that is not placed
	after  int    // dimensions of the input
}

func pick(name string, after *G.Node, value *tensor.Dense) (*G.Node, error) {
	return G.ApplyOp(&picked{newOwned(name), value, nil, after.Dims()}, after)
}

// pickBuffer is pick of a buffer that the backward op has too.
func pickBuffer[T float](name string, after *G.Node, b *buffer[T]) (*G.Node, error) {
	return G.ApplyOp(&picked{newOwned(name), b.over, b, after.Dims()}, after)
}

func (p *picked) Arity() int    { return 1 }
func (p *picked) Type() hm.Type { return hm.NewFnType(tensorOf(p.after), tensorOf(p.value.Dims())) }

func (p *picked) InferShape(...G.DimSizer) (tensor.Shape, error) { return p.value.Shape().Clone(), nil }
func (p *picked) Do(...G.Value) (G.Value, error)                 { return p.value, nil }
func (p *picked) Owned() *tensor.Dense                           { return p.value }
func (p *picked) Buffers() (Buffer, []Buffer)                    { return p.buffer, nil }

// newTensor is a zeroed tensor and its values.
func newTensor[T float](shape ...int) (*tensor.Dense, []T) {
	x := make([]T, tensor.Shape(shape).TotalSize())
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(x)), x
}

// newDense is a zeroed float32 tensor and its values.
func newDense(shape ...int) (*tensor.Dense, []float32) { return newTensor[float32](shape...) }

// values is the contiguous values of v, which must have n of them.
func values[T float](v G.Value, n int) ([]T, error) {
	d, err := dense(v)
	if err != nil {
		return nil, err
	}
	if d.Dtype() != dtype[T]() || d.Shape().TotalSize() != n {
		return nil, errors.Errorf("want %d %v values, got %v of shape %v", n, dtype[T](), d.Dtype(), d.Shape())
	}
	if d.Dtype() == tensor.Float32 { // Data would allocate
		return any(d.Float32s()).([]T), nil
	}
	return any(d.Float64s()).([]T), nil
}

// floats is values in float32.
func floats(v G.Value, n int) ([]float32, error) { return values[float32](v, n) }

// dtype is Gorgonia's name of T.
func dtype[T float]() tensor.Dtype {
	if _, ok := any(T(0)).(float32); ok {
		return tensor.Float32
	}
	return tensor.Float64
}
