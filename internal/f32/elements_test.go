package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// special fills x with normally distributed floats, and among them NaN,
// infinities, zeros of both signs and denormals.
func special(rng *rand.Rand, x []float32) {
	values := []float32{
		float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)),
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-130, -0x1p-130, math.MaxFloat32, -math.MaxFloat32,
	}
	for i := range x {
		if x[i] = float32(rng.NormFloat64()); rng.IntN(2) == 0 {
			x[i] = values[rng.IntN(len(values))]
		}
	}
}

// surrounded returns special values with a guard around them, as guarded does.
func surrounded(t *testing.T, rng *rand.Rand, n, offset int) (x []float32, check func(what any)) {
	x, check = guarded[float32](t, n, offset, 7)
	special(rng, x)
	return x, check
}

// wantSame compares two slices bit by bit, but for what a NaN holds.
func wantSame(t *testing.T, what any, got, want []float32) {
	t.Helper()
	for i, v := range want {
		if !same(got[i:i+1], want[i:i+1]) {
			t.Fatalf("%v: %v at %d of %d, want %v", what, got[i], i, len(want), v)
		}
	}
}

func TestRectify(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(61, 62))
		for n := range 150 {
			y, check := surrounded(t, rng, n, n%5)
			want := slices.Clone(y)
			for i, v := range want {
				if v < 0 {
					want[i] = 0
				}
			}
			Rectify(y)
			wantSame(t, n, y, want)
			check(n)
		}
	})
}

func TestUnrectify(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(63, 64))
		for n := range 150 {
			dst, check := surrounded(t, rng, n, n%5)
			g, checkG := surrounded(t, rng, n, n%3)
			y, checkY := surrounded(t, rng, n, n%7)
			want, before := make([]float32, n), slices.Clone(g)
			for i, v := range y {
				if v > 0 {
					want[i] = g[i]
				}
			}
			Unrectify(dst, g, y)
			wantSame(t, n, dst, want)
			wantSame(t, n, g, before)
			Unrectify(g, g, y)
			wantSame(t, fmt.Sprint(n, " in place"), g, want)
			for _, check := range []func(any){check, checkG, checkY} {
				check(n)
			}
		}
	})
}

func TestAddTo(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(65, 66))
		for n := range 150 {
			y, check := surrounded(t, rng, n, n%5)
			x, checkX := surrounded(t, rng, n, n%3)
			want := slices.Clone(y)
			for i, v := range x {
				want[i] += v
			}
			AddTo(y, x)
			wantSame(t, n, y, want)
			check(n)
			checkX(n)
		}
	})
}

func TestDrop(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(67, 68))
		for n := range 150 {
			y, checkY := surrounded(t, rng, n, n%5)
			x, checkX := surrounded(t, rng, n, n%3)
			words, want := make([]uint32, n), make([]float32, n)
			threshold := []uint32{0, 1, 1 << 31, 3 << 30, 1<<32 - 1}[n%5]
			for i := range words {
				if words[i] = rng.Uint32(); i%4 == 0 {
					words[i] = threshold - uint32(i/4%2)
				}
				if words[i] >= threshold {
					want[i] = 1.25 * x[i]
				}
			}
			Drop(y, x, words, threshold, 1.25)
			wantSame(t, n, y, want)
			Drop(x, x, words, threshold, 1.25)
			wantSame(t, fmt.Sprint(n, " in place"), x, want)
			checkX(n)
			checkY(n)
		}
	})
}

func TestElementsPanic(t *testing.T) {
	x := make([]float32, 4)
	wantPanic(t, "f32: Unrectify: lengths differ", func() { Unrectify(x, x[:3], x) })
	wantPanic(t, "f32: Unrectify: lengths differ", func() { Unrectify(x, x, x[:3]) })
	wantPanic(t, "f32: AddTo: lengths differ", func() { AddTo(x, x[:3]) })
	wantPanic(t, "f32: Drop: lengths differ", func() { Drop(x, x[:3], make([]uint32, 4), 1, 1) })
	wantPanic(t, "f32: AddColumns: want whole rows", func() { AddColumns(x[:3], x) })
	wantPanic(t, "f32: AddColumns: want whole rows", func() { AddColumns(nil, x) })
}

func wantPanic(t *testing.T, want string, f func()) {
	t.Helper()
	defer func() {
		if got := recover(); got != want {
			t.Errorf("panicked with %v, want %q", got, want)
		}
	}()
	f()
}
