package engine

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/parallel"
)

// elementwise is what the ops have in common whose inputs and output have one
// shape, and that compute each element of it by itself.
type elementwise[T float] struct {
	result[T]
	x    [][]T              // the inputs of the run under way
	part func(from, to int) // computes elements [from, to)
	body func(int)
}

func newElementwise[T float](name string, in G.Nodes) elementwise[T] {
	return elementwise[T]{result: newResult[T](name, in, in[0].Shape()...), x: make([][]T, len(in))}
}

// compute sets what the op, which must not move any more, computes.
func (op *elementwise[T]) compute(part func(from, to int)) { op.part, op.body = part, op.piece }

// piece computes piece i of the output.
func (op *elementwise[T]) piece(i int) {
	op.part(i*pieceSize, min((i+1)*pieceSize, len(op.y)))
}

func (op *elementwise[T]) Do(in ...G.Value) (G.Value, error) {
	for i, v := range in {
		var err error
		if op.x[i], err = values[T](v, len(op.y)); err != nil {
			return nil, err
		}
	}
	parallel.For(pieces(len(op.y), pieceSize), op.body)
	return op.out, nil
}

// pieceSize is how many elements a worker takes at a time: enough to be worth
// handing out, few enough to stay in the cache from one input to the next.
const pieceSize = 1 << 13

// pieces is into how many pieces of the given size n elements are cut.
func pieces(n, size int) int { return (n + size - 1) / size }
