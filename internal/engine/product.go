package engine

import (
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// Product multiplies nodes of one shape, element by element, from left to
// right. The product of one node is that node. A node may be given more than
// once. Its gradient by one of them is the product of the others and of the
// gradient of the product, which holds where an element is 0 too.
func Product(x ...*G.Node) (*G.Node, error) {
	if err := wantAlike("Product", x...); err != nil || len(x) == 1 {
		return first(x), err
	}
	if x[0].Dtype() == tensor.Float32 {
		return multiplied[float32](x)
	}
	return multiplied[float64](x)
}

func multiplied[T float](x G.Nodes) (*G.Node, error) {
	op := &productOp[T]{newElementwise[T]("Product", x)}
	op.compute(op.multiply)
	return G.ApplyOp(op, x...)
}

type productOp[T float] struct{ elementwise[T] }

var (
	_ G.SDOp = (*productOp[float32])(nil)
	_ Owner  = (*productOp[float32])(nil)
)

func (op *productOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *productOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	grads := make(G.Nodes, len(in))
	for i := range in {
		var err error
		if grads[i], err = multiplied[T](append(slices.Delete(slices.Clone(in), i, i+1), grad)); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *productOp[T]) multiply(from, to int) {
	y := op.y[from:to]
	copy(y, op.x[0][from:to])
	for _, x := range op.x[1:] {
		multiply(y, x[from:to])
	}
}

// multiply is y *= x.
func multiply[T float](y, x []T) {
	if y, ok := any(y).([]float32); ok {
		f32.Multiply(y, y, any(x).([]float32))
		return
	}
	for i, v := range x {
		y[i] *= v
	}
}
