package engine

import (
	"math"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// MaxPool2D keeps the largest value of each window, with the arguments of
// Gorgonia's, except that pad may be nil and that four numbers
// (top, bottom, left, right) mean what they say. The first of equal values gets
// the gradient. NaN is larger than any number; padding is smaller.
//
// x is (N, C, H, W) in float32; the output is (N, C, H', W').
func MaxPool2D(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error) {
	win, err := newWindow(kernel, pad, stride, nil)
	if err != nil {
		return nil, errors.WithMessage(err, "MaxPool2D")
	}
	if err := wantFloat32("MaxPool2D", x); err != nil {
		return nil, err
	}
	xs := x.Shape()
	if len(xs) != 4 || x.Dtype() != tensor.Float32 {
		return nil, errors.Errorf("MaxPool2D: want (N, C, H, W) in float32, got %v in %v", xs, x.Dtype())
	}
	if max(win.pad.Top, win.pad.Bottom) >= win.kh || max(win.pad.Left, win.pad.Right) >= win.kw {
		return nil, errors.Errorf("MaxPool2D: want padding below the window of %d×%d, got %v", win.kh, win.kw, pad)
	}
	op := &poolOp{owned: newOwned("MaxPool2D"), window: win, planes: xs[0] * xs[1], imH: xs[2], imW: xs[3]}
	if op.rows, op.cols, err = win.over(op.imH, op.imW); err != nil {
		return nil, errors.WithMessage(err, "MaxPool2D")
	}
	op.in = xs.Clone()
	op.out, op.y = newDense(xs[0], xs[1], op.rows, op.cols)
	op.from = make([]int32, len(op.y))
	op.body = op.plane
	return G.ApplyOp(op, x)
}

type poolOp struct {
	owned
	window
	planes, imH, imW int
	rows, cols       int // of the output
	in               tensor.Shape

	out  *tensor.Dense
	y, x []float32
	from []int32 // the pixel of the plane that each output comes from
	body func(int)
}

var (
	_ G.SDOp = (*poolOp)(nil)
	_ Owner  = (*poolOp)(nil)
)

func (op *poolOp) Arity() int                                     { return 1 }
func (op *poolOp) Type() hm.Type                                  { return hm.NewFnType(tensorOf(4), tensorOf(4)) }
func (op *poolOp) DiffWRT(int) []bool                             { return []bool{true} }
func (op *poolOp) Owned() *tensor.Dense                           { return op.out }
func (op *poolOp) InferShape(...G.DimSizer) (tensor.Shape, error) { return op.out.Shape().Clone(), nil }

func (op *poolOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	back := &poolGradOp{owned: newOwned("MaxPool2DGrad"), pool: op}
	back.out, back.dx = newDense(op.in...)
	back.body = back.plane
	// The output is an input too: the places it comes from must have been found.
	dx, err := G.ApplyOp(back, output, grad)
	return G.Nodes{dx}, err
}

func (op *poolOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = floats(in[0], op.planes*op.imH*op.imW); err != nil {
		return nil, err
	}
	parallel.For(op.planes, op.body)
	return op.out, nil
}

// plane pools plane n: one channel of one image.
func (op *poolOp) plane(n int) {
	area, size := op.imH*op.imW, op.rows*op.cols
	y, from, x := op.y[n*size:(n+1)*size], op.from[n*size:(n+1)*size], op.x[n*area:(n+1)*area]
	for i := range y {
		top, left := i/op.cols*op.strideH-op.pad.Top, i%op.cols*op.strideW-op.pad.Left
		best, at := float32(math.Inf(-1)), int32(-1)
		for row := max(top, 0); row < min(top+op.kh, op.imH); row++ {
			for col := max(left, 0); col < min(left+op.kw, op.imW); col++ {
				if v := x[row*op.imW+col]; v > best || at < 0 || v != v {
					best, at = v, int32(row*op.imW+col)
				}
			}
		}
		y[i], from[i] = best, at
	}
}

// poolGradOp hands each output's gradient to the pixel that it comes from.
type poolGradOp struct {
	owned
	pool   *poolOp
	out    *tensor.Dense
	dx, gy []float32
	body   func(int)
}

var _ Owner = (*poolGradOp)(nil)

func (op *poolGradOp) Arity() int                                     { return 2 }
func (op *poolGradOp) Type() hm.Type                                  { return hm.NewFnType(tensorOf(4), tensorOf(4), tensorOf(4)) }
func (op *poolGradOp) Owned() *tensor.Dense                           { return op.out }
func (op *poolGradOp) InferShape(...G.DimSizer) (tensor.Shape, error) { return op.pool.in.Clone(), nil }

func (op *poolGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.gy, err = floats(in[1], len(op.pool.y)); err != nil {
		return nil, err
	}
	parallel.For(op.pool.planes, op.body)
	return op.out, nil
}

func (op *poolGradOp) plane(n int) {
	area, size := op.pool.imH*op.pool.imW, op.pool.rows*op.pool.cols
	dx := op.dx[n*area : (n+1)*area]
	clear(dx)
	for j, at := range op.pool.from[n*size : (n+1)*size] {
		dx[at] += op.gy[n*size+j]
	}
}
