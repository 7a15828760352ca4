package npy

import (
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

// An Array is row-major (C order) and little-endian, whatever its file was.
type Array struct {
	Shape []int       // none is a single number; a dimension may be 0
	Dtype scalar.Type // any but scalar.BFloat16, which NumPy does not have
	Data  []byte
}

// Float32s is the values: integers and float64 rounded to the nearest, ties to
// even, the rest exact, NaN and infinities among them. It is an error when Data
// are not of Shape and Dtype, when a finite float64 is beyond float32, and when a
// bool is neither 0 nor 1.
func (a *Array) Float32s() ([]float32, error) { return values(a, scalar.Float32s) }

// Float64s is Float32s in float64: only integers beyond 2⁵³ are rounded.
func (a *Array) Float64s() ([]float64, error) { return values(a, scalar.Float64s) }

// Int64s is the values of integers or bools, exactly; another Dtype, and a uint64
// beyond an int64, is an error.
func (a *Array) Int64s() ([]int64, error) { return values(a, scalar.Int64s) }

func values[T any](a *Array, read func(scalar.Type, []byte) ([]T, error)) ([]T, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	x, err := read(a.Dtype, a.Data)
	return x, errors.WithMessagef(err, "array of %v", a.Dtype)
}

// check reports what is wrong with an array.
func (a *Array) check() error {
	if a.Dtype == scalar.BFloat16 || a.Dtype.Size() == 0 {
		return wrong("want a type that NumPy has, got %v", a.Dtype)
	}
	want, err := size(a.Shape, a.Dtype)
	if err == nil && len(a.Data) != want {
		err = wrong("want %d bytes of data for %s of %v, got %d", want, brief(a.Shape), a.Dtype, len(a.Data))
	}
	return err
}

// size is that of an array's data, in bytes.
func size(shape []int, t scalar.Type) (int, error) {
	if len(shape) > maxDims {
		return 0, wrong("want at most %d dimensions, got %d", maxDims, len(shape))
	}
	n, ok := scalar.Elements(append([]int{t.Size()}, shape...))
	if !ok {
		return 0, wrong("want a shape whose size fits into an int, got %s of %v", brief(shape), t)
	}
	return n, nil
}

// maxDims bounds the dimensions of an array, as NumPy 2 does.
const maxDims = 64

// FromFloat32s is an array of a copy of x. Whether shape is x's is checked when it
// is read or written.
func FromFloat32s(shape []int, x []float32) *Array {
	return &Array{Shape: slices.Clone(shape), Dtype: scalar.Float32, Data: scalar.FromFloat32s(x)}
}

// FromFloat64s is FromFloat32s for float64.
func FromFloat64s(shape []int, x []float64) *Array {
	return &Array{Shape: slices.Clone(shape), Dtype: scalar.Float64, Data: scalar.FromFloat64s(x)}
}

// FromInt64s is FromFloat32s for int64.
func FromInt64s(shape []int, x []int64) *Array {
	return &Array{Shape: slices.Clone(shape), Dtype: scalar.Int64, Data: scalar.FromInt64s(x)}
}

// FromUint8s is FromFloat32s for uint8.
func FromUint8s(shape []int, x []uint8) *Array {
	return &Array{Shape: slices.Clone(shape), Dtype: scalar.Uint8, Data: slices.Clone(x)}
}
