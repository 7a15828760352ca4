package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Gather lays numbers out anew, or some of them, or some of them several times.
// The values of x, row-major, are pieces of the given size; from each is made a
// piece of the result, of the given shape, with one rule for all:
//
//	y[i] = x[from[i]], and 0 where from[i] is -1
//
// An op that moves pixels gathers planes, one that moves channels samples. The
// gradient by a number is the sum over the places that it went to, in their
// order.
func Gather(x *G.Node, size int, from []int32, shape ...int) (*G.Node, error) {
	return GatherOr(x, size, from, 0, shape...)
}

// GatherOr is Gather with a number of one's own where from[i] is -1.
func GatherOr(x *G.Node, size int, from []int32, fill float64, shape ...int) (*G.Node, error) {
	if err := wantFloats("Gather", x); err != nil {
		return nil, err
	}
	total := x.Shape().TotalSize()
	if size < 1 || size > math.MaxInt32 || total%size != 0 || tensor.Shape(shape).TotalSize() != total/size*len(from) {
		return nil, errors.Errorf("Gather: want a result of %d values for each %d of %v, got %v", len(from), size, x.Shape(), shape)
	}
	for _, at := range from {
		if at < -1 || int(at) >= size {
			return nil, errors.Errorf("Gather: want places from -1 to %d, got %d", size-1, at)
		}
	}
	if x.Dtype() == tensor.Float32 {
		return gathered[float32](x, size, from, fill, shape)
	}
	return gathered[float64](x, size, from, fill, shape)
}

func gathered[T float](x *G.Node, size int, from []int32, fill float64, shape tensor.Shape) (*G.Node, error) {
	op := &gatherOp[T]{result: newResult[T]("Gather", G.Nodes{x}, shape...), size: size, from: from, fill: T(fill)}
	op.in, op.pieces = x.Shape().Clone(), x.Shape().TotalSize()/size
	op.body = op.piece
	return G.ApplyOp(op, x)
}

type gatherOp[T float] struct {
	result[T]
	in     tensor.Shape
	pieces int
	size   int // of a piece of the input
	from   []int32
	fill   T
	x      []T
	body   func(int)
}

var (
	_ G.SDOp = (*gatherOp[float32])(nil)
	_ Owner  = (*gatherOp[float32])(nil)
)

func (op *gatherOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *gatherOp[T]) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &gatherGradOp[T]{result: newResult[T]("GatherGrad", G.Nodes{grad}, op.in...), pieces: op.pieces, from: op.from}
	back.body = back.piece
	dx, err := G.ApplyOp(back, grad)
	return G.Nodes{dx}, err
}

func (op *gatherOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], op.pieces*op.size); err != nil {
		return nil, err
	}
	parallel.For(op.pieces, op.body)
	return op.out, nil
}

func (op *gatherOp[T]) piece(n int) {
	x, y := op.x[n*op.size:(n+1)*op.size], op.y[n*len(op.from):(n+1)*len(op.from)]
	for i, at := range op.from {
		if at < 0 {
			y[i] = op.fill
		} else {
			y[i] = x[at]
		}
	}
}

// gatherGradOp brings each gradient back to where its number came from.
type gatherGradOp[T float] struct {
	result[T]
	pieces int
	from   []int32
	g      []T
	body   func(int)
}

var _ Owner = (*gatherGradOp[float32])(nil)

func (op *gatherGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = values[T](in[0], op.pieces*len(op.from)); err != nil {
		return nil, err
	}
	parallel.For(op.pieces, op.body)
	return op.out, nil
}

func (op *gatherGradOp[T]) piece(n int) {
	size := len(op.y) / op.pieces
	dx, g := op.y[n*size:(n+1)*size], op.g[n*len(op.from):(n+1)*len(op.from)]
	clear(dx)
	for i, at := range op.from {
		if at >= 0 {
			dx[at] += g[i]
		}
	}
}
