package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// ScalePlanes multiplies each plane of x by a number of its own: x is
// (N, C, H, W), by is (N, C, 1, 1).
func ScalePlanes(x, by *G.Node) (*G.Node, error) {
	if err := wantFloats("ScalePlanes", x, by); err != nil {
		return nil, err
	}
	if s := x.Shape(); len(s) != 4 || !slices.Equal(by.Shape(), tensor.Shape{s[0], s[1], 1, 1}) {
		return nil, errors.Errorf("ScalePlanes: want (N, C, H, W) and (N, C, 1, 1), got %v and %v", s, by.Shape())
	}
	if x.Dtype() == tensor.Float32 {
		return scaled[float32](x, by)
	}
	return scaled[float64](x, by)
}

func scaled[T float](x, by *G.Node) (*G.Node, error) {
	op := &scaleOp[T]{result: newResult[T]("ScalePlanes", G.Nodes{x, by}, x.Shape()...), planes: by.Shape().TotalSize()}
	op.body = op.plane
	return G.ApplyOp(op, x, by)
}

type scaleOp[T float] struct {
	result[T]
	planes int
	x, by  []T
	body   func(int)
}

var (
	_ G.SDOp = (*scaleOp[float32])(nil)
	_ Owner  = (*scaleOp[float32])(nil)
)

func (op *scaleOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *scaleOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	dx, err := scaled[T](grad, in[1])
	if err != nil {
		return nil, err
	}
	back := &scaleGradOp[T]{result: newResult[T]("ScalePlanesGrad", G.Nodes{in[0], grad}, in[1].Shape()...), area: len(op.y) / op.planes}
	back.body = back.plane
	by, err := G.ApplyOp(back, in[0], grad)
	return G.Nodes{dx, by}, err
}

func (op *scaleOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, op.by, err = operands[T](in, len(op.y), op.planes); err != nil {
		return nil, err
	}
	parallel.For(op.planes, op.body)
	return op.out, nil
}

func (op *scaleOp[T]) plane(n int) {
	area := len(op.y) / op.planes
	y, by := op.y[n*area:(n+1)*area], op.by[n]
	for i, v := range op.x[n*area : (n+1)*area] {
		y[i] = v * by
	}
}

// scaleGradOp is the gradient by the numbers: that of each is Σ x·g over its
// plane, taken in float64.
type scaleGradOp[T float] struct {
	result[T]
	area int
	x, g []T
	body func(int)
}

var _ Owner = (*scaleGradOp[float32])(nil)

func (op *scaleGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, op.g, err = operands[T](in, len(op.y)*op.area, len(op.y)*op.area); err != nil {
		return nil, err
	}
	parallel.For(len(op.y), op.body)
	return op.out, nil
}

func (op *scaleGradOp[T]) plane(n int) {
	sum, g := 0.0, op.g[n*op.area:(n+1)*op.area]
	for i, v := range op.x[n*op.area : (n+1)*op.area] {
		sum += float64(v) * float64(g[i])
	}
	op.y[n] = T(sum)
}
