package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Reduction is what a Reduce makes of several numbers.
type Reduction int

// The reductions. Sums are taken in float64. The first of equal numbers is the
// largest and the smallest, and gets the gradient; NaN is both. A place is that
// number of elements from the first along one axis; it has no gradient.
const (
	MeanOf Reduction = iota
	SumOf
	MaxOf
	MinOf
	PlaceOfMax
	LastPlaceOfMax
)

// Reduce makes one number of all along some axes of each sample, counted from 0
// without the batch, in order. The result has the given shape: that of x without
// these axes, or with sides of 1 in their places.
func Reduce(x *G.Node, by Reduction, axes []int, shape ...int) (*G.Node, error) {
	if err := wantFloats("Reduce", x); err != nil {
		return nil, err
	}
	sample := x.Shape()[1:]
	if len(axes) == 0 || axes[0] < 0 || axes[len(axes)-1] >= len(sample) || !slices.IsSorted(axes) {
		return nil, errors.Errorf("Reduce: want axes of %v in order, got %v", sample, axes)
	}
	if by >= PlaceOfMax && len(axes) != 1 {
		return nil, errors.Errorf("Reduce: want one axis for a place, got %v", axes)
	}
	t := newTable(sample, axes)
	if len(t.first)*x.Shape()[0] != tensor.Shape(shape).TotalSize() {
		return nil, errors.Errorf("Reduce: want a result of %d values a sample, got %v", len(t.first), shape)
	}
	if x.Dtype() == tensor.Float32 {
		return reduce[float32](x, by, t, shape)
	}
	return reduce[float64](x, by, t, shape)
}

// table is where the numbers of a sample lie that are reduced: those of result i
// at first[i] + each of behind.
type table struct {
	first, behind []int32
	size          int // of a sample
}

func newTable(sample tensor.Shape, axes []int) table {
	t := table{first: []int32{0}, behind: []int32{0}, size: volume(sample)}
	step := t.size
	for i, n := range sample {
		step /= n
		grown := &t.first
		if slices.Contains(axes, i) {
			grown = &t.behind
		}
		next := make([]int32, 0, len(*grown)*n)
		for _, at := range *grown {
			for j := range n {
				next = append(next, at+int32(j*step))
			}
		}
		*grown = next
	}
	return t
}

func reduce[T float](x *G.Node, by Reduction, t table, shape tensor.Shape) (*G.Node, error) {
	if by >= PlaceOfMax {
		op := &placeOp[T]{reduceBase[T]{result: newResult[T]("ArgMax", G.Nodes{x}, shape...), by: by, table: t}}
		op.body = op.piece
		return G.ApplyOp(op, x)
	}
	op := &reduceOp[T]{reduceBase: reduceBase[T]{result: newResult[T]("Reduce", G.Nodes{x}, shape...), by: by, table: t}}
	op.in = x.Shape().Clone()
	if by == MaxOf || by == MinOf {
		op.origin = newBuffer[int32](x, len(op.y))
		op.origin.hold(&op.from)
	}
	op.body = op.piece
	return G.ApplyOp(op, x)
}

// reduceBase is what reductions have in common.
type reduceBase[T float] struct {
	result[T]
	by    Reduction
	table table
	x     []T
	body  func(int)
}

// each is how many results are a piece.
func (op *reduceBase[T]) each() int { return max(pieceSize/len(op.table.behind), 1) }

func (op *reduceBase[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.x, err = values[T](in[0], len(op.y)/len(op.table.first)*op.table.size); err != nil {
		return nil, err
	}
	parallel.For(pieces(len(op.y), op.each()), op.body)
	return op.out, nil
}

// results calls f with each result of a piece, and what lies from its first
// number on.
func (op *reduceBase[T]) results(piece int, f func(i int, x []T)) {
	n := len(op.table.first)
	for i := piece * op.each(); i < min((piece+1)*op.each(), len(op.y)); i++ {
		f(i, op.x[i/n*op.table.size+int(op.table.first[i%n]):])
	}
}

// best is which of the numbers is the largest or the smallest one: of equal ones
// the first, or the last.
func (op *reduceBase[T]) best(x []T) (k int) {
	best := x[0]
	for j, at := range op.table.behind {
		if v := x[at]; op.by.prefers(float64(v), float64(best)) {
			best, k = v, j
		}
	}
	return k
}

// prefers reports whether v, which lies behind best, is to be taken in its place.
func (r Reduction) prefers(v, best float64) bool {
	switch r {
	case MinOf:
		return secondIsLarger(-best, -v)
	case LastPlaceOfMax:
		return !secondIsLarger(v, best)
	}
	return secondIsLarger(best, v)
}

type reduceOp[T float] struct {
	reduceBase[T]
	in     tensor.Shape
	from   []int32 // the number that each largest or smallest one is
	origin *buffer[int32]
}

var (
	_ G.SDOp = (*reduceOp[float32])(nil)
	_ Owner  = (*reduceOp[float32])(nil)
)

func (op *reduceOp[T]) Buffers() (Buffer, []Buffer) {
	y, _ := op.result.Buffers()
	return y, buffers(op.origin)
}

func (op *reduceOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *reduceOp[T]) SymDiff(_ G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: where it comes from must have been found.
	back := &reduceGradOp[T]{result: newResult[T]("ReduceGrad", G.Nodes{output, grad}, op.in...), op: op}
	if back.origin = op.origin; back.origin != nil {
		back.origin.hold(&back.from)
	}
	back.body = back.piece
	dx, err := G.ApplyOp(back, output, grad)
	return G.Nodes{dx}, err
}

func (op *reduceOp[T]) piece(i int) {
	op.results(i, func(i int, x []T) {
		if op.by == MaxOf || op.by == MinOf {
			k := op.best(x)
			op.y[i], op.from[i] = x[op.table.behind[k]], int32(k)
			return
		}
		sum := 0.0
		for _, at := range op.table.behind {
			sum += float64(x[at])
		}
		if op.by == MeanOf {
			sum /= float64(len(op.table.behind))
		}
		op.y[i] = T(sum)
	})
}

// reduceGradOp gives each number what it has of the gradient.
type reduceGradOp[T float] struct {
	result[T]
	op     *reduceOp[T]
	from   []int32
	origin *buffer[int32]
	g      []T
	body   func(int)
}

var _ Owner = (*reduceGradOp[float32])(nil)

func (op *reduceGradOp[T]) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, buffers(op.origin)
}

func (op *reduceGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.g, err = values[T](in[1], len(op.op.y)); err != nil {
		return nil, err
	}
	parallel.For(pieces(len(op.g), op.op.each()), op.body)
	return op.out, nil
}

func (op *reduceGradOp[T]) piece(piece int) {
	t, each := op.op.table, op.op.each()
	n := len(t.first)
	for i := piece * each; i < min((piece+1)*each, len(op.g)); i++ {
		dx, g := op.y[i/n*t.size+int(t.first[i%n]):], op.g[i]
		switch {
		case op.from != nil:
			g = 0
		case op.op.by == MeanOf:
			g /= T(len(t.behind))
		}
		for _, at := range t.behind {
			dx[at] = g
		}
		if op.from != nil {
			dx[t.behind[op.from[i]]] = op.g[i]
		}
	}
}

// placeOp finds the largest number along an axis.
type placeOp[T float] struct{ reduceBase[T] }

var _ Owner = (*placeOp[float32])(nil)

func (op *placeOp[T]) piece(i int) {
	op.results(i, func(i int, x []T) { op.y[i] = T(op.best(x)) })
}
