package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Pointwise applies a curve to each value of x, of any shape: it is computed in
// float64 and rounded. The gradient is the curve's slope times that of y.
func Pointwise(x *G.Node, c Curve) (*G.Node, error) {
	if err := wantFloats(c.Name, x); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return pointwise[float32](x, c)
	}
	return pointwise[float64](x, c)
}

func pointwise[T float](x *G.Node, c Curve) (*G.Node, error) {
	op := &pointwiseOp[T]{newElementwise[T](c.Name, G.Nodes{x}), c}
	op.compute(op.apply)
	return G.ApplyOp(op, x)
}

type pointwiseOp[T float] struct {
	elementwise[T]
	curve Curve
}

var (
	_ G.SDOp = (*pointwiseOp[float32])(nil)
	_ Owner  = (*pointwiseOp[float32])(nil)
)

func (op *pointwiseOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *pointwiseOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &pointwiseGradOp[T]{newElementwise[T](op.curve.Name+"Grad", G.Nodes{in[0], grad}), op.curve}
	back.compute(back.apply)
	dx, err := G.ApplyOp(back, in[0], grad)
	return G.Nodes{dx}, err
}

func (op *pointwiseOp[T]) apply(from, to int) {
	y := op.y[from:to]
	for i, v := range op.x[0][from:to] {
		y[i] = T(op.curve.At(float64(v)))
	}
}

// pointwiseGradOp computes the gradient by x from x and the gradient of y.
type pointwiseGradOp[T float] struct {
	elementwise[T]
	curve Curve
}

var _ Owner = (*pointwiseGradOp[float32])(nil)

func (op *pointwiseGradOp[T]) apply(from, to int) {
	g, dx := op.x[1][from:to], op.y[from:to]
	for i, v := range op.x[0][from:to] {
		dx[i] = T(op.curve.Slope(float64(v)) * float64(g[i]))
	}
}
