package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// partLengths are lengths of parts, as many as are asked for.
func partLengths(rng *rand.Rand, count int) []int {
	parts := make([]int, count)
	for i := range parts {
		parts[i] = 1 + rng.IntN(5)
	}
	return parts
}

// byParts computes the parts by Gemm, and adds them up in levels.
func (p product) byParts(parts []int) []float32 {
	var sums [][]float32
	at := 0
	for _, k := range parts {
		sum := make([]float32, len(p.c))
		Gemm(sum, p.ldc, p.a[at*p.csa:], p.rsa, p.csa, p.b[at*p.ldb:], p.ldb, p.m, p.n, k, false)
		sums = append(sums, sum)
		at += k
	}
	for len(sums) > 1 {
		var next [][]float32
		for i := 0; i < len(sums); i += 2 {
			if i+1 < len(sums) {
				AddTo(sums[i], sums[i+1])
			}
			next = append(next, sums[i])
		}
		sums = next
	}
	c := slices.Clone(p.c)
	for i := range p.m {
		copy(c[i*p.ldc:][:p.n], sums[0][i*p.ldc:])
	}
	return c
}

func (p product) runParts(parts []int) []float32 {
	c := slices.Clone(p.c)
	GemmParts(c, p.ldc, p.a, p.rsa, p.csa, p.b, p.ldb, p.m, p.n, parts)
	return c
}

// The bits are those of the parts' products, added two by two.
func TestGemmParts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(101, 102))
		for m := 1; m <= 26; m++ {
			for n := 1; n <= 68; n++ {
				if m > 13 && n%16 > 1 {
					continue
				}
				parts := partLengths(rng, 1+(m+n)%8)
				if n%5 == 0 { // a batch of 32
					parts = slices.Repeat([]int{4}, MostParts)
				}
				k := 0
				for _, n := range parts {
					k += n
				}
				p := newProduct(rng, m, n, k, (m+n)%4, n%3, m%2 == 0, false)
				if got, want := p.runParts(parts), p.byParts(parts); !sameBits(got, want) {
					t.Fatalf("%v, parts %v: got %v, want %v", p, parts, got, want)
				}
			}
		}
	})
}

func TestGemmPartsSpecialValues(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		p := newProduct(rand.New(rand.NewPCG(103, 104)), 7, 35, 16, 0, 0, true, false)
		p.c[0] = float32(math.NaN()) // overwritten
		p.a[3], p.b[40] = float32(math.Inf(1)), float32(math.NaN())
		p.a[20] = math.SmallestNonzeroFloat32
		parts := []int{4, 4, 4, 4}
		if got, want := p.runParts(parts), p.byParts(parts); !sameBits(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestGemmPartsPanics(t *testing.T) {
	full := make([]float32, 24)
	call := func(c, a, b []float32, parts ...int) func() {
		return func() { GemmParts(c, 4, a, 1, 3, b, 4, 3, 4, parts) }
	}
	wantPanic(t, "f32: GemmParts: C too short", call(full[:11], full, full, 2, 1))
	wantPanic(t, "f32: GemmParts: A too short", call(full, full[:8], full, 2, 1))
	wantPanic(t, "f32: GemmParts: B too short", call(full, full, full[:11], 2, 1))
	wantPanic(t, "f32: GemmParts: empty part", call(full, full, full, 2, 0))
	wantPanic(t, "f32: GemmParts: want 1 to 8 parts", call(full, full, full))
	call(full[:12], full[:9], full[:12], 2, 1)() // as short as allowed
}
