package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// Rectify is ReLU and, with a slope, leaky ReLU:
//
//	y = x where x > 0, else slope·x
//
// for x of any shape. NaN stays NaN. -Inf gives 0 where the slope is 0. The
// gradient is that of y where x > 0, else slope times that, at 0 too.
func Rectify(x *G.Node, slope float64) (*G.Node, error) {
	if err := wantFloats("Rectify", x); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return rectified[float32](x, slope)
	}
	return rectified[float64](x, slope)
}

func rectified[T float](x *G.Node, slope float64) (*G.Node, error) {
	if s := float64(T(slope)); math.IsNaN(s) || math.IsInf(s, 0) {
		return nil, errors.Errorf("Rectify: want a finite slope in %v, got %v", dtype[T](), slope)
	}
	op := &rectifyOp[T]{newElementwise[T]("Rectify", G.Nodes{x}), T(slope)}
	op.compute(op.cut)
	return G.ApplyOp(op, x)
}

type rectifyOp[T float] struct {
	elementwise[T]
	slope T
}

var (
	_ G.SDOp = (*rectifyOp[float32])(nil)
	_ Owner  = (*rectifyOp[float32])(nil)
)

func (op *rectifyOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *rectifyOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &rectifyGradOp[T]{newElementwise[T]("RectifyGrad", G.Nodes{in[0], grad}), op.slope}
	back.compute(back.cut)
	dx, err := G.ApplyOp(back, in[0], grad)
	return G.Nodes{dx}, err
}

func (op *rectifyOp[T]) cut(from, to int) {
	x, y, slope := op.x[0][from:to], op.y[from:to], op.slope
	if y, ok := any(y).([]float32); ok {
		rectify(y, any(x).([]float32), float32(slope))
		return
	}
	for i, v := range x {
		switch {
		case v > 0 || v != v:
			y[i] = v
		case slope == 0: // times which -Inf would be NaN
			y[i] = 0
		default:
			y[i] = slope * v
		}
	}
}

// rectifyGradOp computes the gradient by x from x and the gradient of y.
type rectifyGradOp[T float] struct {
	elementwise[T]
	slope T
}

var _ Owner = (*rectifyGradOp[float32])(nil)

func (op *rectifyGradOp[T]) cut(from, to int) {
	x, g, dx, slope := op.x[0][from:to], op.x[1][from:to], op.y[from:to], op.slope
	if dx, ok := any(dx).([]float32); ok {
		unrectify(dx, any(g).([]float32), any(x).([]float32), float32(slope))
		return
	}
	for i, v := range x {
		switch {
		case v > 0:
			dx[i] = g[i]
		case slope == 0:
			dx[i] = 0
		default:
			dx[i] = slope * g[i]
		}
	}
}

// rectify is y = x where x > 0, else slope·x.
func rectify(y, x []float32, slope float32) {
	if slope != 0 {
		f32.Apply(f32.Leaky(float64(slope)), y, x)
		return
	}
	copy(y, x)
	f32.Rectify(y)
}

// unrectify is dx = g where x > 0, else slope·g.
func unrectify(dx, g, x []float32, slope float32) {
	if slope != 0 {
		f32.Grad(f32.Leaky(float64(slope)), dx, g, x)
		return
	}
	f32.Unrectify(dx, g, x)
}
