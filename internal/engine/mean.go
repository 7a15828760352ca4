package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// MeanImage is the mean over the pixels of each channel of each image, summed
// in float64: (N, C, H, W) gives (N, C).
func MeanImage(x *G.Node) (*G.Node, error) {
	if err := wantFloats("MeanImage", x); err != nil {
		return nil, err
	}
	if x.Dims() != 4 {
		return nil, errors.Errorf("MeanImage: want (N, C, H, W), got %v", x.Shape())
	}
	if x.Dtype() == tensor.Float32 {
		return meanImage[float32](x)
	}
	return meanImage[float64](x)
}

func meanImage[T float](x *G.Node) (*G.Node, error) {
	s := x.Shape()
	op := &meanOp[T]{result: newResult[T]("MeanImage", G.Nodes{x}, s[0], s[1]), in: s, area: s[2] * s[3]}
	op.body = op.plane
	return G.ApplyOp(op, x)
}

type meanOp[T float] struct {
	result[T]
	in   tensor.Shape
	area int
	x    []T
	body func(int)
}

var (
	_ G.SDOp = (*meanOp[float32])(nil)
	_ Owner  = (*meanOp[float32])(nil)
)

func (op *meanOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *meanOp[T]) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &meanGradOp[T]{result: newResult[T]("MeanImageGrad", G.Nodes{grad}, op.in...), area: op.area}
	back.body = back.plane
	dx, err := G.ApplyOp(back, grad)
	return G.Nodes{dx}, err
}

func (op *meanOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], len(op.y)*op.area); err != nil {
		return nil, err
	}
	parallel.For(len(op.y), op.body)
	return op.out, nil
}

// plane takes the mean of plane i: one channel of one image.
func (op *meanOp[T]) plane(i int) {
	op.y[i] = T(total(op.x[i*op.area:(i+1)*op.area]) / float64(op.area))
}

// meanGradOp spreads each gradient evenly over the pixels of its plane.
type meanGradOp[T float] struct {
	result[T]
	area int
	g    []T
	body func(int)
}

var _ Owner = (*meanGradOp[float32])(nil)

func (op *meanGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	planes := len(op.y) / op.area
	var err error
	if op.g, err = values[T](in[0], planes); err != nil {
		return nil, err
	}
	parallel.For(planes, op.body)
	return op.out, nil
}

func (op *meanGradOp[T]) plane(i int) {
	g := T(float64(op.g[i]) / float64(op.area))
	dx := op.y[i*op.area : (i+1)*op.area]
	for j := range dx {
		dx[j] = g
	}
}
