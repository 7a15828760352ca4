package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// MaxPool2D is [MaxPool] with the arguments of Gorgonia's, in float32. Four
// numbers of padding (top, bottom, left, right) mean what they say.
func MaxPool2D(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error) {
	if err := wantFloat32("MaxPool2D", x); err != nil {
		return nil, err
	}
	return MaxPool(x, PoolConfig{Kernel: kernel, Pad: pad, Stride: stride})
}

// PoolConfig is the window of a pool. Each pair is height, then width.
type PoolConfig struct {
	Kernel   tensor.Shape
	Pad      []int // nil, (height, width) or (top, bottom, left, right)
	Stride   []int
	Dilation []int // nil means 1
}

// MaxPool keeps the largest value of each window. The first of equal values gets
// the gradient. NaN is larger than any number; padding is smaller.
//
// Input (N, C, H, W); output (N, C, H', W').
func MaxPool(x *G.Node, c PoolConfig) (*G.Node, error) {
	win, err := newWindow(c.Kernel, c.Pad, c.Stride, c.Dilation)
	if err != nil {
		return nil, errors.WithMessage(err, "MaxPool2D")
	}
	if err := wantFloats("MaxPool2D", x); err != nil {
		return nil, err
	}
	xs := x.Shape()
	if len(xs) != 4 {
		return nil, errors.Errorf("MaxPool2D: want (N, C, H, W), got %v", xs)
	}
	if max(win.pad.Top, win.pad.Bottom) > win.dilateH*(win.kh-1) || max(win.pad.Left, win.pad.Right) > win.dilateW*(win.kw-1) {
		return nil, errors.Errorf("MaxPool2D: want padding below the window of %d×%d, got %v", win.kh, win.kw, c.Pad)
	}
	rows, cols, err := win.over(xs[2], xs[3])
	if err != nil {
		return nil, errors.WithMessage(err, "MaxPool2D")
	}
	if x.Dtype() == tensor.Float32 {
		return pooled[float32]("MaxPool2D", x, win, rows, cols, tensor.Shape{xs[0], xs[1], rows, cols})
	}
	return pooled[float64]("MaxPool2D", x, win, rows, cols, tensor.Shape{xs[0], xs[1], rows, cols})
}

// MaxImage is the largest value of each channel of each image, as MaxPool has
// it: (N, C, H, W) gives (N, C).
func MaxImage(x *G.Node) (*G.Node, error) {
	if err := wantFloats("MaxImage", x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 {
		return nil, errors.Errorf("MaxImage: want (N, C, H, W), got %v", s)
	}
	win := window{kh: s[2], kw: s[3], strideH: 1, strideW: 1, dilateH: 1, dilateW: 1}
	if x.Dtype() == tensor.Float32 {
		return pooled[float32]("MaxImage", x, win, 1, 1, s[:2].Clone())
	}
	return pooled[float64]("MaxImage", x, win, 1, 1, s[:2].Clone())
}

// pooled is a pool of rows×cols windows a plane, under the given shape.
func pooled[T float](name string, x *G.Node, win window, rows, cols int, shape tensor.Shape) (*G.Node, error) {
	xs := x.Shape().Clone()
	op := &poolOp[T]{
		result: newResult[T](name, G.Nodes{x}, shape...), window: win,
		in: xs, planes: xs[0] * xs[1], imH: xs[2], imW: xs[3], rows: rows, cols: cols,
	}
	op.places = newBuffer[int32](x, len(op.y))
	op.places.hold(&op.from)
	op.body = op.plane
	return G.ApplyOp(op, x)
}

type poolOp[T float] struct {
	result[T]
	window
	planes, imH, imW int
	rows, cols       int // of the output
	in               tensor.Shape

	x      []T
	from   []int32 // the pixel of the plane that each output comes from
	places *buffer[int32]
	body   func(int)
}

func (op *poolOp[T]) Buffers() (Buffer, []Buffer) {
	y, _ := op.result.Buffers()
	return y, []Buffer{op.places}
}

var (
	_ G.SDOp = (*poolOp[float32])(nil)
	_ Owner  = (*poolOp[float32])(nil)
)

func (op *poolOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *poolOp[T]) SymDiff(_ G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the places it comes from must have been found.
	from := G.Nodes{output, grad}
	back := &poolGradOp[T]{result: newResult[T](op.name+"Grad", from, op.in...), pool: op}
	back.body = back.plane
	dx, err := G.ApplyOp(back, from...)
	return G.Nodes{dx}, err
}

func (op *poolOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], op.planes*op.imH*op.imW); err != nil {
		return nil, err
	}
	parallel.For(op.planes, op.body)
	return op.out, nil
}

// plane pools plane n: one channel of one image.
func (op *poolOp[T]) plane(n int) {
	area, size := op.imH*op.imW, op.rows*op.cols
	y, from, x := op.y[n*size:(n+1)*size], op.from[n*size:(n+1)*size], op.x[n*area:(n+1)*area]
	for i := range y {
		top, left := i/op.cols*op.strideH-op.pad.Top, i%op.cols*op.strideW-op.pad.Left
		bottom, right := min(top+op.dilateH*(op.kh-1)+1, op.imH), min(left+op.dilateW*(op.kw-1)+1, op.imW)
		best, at := T(math.Inf(-1)), int32(-1)
		for row := inside(top, op.dilateH); row < bottom; row += op.dilateH {
			for col := inside(left, op.dilateW); col < right; col += op.dilateW {
				if v := x[row*op.imW+col]; v > best || at < 0 || v != v {
					best, at = v, int32(row*op.imW+col)
				}
			}
		}
		y[i], from[i] = best, at
	}
}

// inside is the first of start, start+step, … that is not negative.
func inside(start, step int) int {
	if start >= 0 {
		return start
	}
	return start + (step-1-start)/step*step
}

// poolGradOp hands each output's gradient to the pixel that it comes from.
type poolGradOp[T float] struct {
	result[T]
	pool *poolOp[T]
	g    []T
	body func(int)
}

var _ Owner = (*poolGradOp[float32])(nil)

func (op *poolGradOp[T]) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, []Buffer{op.pool.places}
}

func (op *poolGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = values[T](in[1], len(op.pool.y)); err != nil {
		return nil, err
	}
	parallel.For(op.pool.planes, op.body)
	return op.out, nil
}

func (op *poolGradOp[T]) plane(n int) {
	area, size := op.pool.imH*op.pool.imW, op.pool.rows*op.pool.cols
	dx := op.y[n*area : (n+1)*area]
	clear(dx)
	for j, at := range op.pool.from[n*size : (n+1)*size] {
		if at >= 0 { // else the window holds padding alone
			dx[at] += op.g[n*size+j]
		}
	}
}
