package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// MatMuls are the products of matrices, pair by pair: a is (B, M, K), b is
// (B, K, P), the result (B, M, P). In float64 each number is a sum in the order
// of k.
func MatMuls(a, b *G.Node) (*G.Node, error) {
	if err := wantFloats("MatMuls", a, b); err != nil {
		return nil, err
	}
	as, bs := a.Shape(), b.Shape()
	if len(as) != 3 || len(bs) != 3 || as[0] != bs[0] || as[2] != bs[1] {
		return nil, errors.Errorf("MatMuls: want (B, M, K) and (B, K, P), got %v and %v", as, bs)
	}
	return matMuls(a, b, false)
}

// matMuls multiplies a, or the transposes of its matrices, with b.
func matMuls(a, b *G.Node, transposed bool) (*G.Node, error) {
	if a.Dtype() == tensor.Float32 {
		return matMulsOf[float32](a, b, transposed)
	}
	return matMulsOf[float64](a, b, transposed)
}

func matMulsOf[T float](a, b *G.Node, transposed bool) (*G.Node, error) {
	as, bs := a.Shape(), b.Shape()
	op := &matMulsOp[T]{count: as[0], m: as[1], k: as[2], p: bs[2], transposed: transposed}
	if transposed {
		op.m, op.k = op.k, op.m
	}
	op.result = newResult[T]("MatMuls", G.Nodes{a, b}, op.count, op.m, op.p)
	op.body = op.row
	return G.ApplyOp(op, a, b)
}

type matMulsOp[T float] struct {
	result[T]
	count, m, k, p int
	transposed     bool
	product        product // in float32
	a, b           []T
	body           func(int)
}

var (
	_ G.SDOp = (*matMulsOp[float32])(nil)
	_ Owner  = (*matMulsOp[float32])(nil)
)

func (op *matMulsOp[T]) DiffWRT(n int) []bool { return slices.Repeat([]bool{!op.transposed}, n) }

// SymDiff is g·bᵀ and aᵀ·g.
func (op *matMulsOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	turned, err := turnedMatrices(in[1])
	if err != nil {
		return nil, err
	}
	da, err := matMuls(grad, turned, false)
	if err != nil {
		return nil, err
	}
	db, err := matMuls(in[0], grad, true)
	return G.Nodes{da, db}, err
}

// turnedMatrices transposes matrices (B, K, P).
func turnedMatrices(x *G.Node) (*G.Node, error) {
	s := x.Shape()
	from := make([]int32, 0, s[1]*s[2])
	for j := range s[2] {
		for i := range s[1] {
			from = append(from, int32(i*s[2]+j))
		}
	}
	return Gather(x, s[1]*s[2], from, s[0], s[2], s[1])
}

func (op *matMulsOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.a, op.b, err = operands[T](in, op.count*op.m*op.k, op.count*op.k*op.p); err != nil {
		return nil, err
	}
	y, single := any(op.y).([]float32)
	if !single {
		parallel.For(op.count*op.m, op.body)
		return op.out, nil
	}
	a, b := any(op.a).([]float32), any(op.b).([]float32)
	for i := range op.count {
		left := rowMajor(a[i*op.m*op.k:], op.k)
		if op.transposed {
			left = transposed(a[i*op.m*op.k:], op.m)
		}
		op.product.run(y[i*op.m*op.p:(i+1)*op.m*op.p], left, b[i*op.k*op.p:(i+1)*op.k*op.p], op.m, op.p, op.k, false)
	}
	return op.out, nil
}

// row computes one row of a product.
func (op *matMulsOp[T]) row(r int) {
	i, j := r/op.m, r%op.m
	a, b, y := op.a[i*op.m*op.k:], op.b[i*op.k*op.p:], op.y[r*op.p:(r+1)*op.p]
	row, col := op.k, 1
	if op.transposed {
		row, col = 1, op.m
	}
	clear(y)
	for k := range op.k {
		left := a[j*row+k*col]
		for c := range y {
			y[c] += left * b[k*op.p+c]
		}
	}
}
