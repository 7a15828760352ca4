// Package scalar reads numbers of the types that model files hold off their
// bytes, little-endian, one number after the other, and writes such bytes:
//
//	x, err := scalar.Float32s(scalar.Float16, data)
//	…
//	data = scalar.FromFloat32s(x)
//
// It is what readers of safetensors, NumPy and ONNX files share.
package scalar

import (
	"math"
	"math/bits"

	"github.com/pkg/errors"
)

// A Type is a type of numbers. The zero Type is none.
type Type uint8

// The types, of IEEE 754 those of floating point.
const (
	_        Type = iota
	Bool          // a byte that is 0 or 1
	Uint8         //
	Int8          // two's complement, as Int16 to Int64 are
	Uint16        //
	Int16         //
	Float16       // 5 bits of exponent, 10 of fraction: binary16
	BFloat16      // 8 bits of exponent, 7 of fraction: the upper half of a Float32
	Uint32        //
	Int32         //
	Float32       // binary32
	Uint64        //
	Int64         //
	Float64       // binary64
	last     = Float64
)

var names = [last + 1]string{
	"no type", "bool", "uint8", "int8", "uint16", "int16", "float16", "bfloat16",
	"uint32", "int32", "float32", "uint64", "int64", "float64",
}

// String is NumPy's name of the type, such as float32.
func (t Type) String() string {
	if t > last {
		t = 0
	}
	return names[t]
}

// Size is that of one number, in bytes; 0 of what is no type.
func (t Type) Size() int {
	switch t {
	case Bool, Uint8, Int8:
		return 1
	case Uint16, Int16, Float16, BFloat16:
		return 2
	case Uint32, Int32, Float32:
		return 4
	case Uint64, Int64, Float64:
		return 8
	}
	return 0
}

// Elements is the number of elements of an array of the given shape: the product
// of its dimensions, 1 where there are none. It is false when a dimension is
// negative, or when the dimensions other than 0 have a product beyond an int,
// whatever their order.
func Elements(shape []int) (int, bool) {
	n, zero := uint64(1), false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			zero = true
			continue
		}
		over, product := bits.Mul64(n, uint64(d))
		if over != 0 || product > math.MaxInt {
			return 0, false
		}
		n = product
	}
	if zero {
		return 0, true
	}
	return int(n), true
}

// count is the number of numbers of type t in b.
func count(t Type, b []byte) (int, error) {
	size := t.Size()
	if size == 0 {
		return 0, errors.Errorf("want a type of numbers, got %v", t)
	}
	if len(b)%size != 0 {
		return 0, errors.Errorf("want whole numbers of %d bytes, as %v is, got %d bytes", size, t, len(b))
	}
	return len(b) / size, nil
}
