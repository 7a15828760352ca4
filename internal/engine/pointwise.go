package engine

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// Pointwise applies a curve to each value of x, of any shape. The gradient is the
// curve's slope times that of y. In float32 both are as near as [f32.Apply] and
// [f32.Grad] say.
func Pointwise(x *G.Node, c f32.Curve) (*G.Node, error) {
	if err := wantFloats(c.Name, x); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return pointwise[float32](x, c)
	}
	return pointwise[float64](x, c)
}

func pointwise[T float](x *G.Node, c f32.Curve) (*G.Node, error) {
	op := &pointwiseOp[T]{newElementwise[T](c.Name, G.Nodes{x}), c}
	op.compute(op.apply)
	return G.ApplyOp(op, x)
}

type pointwiseOp[T float] struct {
	elementwise[T]
	curve f32.Curve
}

var (
	_ G.SDOp = (*pointwiseOp[float32])(nil)
	_ Owner  = (*pointwiseOp[float32])(nil)
)

func (op *pointwiseOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *pointwiseOp[T]) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	back := &pointwiseGradOp[T]{elementwise: newElementwise[T](op.curve.Name+"Grad", G.Nodes{in[0], grad}), curve: op.curve}
	from := in[0]
	if back.tied = op.tied(); back.tied {
		from = output
	}
	back.compute(back.apply)
	dx, err := G.ApplyOp(back, from, grad)
	return G.Nodes{dx}, err
}

// tied says whether the gradient is made from what the curve has made: in generic Go
// an exponential costs more than all that a value goes through.
func (op *pointwiseOp[T]) tied() bool {
	_, single := any(op.y).([]float32)
	return single && op.curve.Tied() && f32.Current() == f32.Generic
}

func (op *pointwiseOp[T]) apply(from, to int) {
	x, y := op.x[0][from:to], op.y[from:to]
	if y, ok := any(y).([]float32); ok {
		f32.Apply(op.curve, y, any(x).([]float32))
		return
	}
	for i, v := range x {
		y[i] = T(op.curve.At(float64(v)))
	}
}

// pointwiseGradOp computes the gradient by x from x and the gradient of y.
type pointwiseGradOp[T float] struct {
	elementwise[T]
	curve f32.Curve
	tied  bool // there is y in place of x
}

var _ Owner = (*pointwiseGradOp[float32])(nil)

func (op *pointwiseGradOp[T]) apply(from, to int) {
	x, g, dx := op.x[0][from:to], op.x[1][from:to], op.y[from:to]
	if dx, ok := any(dx).([]float32); ok {
		grad := f32.Grad
		if op.tied {
			grad = f32.TiedGrad
		}
		grad(op.curve, dx, any(g).([]float32), any(x).([]float32))
		return
	}
	for i, v := range x {
		dx[i] = T(op.curve.Slope(float64(v)) * float64(g[i]))
	}
}
