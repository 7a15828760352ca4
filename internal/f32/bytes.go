package f32

import "unsafe"

// Bytes is the memory of x, as it lies: in the processor's byte order.
func Bytes[T float32 | float64](x []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(zero)))
}
