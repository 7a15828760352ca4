package engine

import (
	"math"

	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Penalty is l1·Σ|w| + l2·Σw², a scalar, of w of any shape. It is summed in
// float64. The gradient of |w| at 0 is 0.
func Penalty(w *G.Node, l1, l2 float64) (*G.Node, error) {
	if err := wantFloats("Penalty", w); err != nil {
		return nil, err
	}
	if w.Dtype() == tensor.Float32 {
		return penalty[float32](w, l1, l2)
	}
	return penalty[float64](w, l1, l2)
}

func penalty[T float](w *G.Node, l1, l2 float64) (*G.Node, error) {
	n := w.Shape().TotalSize()
	op := &penaltyOp[T]{owned: newOwned("Penalty"), dims: w.Dims(), l1: l1, l2: l2, size: n, sums: make([]float64, pieces(n, pieceSize))}
	op.body = op.piece
	return G.ApplyOp(op, w)
}

type penaltyOp[T float] struct {
	owned
	dims, size int
	l1, l2     float64
	w          []T
	sums       []float64 // of each piece
	sum        number
	body       func(int)
}

var _ G.SDOp = (*penaltyOp[float32])(nil)

func (op *penaltyOp[T]) Arity() int           { return 1 }
func (op *penaltyOp[T]) Type() hm.Type        { return hm.NewFnType(tensorOf(op.dims), a) }
func (op *penaltyOp[T]) DiffWRT(n int) []bool { return all(n) }
func (op *penaltyOp[T]) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return tensor.ScalarShape(), nil
}

func (op *penaltyOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &penaltyGradOp[T]{result: newResult[T]("PenaltyGrad", G.Nodes{in[0], grad}, in[0].Shape()...), l1: op.l1, l2: op.l2}
	back.body = back.piece
	dw, err := G.ApplyOp(back, in[0], grad)
	return G.Nodes{dw}, err
}

func (op *penaltyOp[T]) piece(i int) {
	var absolute, squared float64
	for _, v := range op.w[i*pieceSize : min((i+1)*pieceSize, op.size)] {
		absolute += math.Abs(float64(v))
		squared += float64(v) * float64(v)
	}
	op.sums[i] = times(op.l1, absolute) + times(op.l2, squared)
}

func (op *penaltyOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.w, err = values[T](in[0], op.size); err != nil {
		return nil, err
	}
	parallel.For(len(op.sums), op.body)
	var sum float64
	for _, s := range op.sums {
		sum += s
	}
	return op.sum.set(dtype[T](), sum), nil
}

// penaltyGradOp computes (l1·sign(w) + 2·l2·w)·g from w and g.
type penaltyGradOp[T float] struct {
	result[T]
	l1, l2, g float64
	w         []T
	body      func(int)
}

var _ Owner = (*penaltyGradOp[float32])(nil)

// Type: the gradient of a loss is a scalar, no tensor.
func (op *penaltyGradOp[T]) Type() hm.Type {
	w := tensorOf(op.out.Dims())
	return hm.NewFnType(w, a, w)
}

func (op *penaltyGradOp[T]) piece(i int) {
	from, to := i*pieceSize, min((i+1)*pieceSize, len(op.y))
	y := op.y[from:to]
	for j, v := range op.w[from:to] {
		_, sign := Absolute(float64(v))
		y[j] = T((times(op.l1, sign) + 2*op.l2*float64(v)) * op.g)
	}
}

func (op *penaltyGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.w, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	if op.g, err = scalarValue(in[1]); err != nil {
		return nil, err
	}
	parallel.For(pieces(len(op.y), pieceSize), op.body)
	return op.out, nil
}
