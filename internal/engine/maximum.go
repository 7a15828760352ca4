package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Maximum is the largest of nodes of one shape, element by element. The first
// of equal ones gets the gradient. NaN is larger than any number. The maximum
// of one node is that node. A node may be given more than once.
func Maximum(x ...*G.Node) (*G.Node, error) {
	if err := wantAlike("Maximum", x...); err != nil || len(x) == 1 {
		return first(x), err
	}
	if x[0].Dtype() == tensor.Float32 {
		return largest[float32](x)
	}
	return largest[float64](x)
}

func largest[T float](x G.Nodes) (*G.Node, error) {
	op := &maximumOp[T]{elementwise: newElementwise[T]("Maximum", x)}
	op.origin = newBuffer[int32](x[0], len(op.y))
	op.origin.hold(&op.from)
	op.compute(op.choose)
	return G.ApplyOp(op, x...)
}

type maximumOp[T float] struct {
	elementwise[T]
	from   []int32 // the input that each element comes from
	origin *buffer[int32]
}

func (op *maximumOp[T]) Buffers() (Buffer, []Buffer) {
	y, _ := op.result.Buffers()
	return y, []Buffer{op.origin}
}

var (
	_ G.SDOp = (*maximumOp[float32])(nil)
	_ Owner  = (*maximumOp[float32])(nil)
)

func (op *maximumOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *maximumOp[T]) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	grads := make(G.Nodes, len(in))
	for i := range in {
		// The output is an input too: where it comes from must have been found.
		back := &maximumGradOp[T]{elementwise: newElementwise[T]("MaximumGrad", G.Nodes{output, grad}), origin: op.origin, of: int32(i)}
		back.origin.hold(&back.from)
		back.compute(back.choose)
		var err error
		if grads[i], err = G.ApplyOp(back, output, grad); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *maximumOp[T]) choose(from, to int) {
	y, at := op.y[from:to], op.from[from:to]
	copy(y, op.x[0][from:to])
	clear(at)
	for k, x := range op.x[1:] {
		for i, v := range x[from:to] {
			if best := y[i]; v > best || v != v && best == best {
				y[i], at[i] = v, int32(k+1)
			}
		}
	}
}

// maximumGradOp hands one input what it has of the gradient.
type maximumGradOp[T float] struct {
	elementwise[T]
	from   []int32
	origin *buffer[int32]
	of     int32 // the input's number
}

var _ Owner = (*maximumGradOp[float32])(nil)

func (op *maximumGradOp[T]) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, []Buffer{op.origin}
}

func (op *maximumGradOp[T]) choose(from, to int) {
	g, dx := op.x[1][from:to], op.y[from:to]
	for i, at := range op.from[from:to] {
		dx[i] = 0
		if at == op.of {
			dx[i] = g[i]
		}
	}
}
