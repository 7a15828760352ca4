package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Concat lays nodes side by side along axis 1: (N, C0, …), (N, C1, …) and so on
// give (N, C0+C1+…, …), in the order given. What it makes of one node is that
// node. A node may be given more than once.
func Concat(x ...*G.Node) (*G.Node, error) {
	if err := wantFloats("Concat", x...); err != nil {
		return nil, err
	}
	for i, n := range x {
		if s := n.Shape(); len(s) < 2 || !slices.Equal(s, withAxis1(x[0].Shape(), s[1])) {
			return nil, errors.Errorf("Concat: want shapes (N, C, …) that differ in axis 1 alone, got %v first and %v as number %d", x[0].Shape(), s, i+1)
		}
	}
	if len(x) == 1 {
		return x[0], nil
	}
	if x[0].Dtype() == tensor.Float32 {
		return sideBySide[float32](x)
	}
	return sideBySide[float64](x)
}

// withAxis1 is shape with so many along axis 1.
func withAxis1(shape tensor.Shape, n int) tensor.Shape {
	if len(shape) > 1 {
		shape[1] = n
	}
	return shape
}

func sideBySide[T float](x G.Nodes) (*G.Node, error) {
	total := 0
	for _, n := range x {
		total += n.Shape()[1]
	}
	shape := withAxis1(x[0].Shape(), total)
	op := &concatOp[T]{result: newResult[T]("Concat", x, shape...), n: shape[0], x: make([][]T, len(x))}
	op.body = op.sample
	return G.ApplyOp(op, x...)
}

type concatOp[T float] struct {
	result[T]
	n    int
	x    [][]T // the inputs of the run under way
	body func(int)
}

var (
	_ G.SDOp = (*concatOp[float32])(nil)
	_ Owner  = (*concatOp[float32])(nil)
)

func (op *concatOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *concatOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	grads := make(G.Nodes, len(in))
	at := 0
	for i, x := range in {
		back := &sliceOp[T]{result: newResult[T]("ConcatGrad", G.Nodes{grad}, x.Shape()...), n: op.n, at: at, row: len(op.y) / op.n}
		back.body = back.sample
		at += len(back.y) / op.n
		var err error
		if grads[i], err = G.ApplyOp(back, grad); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *concatOp[T]) Do(in ...G.Value) (G.Value, error) {
	for i, v := range in {
		var err error
		if op.x[i], err = values[T](v, v.Shape().TotalSize()); err != nil {
			return nil, err
		}
	}
	parallel.For(op.n, op.body)
	return op.out, nil
}

// sample copies what the inputs have of sample i.
func (op *concatOp[T]) sample(i int) {
	row := len(op.y) / op.n
	to := op.y[i*row : (i+1)*row]
	for _, x := range op.x {
		part := len(x) / op.n
		to = to[copy(to, x[i*part:(i+1)*part]):]
	}
}

// sliceOp cuts one input's share out of the gradient.
type sliceOp[T float] struct {
	result[T]
	n, at, row int // samples; where in a sample's values the share begins, and how many they are
	g          []T
	body       func(int)
}

var _ Owner = (*sliceOp[float32])(nil)

func (op *sliceOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = values[T](in[0], op.n*op.row); err != nil {
		return nil, err
	}
	parallel.For(op.n, op.body)
	return op.out, nil
}

func (op *sliceOp[T]) sample(i int) {
	part := len(op.y) / op.n
	copy(op.y[i*part:(i+1)*part], op.g[i*op.row+op.at:])
}
