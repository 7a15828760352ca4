package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/pkg/errors"
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

// dataTypes has the format's names of its types, and the bytes an element takes; 0 for
// types that a Tensor cannot have.
var dataTypes = map[DataType]struct {
	name string
	size int
}{
	0: {"undefined", 0}, Float32: {"float", 4}, Uint8: {"uint8", 1}, Int8: {"int8", 1}, Uint16: {"uint16", 2},
	Int16: {"int16", 2}, Int32: {"int32", 4}, Int64: {"int64", 8}, 8: {"string", 0}, Bool: {"bool", 1},
	Float16: {"float16", 2}, Float64: {"double", 8}, Uint32: {"uint32", 4}, Uint64: {"uint64", 8},
	14: {"complex64", 0}, 15: {"complex128", 0}, BFloat16: {"bfloat16", 2},
	17: {"float8e4m3fn", 0}, 18: {"float8e4m3fnuz", 0}, 19: {"float8e5m2", 0}, 20: {"float8e5m2fnuz", 0},
	21: {"uint4", 0}, 22: {"int4", 0}, 23: {"float4e2m1", 0}, 24: {"float8e8m0", 0}, 25: {"uint2", 0}, 26: {"int2", 0},
	27: {"float6e2m3", 0}, 28: {"float6e3m2", 0},
}

// Size is the number of bytes of an element, 0 for a type that a Tensor cannot have.
func (t DataType) Size() int { return dataTypes[t].size }

// IsFloat reports whether t is a floating-point type.
func (t DataType) IsFloat() bool {
	return t == Float32 || t == Float64 || t == Float16 || t == BFloat16
}

// String is the format's name of the type, in lower case.
func (t DataType) String() string {
	if d, ok := dataTypes[t]; ok {
		return d.name
	}
	return fmt.Sprintf("type %d", int(t))
}

// Tensor is a constant.
type Tensor struct {
	Type DataType
	Dims []int  // none for a scalar
	Raw  []byte // the elements, row-major, little-endian; a bool is a byte
}

// Floats returns a Float32 tensor of these elements.
func Floats(dims []int, elements []float32) *Tensor {
	raw := make([]byte, 0, 4*len(elements))
	for _, f := range elements {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	return &Tensor{Float32, dims, raw}
}

// Ints returns an Int64 tensor of these elements.
func Ints(dims []int, elements []int64) *Tensor {
	raw := make([]byte, 0, 8*len(elements))
	for _, n := range elements {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(n))
	}
	return &Tensor{Int64, dims, raw}
}

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
	n, zero := 1, false
	for _, d := range dims {
		switch {
		case d < 0:
			return 0, errors.Errorf("want sizes of at least 0, got %v", FixedShape(dims...))
		case d == 0:
			zero = true
		case n > math.MaxInt/d:
			return 0, errors.Errorf("too many elements: %v", FixedShape(dims...))
		default:
			n *= d
		}
	}
	if zero {
		return 0, nil
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
	if t.Type == Float32 {
		for i := range f {
			f[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Raw[4*i:]))
		}
		return nil
	}
	for i := range f {
		f[i] = float32(t.float(i))
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
func (t *Tensor) float(i int) float64 {
	switch t.Type {
	case Float16:
		return fromHalf(binary.LittleEndian.Uint16(t.Raw[2*i:]))
	case BFloat16:
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(t.Raw[2*i:])) << 16))
	case Float64:
		return math.Float64frombits(binary.LittleEndian.Uint64(t.Raw[8*i:]))
	}
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(t.Raw[4*i:])))
}

// int is element i of another type; those of Uint64 wrap around.
func (t *Tensor) int(i int) int64 {
	switch t.Type {
	case Uint8:
		return int64(t.Raw[i])
	case Bool:
		if t.Raw[i] != 0 {
			return 1
		}
		return 0
	case Int8:
		return int64(int8(t.Raw[i]))
	case Uint16:
		return int64(binary.LittleEndian.Uint16(t.Raw[2*i:]))
	case Int16:
		return int64(int16(binary.LittleEndian.Uint16(t.Raw[2*i:])))
	case Int32:
		return int64(int32(binary.LittleEndian.Uint32(t.Raw[4*i:])))
	case Uint32:
		return int64(binary.LittleEndian.Uint32(t.Raw[4*i:]))
	}
	return int64(binary.LittleEndian.Uint64(t.Raw[8*i:]))
}

// appendFloat appends an element of a floating-point type, rounded to nearest, ties to
// even.
func appendFloat(raw []byte, t DataType, f float64) []byte {
	switch t {
	case Float16:
		return binary.LittleEndian.AppendUint16(raw, toHalf(f))
	case BFloat16:
		return binary.LittleEndian.AppendUint16(raw, toBrain(f))
	case Float64:
		return binary.LittleEndian.AppendUint64(raw, math.Float64bits(f))
	}
	return binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(f)))
}

// appendInt appends an element of another type, of its lowest bits.
func appendInt(raw []byte, t DataType, n int64) []byte {
	switch t.Size() {
	case 1:
		if t == Bool && n != 0 {
			n = 1
		}
		return append(raw, byte(n))
	case 2:
		return binary.LittleEndian.AppendUint16(raw, uint16(n))
	case 4:
		return binary.LittleEndian.AppendUint32(raw, uint32(n))
	}
	return binary.LittleEndian.AppendUint64(raw, uint64(n))
}

// fromHalf is the value of an IEEE 754 binary16.
func fromHalf(h uint16) float64 {
	sign := 1.0
	if h&0x8000 != 0 {
		sign = -1
	}
	exponent, fraction := int(h>>10&0x1f), float64(h&0x3ff)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 0x1f:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// toHalf rounds to binary16.
func toHalf(f float64) uint16 {
	var sign uint16
	if math.Signbit(f) {
		sign, f = 0x8000, -f
	}
	switch {
	case math.IsNaN(f):
		return sign | 0x7e00
	case f >= 65520: // half way from the largest, 65504, to the next that there would be
		return sign | 0x7c00
	case f < 0x1p-14:
		return sign | uint16(math.RoundToEven(math.Ldexp(f, 24)))
	}
	fraction, exponent := math.Frexp(f) // in [1/2, 1)
	// The leading one that binary16 does not store adds one to the exponent, and so
	// does rounding up to the next power.
	return sign | (uint16(exponent+13)<<10 + uint16(math.RoundToEven(math.Ldexp(fraction, 11))))
}

// toBrain rounds to bfloat16, a float32 without its last 16 bits.
func toBrain(f float64) uint16 {
	bits := math.Float32bits(float32(f))
	if math.IsNaN(f) {
		return uint16(bits>>16) | 0x40
	}
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}

// shapeText writes sizes as a file gives them.
func shapeText(dims []Size) string {
	names := make([]string, len(dims))
	for i, d := range dims {
		names[i] = d.String()
	}
	return "(" + strings.Join(names, ", ") + ")"
}
