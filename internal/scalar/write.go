package scalar

import "math"

// FromFloat32s is the bytes of x as Float32.
func FromFloat32s(x []float32) []byte {
	b := make([]byte, 4*len(x))
	for i, v := range x {
		le.PutUint32(b[4*i:], math.Float32bits(v))
	}
	return b
}

// FromFloat64s is the bytes of x as Float64.
func FromFloat64s(x []float64) []byte {
	b := make([]byte, 8*len(x))
	for i, v := range x {
		le.PutUint64(b[8*i:], math.Float64bits(v))
	}
	return b
}

// FromInt64s is the bytes of x as Int64.
func FromInt64s(x []int64) []byte {
	b := make([]byte, 8*len(x))
	for i, v := range x {
		le.PutUint64(b[8*i:], uint64(v))
	}
	return b
}
