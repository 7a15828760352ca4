package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guarded returns a slice of n values that begins offset values after a
// multiple of 16 in an allocation, and a function that fails the test where
// values around the slice, or beyond capacity, were written.
func guarded[T float32 | float64 | int32 | uint8](t *testing.T, n, offset int, value T) (s []T, check func(what any)) {
	begin := 64 + offset
	all := make([]T, begin+n+64)
	for i := range all {
		all[i] = value
	}
	return all[begin : begin+n : begin+n], func(what any) {
		t.Helper()
		for i, v := range all {
			if (i < begin || i >= begin+n) && v != value {
				t.Fatalf("%v: wrote %v at %d of %d", what, v, i-begin, n)
			}
		}
	}
}

// integers returns n integers from -limit to limit, so small that all sums of
// their products are exact: every order of summing gives the same bits, and
// there are ties.
func integers(rng *rand.Rand, n, limit, offset int) []float32 {
	x := make([]float32, offset+n)[offset:]
	for i := range x {
		x[i] = float32(rng.IntN(2*limit+1) - limit)
	}
	return x
}

// places returns n random places of the largest value, dead ones among them.
func places(rng *rand.Rand, n int) []uint8 {
	arg := make([]uint8, n)
	for i := range arg {
		arg[i] = uint8(rng.IntN(Dead + 1))
	}
	return arg
}

// same reports whether a and b are equal, a NaN and a NaN included.
func same(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool {
		return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
	})
}

// image is the shape of an image in these tests.
type image struct{ c, h, w, fp int }

func (m image) cells() int {
	rows, cols := Cells(m.h, m.w)
	return rows * cols
}

func images() []image {
	var ms []image
	for _, fp := range []int{16, 32, 48, 64, 80} {
		for c := 1; c <= 4; c++ {
			for _, size := range [][2]int{{4, 4}, {5, 5}, {4, 7}, {9, 4}, {6, 11}, {13, 13}, {17, 16}} {
				ms = append(ms, image{c, size[0], size[1], fp})
			}
		}
	}
	return append(ms, image{1, 28, 28, 64}, image{8, 5, 6, 112}, image{1, 3, 9, 16})
}

// multiples are 0, step, 2·step and so on.
func multiples(n, step int) []int32 {
	x := make([]int32, n)
	for i := range x {
		x[i] = int32(i * step)
	}
	return x
}
