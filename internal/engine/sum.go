package engine

import (
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// Sum adds up nodes of one shape, element by element, from left to right:
// ((x[0] + x[1]) + x[2]) + … The sum of one node is that node. A node may be
// given more than once.
func Sum(x ...*G.Node) (*G.Node, error) {
	if err := wantAlike("Sum", x...); err != nil || len(x) == 1 {
		return first(x), err
	}
	if x[0].Dtype() == tensor.Float32 {
		return sum[float32](x)
	}
	return sum[float64](x)
}

// first is the first node of x, if there is one.
func first(x G.Nodes) *G.Node {
	if len(x) == 0 {
		return nil
	}
	return x[0]
}

func sum[T float](x G.Nodes) (*G.Node, error) {
	op := &sumOp[T]{newElementwise[T]("Sum", x)}
	op.compute(op.add)
	return G.ApplyOp(op, x...)
}

type sumOp[T float] struct{ elementwise[T] }

var (
	_ G.SDOp = (*sumOp[float32])(nil)
	_ Owner  = (*sumOp[float32])(nil)
)

func (op *sumOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *sumOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	return slices.Repeat(G.Nodes{grad}, len(in)), nil
}

func (op *sumOp[T]) add(from, to int) {
	y := op.y[from:to]
	copy(y, op.x[0][from:to])
	for _, x := range op.x[1:] {
		addTo(y, x[from:to])
	}
}

// scale is y = p·x.
func scale[T float](y, x []T, p T) {
	if y, ok := any(y).([]float32); ok {
		f32.Scale(y, any(x).([]float32), float32(p))
		return
	}
	for i, v := range x {
		y[i] = p * v
	}
}

// addTo is y += x.
func addTo[T float](y, x []T) {
	if y, ok := any(y).([]float32); ok {
		f32.AddTo(y, any(x).([]float32))
		return
	}
	for i, v := range x {
		y[i] += v
	}
}
