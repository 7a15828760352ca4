package onnx

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

// DataType is the type of a tensor's elements, with the format's numbers
// (TensorProto.DataType).
type DataType int

// The types of elements that a Tensor can have.
const (
	Float32  DataType = 1
	Uint8    DataType = 2
	Int8     DataType = 3
	Uint16   DataType = 4
	Int16    DataType = 5
	Int32    DataType = 6
	Int64    DataType = 7
	Bool     DataType = 9
	Float16  DataType = 10
	Float64  DataType = 11
	Uint32   DataType = 12
	Uint64   DataType = 13
	BFloat16 DataType = 16
)

// dataTypes has the format's names of its types, and as what a Tensor has their
// elements; none for types that it cannot have.
var dataTypes = [...]struct {
	name string
	as   scalar.Type
}{
	0: {"undefined", 0}, Float32: {"float", scalar.Float32}, Uint8: {"uint8", scalar.Uint8}, Int8: {"int8", scalar.Int8},
	Uint16: {"uint16", scalar.Uint16}, Int16: {"int16", scalar.Int16}, Int32: {"int32", scalar.Int32}, Int64: {"int64", scalar.Int64},
	8: {"string", 0}, Bool: {"bool", scalar.Bool}, Float16: {"float16", scalar.Float16}, Float64: {"double", scalar.Float64},
	Uint32: {"uint32", scalar.Uint32}, Uint64: {"uint64", scalar.Uint64},
	14: {"complex64", 0}, 15: {"complex128", 0}, BFloat16: {"bfloat16", scalar.BFloat16},
	17: {"float8e4m3fn", 0}, 18: {"float8e4m3fnuz", 0}, 19: {"float8e5m2", 0}, 20: {"float8e5m2fnuz", 0},
	21: {"uint4", 0}, 22: {"int4", 0}, 23: {"float4e2m1", 0}, 24: {"float8e8m0", 0}, 25: {"uint2", 0}, 26: {"int2", 0},
	27: {"float6e2m3", 0}, 28: {"float6e3m2", 0},
}

// as is the type of the elements' bytes, none for a type that a Tensor cannot have.
func (t DataType) as() scalar.Type {
	if t < 0 || int(t) >= len(dataTypes) {
		return 0
	}
	return dataTypes[t].as
}

// Size is the number of bytes of an element, 0 for a type that a Tensor cannot have.
func (t DataType) Size() int { return t.as().Size() }

// IsFloat reports whether t is a floating-point type.
func (t DataType) IsFloat() bool {
	return t == Float32 || t == Float64 || t == Float16 || t == BFloat16
}

// String is the format's name of the type, in lower case.
func (t DataType) String() string {
	if t < 0 || int(t) >= len(dataTypes) {
		return fmt.Sprintf("type %d", int(t))
	}
	return dataTypes[t].name
}

// Tensor is a constant.
type Tensor struct {
	Type DataType
	Dims []int  // none for a scalar
	Raw  []byte // the elements, row-major, little-endian; a bool is a byte
}

// Floats returns a Float32 tensor of these elements.
func Floats(dims []int, elements []float32) *Tensor {
	return &Tensor{Float32, dims, scalar.FromFloat32s(elements)}
}

// Ints returns an Int64 tensor of these elements.
func Ints(dims []int, elements []int64) *Tensor {
	return &Tensor{Int64, dims, scalar.FromInt64s(elements)}
}

// Vector returns an Int64 tensor of one dimension.
func Vector(v ...int) *Tensor { return Ints([]int{len(v)}, wide(v)) }

// Len is the number of elements.
func (t *Tensor) Len() int { return product(t.Dims) }

func product(sizes []int) int {
	n := 1
	for _, s := range sizes {
		n *= s
	}
	return n
}

// String is as in "float (64, 3, 7, 7)".
func (t *Tensor) String() string { return fmt.Sprint(t.Type, " ", FixedShape(t.Dims...)) }

// check is an error if the elements are not those of the type and the dimensions.
func (t *Tensor) check() error {
	n, err := elements(t.Dims)
	if err != nil {
		return err
	}
	size := t.Type.Size()
	if size == 0 {
		return errors.Errorf("elements of type %v are not supported", t.Type)
	}
	if n > math.MaxInt/size || n*size != len(t.Raw) {
		return errors.Errorf("want %d elements of %d bytes for %v, got %d bytes", n, size, t, len(t.Raw))
	}
	return nil
}

// elements is the product of sizes, an error if one is negative or it does not fit.
func elements(dims []int) (int, error) {
	if slices.ContainsFunc(dims, func(d int) bool { return d < 0 }) {
		return 0, errors.Errorf("want sizes of at least 0, got %v", FixedShape(dims...))
	}
	n, ok := scalar.Elements(dims)
	if !ok {
		return 0, errors.Errorf("too many elements: %v", FixedShape(dims...))
	}
	return n, nil
}

// Float32s returns the elements of a tensor of a floating-point type; those of
// Float64 are rounded.
func (t *Tensor) Float32s() ([]float32, error) {
	if !t.Type.IsFloat() {
		return nil, errors.Errorf("want a tensor of numbers of floating point, got %v", t)
	}
	f := make([]float32, t.Len())
	return f, t.CopyFloat32s(f)
}

// CopyFloat32s is Float32s into f, which has room for all of them.
func (t *Tensor) CopyFloat32s(f []float32) error {
	if !t.Type.IsFloat() || len(f) != t.Len() {
		return errors.Errorf("want a tensor of %d numbers of floating point, got %v", len(f), t)
	}
	if t.Type != Float64 {
		return scalar.CopyFloat32s(f, t.Type.as(), t.Raw)
	}
	for i := range f {
		f[i] = float32(t.float(i)) // what is too large is infinite
	}
	return nil
}

// Int64s returns the elements of a tensor of integers or of truth values, which are
// 0 and 1. It is an error if one does not fit.
func (t *Tensor) Int64s() ([]int64, error) {
	if t.Type.IsFloat() {
		return nil, errors.Errorf("want a tensor of integers, got %v", t)
	}
	n := make([]int64, t.Len())
	for i := range n {
		n[i] = t.int(i)
		if t.Type == Uint64 && n[i] < 0 {
			return nil, errors.Errorf("%v: element %d is too large: %d", t, i, uint64(n[i]))
		}
	}
	return n, nil
}

// float is element i of a floating-point type.
func (t *Tensor) float(i int) float64 { return scalar.Float64At(t.Type.as(), t.Raw, i) }

// int is element i of another type; those of Uint64 wrap around.
func (t *Tensor) int(i int) int64 { return scalar.Int64At(t.Type.as(), t.Raw, i) }

// appendFloat appends an element of a floating-point type.
func appendFloat(raw []byte, t DataType, f float64) []byte {
	return scalar.AppendFloat64(raw, t.as(), f)
}

// appendInt appends an element of another type, of its lowest bits.
func appendInt(raw []byte, t DataType, n int64) []byte {
	return scalar.AppendInt64(raw, t.as(), n)
}

// shapeText writes sizes as a file gives them.
func shapeText(dims []Size) string {
	names := make([]string, len(dims))
	for i, d := range dims {
		names[i] = d.String()
	}
	return "(" + strings.Join(names, ", ") + ")"
}
