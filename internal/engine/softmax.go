package engine

import (
	"fmt"
	"hash"
	"math"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// SoftMax turns each row of x, along its last dimension, into probabilities:
//
//	y[k] = exp(x[k] - max x) / Σ exp(x[j] - max x)
//
// x has at least one dimension; y has its shape. The maximum is the row's own,
// so that no finite x overflows.
func SoftMax(x *G.Node) (*G.Node, error) {
	if x == nil {
		return nil, errors.New("SoftMax: want a node, got nil")
	}
	if x.Dims() < 1 {
		return nil, errors.Errorf("SoftMax: want a tensor, got a scalar")
	}
	return G.ApplyOp(softmaxOp{dims: x.Dims()}, x)
}

// IsSoftMax reports whether n is a SoftMax.
func IsSoftMax(n *G.Node) bool {
	_, ok := n.Op().(softmaxOp)
	return ok
}

type softmaxOp struct {
	pure
	dims int
}

var _ G.SDOp = softmaxOp{}

func (op softmaxOp) Arity() int            { return 1 }
func (op softmaxOp) Type() hm.Type         { return hm.NewFnType(tensorOf(op.dims), tensorOf(op.dims)) }
func (op softmaxOp) String() string        { return fmt.Sprintf("engine.SoftMax%d", op.dims) }
func (op softmaxOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op softmaxOp) Hashcode() uint32      { return hashcode(op) }
func (op softmaxOp) DiffWRT(int) []bool    { return []bool{true} }

func (op softmaxOp) InferShape(ds ...G.DimSizer) (tensor.Shape, error) { return shapeOf(ds[0]) }

func (op softmaxOp) SymDiff(_ G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	d, err := G.ApplyOp(softmaxGradOp(op), output, grad)
	return G.Nodes{d}, err
}

func (op softmaxOp) Do(in ...G.Value) (G.Value, error) {
	x, err := dense(in[0])
	if err != nil {
		return nil, err
	}
	y := like(x, x.Shape())
	k := x.Shape()[x.Dims()-1]
	switch d := x.Data().(type) {
	case []float32:
		softmax(y.Data().([]float32), d, k)
	case []float64:
		softmax(y.Data().([]float64), d, k)
	default:
		return nil, errors.Errorf("SoftMax: want float32 or float64, got %v", x.Dtype())
	}
	return y, nil
}

// softmax writes the softmax of each row of k values of x to y, on all cores.
func softmax[T float](y, x []T, k int) {
	eachRows(len(x), k, func(from, to int) {
		for i := from; i < to; i += k {
			softmaxRow(y[i:i+k], x[i:i+k])
		}
	})
}

// eachRows calls f with stretches of whole rows of k of n values, on all cores.
func eachRows(n, k int, f func(from, to int)) {
	if k == 0 {
		return
	}
	size := max(pieceSize/k, 1) * k
	parallel.For(pieces(n, size), func(i int) { f(i*size, min((i+1)*size, n)) })
}

func softmaxRow[T float](y, x []T) {
	if len(x) < longRow {
		softmaxShort(y, x)
		return
	}
	top, sum := column[T]{x, 1, len(x)}.logSumExp()
	if y, ok := any(y).([]float32); ok && len(y) >= longRow {
		f32.Exp(y, any(x).([]float32), float32(top))
		f32.Scale(y, y, float32(1/sum))
		return
	}
	for j, v := range x {
		y[j] = T(math.Exp(float64(v)-top) / sum)
	}
}

// softmaxShort takes each exponential once.
func softmaxShort[T float](y, x []T) {
	var exps [longRow]float64
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, float64(v))
	}
	for j, v := range x {
		exps[j] = math.Exp(float64(v) - top)
		sum += exps[j]
	}
	for j := range y {
		y[j] = T(exps[j] / sum)
	}
}

// longRow is from how many values on a kernel of f32 is worth its call: a row of
// ten classes is not.
const longRow = 32

// softmaxGradOp computes the gradient of SoftMax from its output y and the
// gradient g of y:
//
//	dx[k] = y[k]·(g[k] - Σ g[j]·y[j])
type softmaxGradOp struct {
	pure
	dims int
}

func (op softmaxGradOp) Arity() int { return 2 }
func (op softmaxGradOp) Type() hm.Type {
	t := tensorOf(op.dims)
	return hm.NewFnType(t, t, t)
}

func (op softmaxGradOp) String() string        { return fmt.Sprintf("engine.SoftMax%dGrad", op.dims) }
func (op softmaxGradOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op softmaxGradOp) Hashcode() uint32      { return hashcode(op) }

func (op softmaxGradOp) InferShape(ds ...G.DimSizer) (tensor.Shape, error) { return shapeOf(ds[0]) }

func (op softmaxGradOp) Do(in ...G.Value) (G.Value, error) {
	y, err := dense(in[0])
	if err != nil {
		return nil, err
	}
	g, err := dense(in[1])
	if err != nil {
		return nil, err
	}
	dx := like(y, y.Shape())
	k := y.Shape()[y.Dims()-1]
	switch d := y.Data().(type) {
	case []float32:
		softmaxGrad(dx.Data().([]float32), d, g.Data().([]float32), k)
	case []float64:
		softmaxGrad(dx.Data().([]float64), d, g.Data().([]float64), k)
	default:
		return nil, errors.Errorf("SoftMax: want float32 or float64, got %v", y.Dtype())
	}
	return dx, nil
}

func softmaxGrad[T float](dx, y, g []T, k int) {
	eachRows(len(y), k, func(from, to int) {
		for i := from; i < to; i += k {
			var dot float64
			for j := i; j < i+k; j++ {
				dot += float64(g[j]) * float64(y[j])
			}
			for j := i; j < i+k; j++ {
				dx[j] = T(float64(y[j]) * (float64(g[j]) - dot))
			}
		}
	})
}
