package scalar

import (
	"encoding/binary"
	"math"

	"github.com/pkg/errors"
)

var le = binary.LittleEndian

// Float32s is the numbers of type t in data. Integers and Float64 are rounded to
// the nearest, ties to even, once; Float16, BFloat16 and Float32 are exact, NaN
// and infinities among them; true is 1.
//
// It is an error when t is no type, data holds a part of a number, a Bool is
// neither 0 nor 1, or a finite Float64 rounds to an infinity. Such an error
// counts numbers from 0.
func Float32s(t Type, data []byte) ([]float32, error) { return floats[float32](t, data) }

// CopyFloat32s is Float32s into out, which has room for just as many.
func CopyFloat32s(out []float32, t Type, data []byte) error { return fill(out, t, data) }

// Float64s is Float32s in float64, which rounds integers beyond 2⁵³ only.
func Float64s(t Type, data []byte) ([]float64, error) { return floats[float64](t, data) }

// Int64s is the numbers of an integer type or Bool, exactly. It is an error when
// t is neither, data holds a part of a number, a Bool is neither 0 nor 1, or a
// Uint64 is beyond an int64.
func Int64s(t Type, data []byte) ([]int64, error) {
	n, err := count(t, data)
	if err != nil {
		return nil, err
	}
	out := make([]int64, n)
	switch t {
	case Float16, BFloat16, Float32, Float64:
		return nil, errors.Errorf("want integers, got %v", t)
	case Uint64:
		for i := range out {
			u := le.Uint64(data[8*i:])
			if u > math.MaxInt64 {
				return nil, errors.Errorf("value %d: want one that an int64 holds, got %d", i, u)
			}
			out[i] = int64(u)
		}
		return out, nil
	}
	if err := integers(t, data, n, func(i int, v int64) { out[i] = v }); err != nil {
		return nil, err
	}
	return out, nil
}

func floats[T float32 | float64](t Type, data []byte) ([]T, error) {
	n, err := count(t, data)
	if err != nil {
		return nil, err
	}
	out := make([]T, n)
	if err := fill(out, t, data); err != nil {
		return nil, err
	}
	return out, nil
}

// fill fills out with the numbers in data.
func fill[T float32 | float64](out []T, t Type, data []byte) error {
	n, err := count(t, data)
	if err != nil {
		return err
	}
	if n != len(out) {
		return errors.Errorf("want %d numbers, got %d", len(out), n)
	}
	switch t {
	case Float16:
		for i := range out {
			out[i] = T(FromFloat16(le.Uint16(data[2*i:])))
		}
	case BFloat16:
		for i := range out {
			out[i] = T(FromBFloat16(le.Uint16(data[2*i:])))
		}
	case Float32:
		for i := range out {
			out[i] = T(math.Float32frombits(le.Uint32(data[4*i:])))
		}
	case Float64:
		return narrow(out, data)
	case Uint64:
		for i := range out {
			out[i] = T(le.Uint64(data[8*i:]))
		}
	default:
		// Not by way of float64: that would round an int64 twice.
		return integers(t, data, n, func(i int, v int64) { out[i] = T(v) })
	}
	return nil
}

// narrow fills out with the Float64 in data.
func narrow[T float32 | float64](out []T, data []byte) error {
	for i := range out {
		v := math.Float64frombits(le.Uint64(data[8*i:]))
		out[i] = T(v)
		if math.IsInf(float64(out[i]), 0) && !math.IsInf(v, 0) {
			return errors.Errorf("value %d: want one that a float32 holds, got %g", i, v)
		}
	}
	return nil
}

// integers gives yield the n numbers in data of a type that an int64 holds.
func integers(t Type, data []byte, n int, yield func(i int, v int64)) error {
	for i := range n {
		if t == Bool && data[i] > 1 {
			return errors.Errorf("value %d: want a bool of 0 or 1, got %d", i, data[i])
		}
		yield(i, Int64At(t, data, i))
	}
	return nil
}
