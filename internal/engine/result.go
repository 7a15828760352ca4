package engine

import (
	"slices"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// result is what the ops of either element type have in common: what they take,
// and the tensor that they own.
type result[T float] struct {
	owned
	dims   []int // of the inputs
	out    *tensor.Dense
	y      []T // its values
	buffer *buffer[T]
}

func newResult[T float](name string, in G.Nodes, shape ...int) result[T] {
	r := result[T]{owned: newOwned(name)}
	for _, n := range in {
		r.dims = append(r.dims, n.Dims())
	}
	r.buffer = newTensorBuffer[T](in[0], shape...)
	r.out, r.y = r.buffer.over, r.buffer.values
	return r
}

// newOwnResult is newResult with memory that nothing else ever has.
func newOwnResult[T float](name string, in G.Nodes, shape ...int) result[T] {
	r := newResult[T](name, in, shape...)
	r.out, r.y = newTensor[T](shape...)
	return r
}

// Buffers is that of the result: only now does r lie where it stays.
func (r *result[T]) Buffers() (Buffer, []Buffer) {
	r.buffer.hold(&r.y)
	return r.buffer, nil
}

func (r *result[T]) Arity() int           { return len(r.dims) }
func (r *result[T]) Owned() *tensor.Dense { return r.out }
func (r *result[T]) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return r.out.Shape().Clone(), nil
}

func (r *result[T]) Type() hm.Type {
	var t []hm.Type
	for _, d := range append(slices.Clone(r.dims), r.out.Dims()) {
		t = append(t, tensorOf(d))
	}
	return hm.NewFnType(t...)
}

// all says that an op can be differentiated by each of its n inputs.
func all(n int) []bool { return slices.Repeat([]bool{true}, n) }

// wantFloats refuses what the ops of either element type cannot compute with:
// x must be tensors of float32, or all of float64.
func wantFloats(op string, x ...*G.Node) error {
	if len(x) == 0 {
		return errors.Errorf("%s: want at least one node, got none", op)
	}
	for i, n := range x {
		switch {
		case n == nil:
			return errors.Errorf("%s: want %d nodes, got nil for number %d", op, len(x), i+1)
		case n.Dims() == 0:
			return errors.Errorf("%s: want a tensor, got a scalar", op)
		case n.Dtype() != tensor.Float32 && n.Dtype() != tensor.Float64:
			return errors.Errorf("%s: want float32 or float64, got %v", op, n.Dtype())
		case n.Dtype() != x[0].Dtype():
			return errors.Errorf("%s: want nodes of one type, got %v and %v", op, x[0].Dtype(), n.Dtype())
		}
	}
	return nil
}

// wantAlike refuses nodes of different shapes, besides what wantFloats does.
func wantAlike(op string, x ...*G.Node) error {
	if err := wantFloats(op, x...); err != nil {
		return err
	}
	for i, n := range x {
		if !slices.Equal(n.Shape(), x[0].Shape()) {
			return errors.Errorf("%s: want nodes of one shape, got %v first and %v as number %d", op, x[0].Shape(), n.Shape(), i+1)
		}
	}
	return nil
}

// wantFloat32 refuses anything but tensors of float32.
func wantFloat32(op string, x ...*G.Node) error {
	if err := wantFloats(op, x...); err != nil {
		return err
	}
	if x[0].Dtype() != tensor.Float32 {
		return errors.Errorf("%s: want float32, got %v", op, x[0].Dtype())
	}
	return nil
}
