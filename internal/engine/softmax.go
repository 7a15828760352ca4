package engine

import (
	"math"

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
	if err := wantFloats("SoftMax", x); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return softMax[float32](x)
	}
	return softMax[float64](x)
}

func softMax[T float](x *G.Node) (*G.Node, error) {
	op := &softmaxOp[T]{result: newResult[T]("SoftMax", G.Nodes{x}, x.Shape()...), wholeRows: rowsOf(x.Shape())}
	op.body = op.piece
	return G.ApplyOp(op, x)
}

// IsSoftMax reports whether n is a SoftMax.
func IsSoftMax(n *G.Node) bool {
	_, ok := n.Op().(interface{ isSoftMax() })
	return ok
}

// wholeRows are n values in rows of k.
type wholeRows struct{ n, k int }

func rowsOf(s tensor.Shape) wholeRows { return wholeRows{s.TotalSize(), s[len(s)-1]} }

// each is how many values of whole rows are computed at a time.
func (r wholeRows) each() int { return max(pieceSize/max(r.k, 1), 1) * r.k }

// pieces is how many times that is.
func (r wholeRows) pieces() int {
	if r.n == 0 {
		return 0
	}
	return pieces(r.n, r.each())
}

// piece is where the rows of piece i begin and end.
func (r wholeRows) piece(i int) (from, to int) { return i * r.each(), min((i+1)*r.each(), r.n) }

type softmaxOp[T float] struct {
	result[T]
	wholeRows
	x    []T // of the run under way
	body func(int)
}

var (
	_ G.SDOp = (*softmaxOp[float32])(nil)
	_ Owner  = (*softmaxOp[float32])(nil)
)

func (op *softmaxOp[T]) isSoftMax()           {}
func (op *softmaxOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *softmaxOp[T]) SymDiff(_ G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	from := G.Nodes{output, grad}
	back := &softmaxGradOp[T]{result: newResult[T]("SoftMaxGrad", from, output.Shape()...), wholeRows: op.wholeRows}
	back.body = back.piece
	dx, err := G.ApplyOp(back, from...)
	return G.Nodes{dx}, err
}

func (op *softmaxOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], op.n); err != nil {
		return nil, err
	}
	parallel.For(op.pieces(), op.body)
	return op.out, nil
}

func (op *softmaxOp[T]) piece(i int) {
	from, to := op.wholeRows.piece(i)
	softmax(op.y[from:to], op.x[from:to], op.k)
}

// softmax writes the softmax of each row of k values of x to y.
func softmax[T float](y, x []T, k int) {
	for i := 0; i < len(x); i += k {
		softmaxRow(y[i:i+k], x[i:i+k])
	}
}

func softmaxRow[T float](y, x []T) {
	if len(x) < longRow {
		softmaxShort(y, x)
		return
	}
	top, sum := column[T]{x, 1, len(x)}.logSumExp()
	if y, ok := any(y).([]float32); ok {
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
type softmaxGradOp[T float] struct {
	result[T]
	wholeRows
	made, g []T // of the run under way
	body    func(int)
}

var _ Owner = (*softmaxGradOp[float32])(nil)

func (op *softmaxGradOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.made, op.g, err = operands[T](in, op.n, op.n); err != nil {
		return nil, err
	}
	parallel.For(op.pieces(), op.body)
	return op.out, nil
}

func (op *softmaxGradOp[T]) piece(i int) {
	from, to := op.wholeRows.piece(i)
	softmaxGrad(op.y[from:to], op.made[from:to], op.g[from:to], op.k)
}

func softmaxGrad[T float](dx, y, g []T, k int) {
	for i := 0; i < len(y); i += k {
		var dot float64
		for j := i; j < i+k; j++ {
			dot += float64(g[j]) * float64(y[j])
		}
		for j := i; j < i+k; j++ {
			dx[j] = T(float64(y[j]) * (float64(g[j]) - dot))
		}
	}
}
