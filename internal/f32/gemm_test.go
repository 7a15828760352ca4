package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// eachLevel runs a test with every level of this processor.
func eachLevel(t *testing.T, test func(t *testing.T)) {
	for _, level := range Levels() {
		t.Run(level.String(), func(t *testing.T) {
			defer Use(Use(level))
			test(t)
		})
	}
}

// random returns n normally distributed floats that begin offset floats into an
// allocation.
func random(rng *rand.Rand, n, offset int) []float32 {
	x := make([]float32, offset+n)[offset:]
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// sameBits reports whether two slices hold the same bits.
func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(a, b float32) bool {
		return math.Float32bits(a) == math.Float32bits(b)
	})
}

// product is a call of Gemm.
type product struct {
	m, n, k            int
	ldc, rsa, csa, ldb int
	add                bool
	c, a, b            []float32
}

func (p product) String() string {
	return fmt.Sprintf("m=%d n=%d k=%d ldc=%d rsa=%d csa=%d ldb=%d add=%t", p.m, p.n, p.k, p.ldc, p.rsa, p.csa, p.ldb, p.add)
}

// newProduct makes operands whose rows are gap floats longer than they need be,
// each operand as short as allowed and beginning offset floats into its
// allocation.
func newProduct(rng *rand.Rand, m, n, k, gap, offset int, transposed, add bool) product {
	p := product{m: m, n: n, k: k, ldc: n + gap, rsa: k + gap, csa: 1, ldb: n + gap, add: add}
	if transposed {
		p.rsa, p.csa = 1, m+gap
	}
	p.c = random(rng, (m-1)*p.ldc+n, offset)
	p.a = random(rng, max(0, (m-1)*p.rsa+(k-1)*p.csa+1), offset)
	p.b = random(rng, max(0, (k-1)*p.ldb+n), offset)
	return p
}

// run computes the product into a copy of C, which it returns.
func (p product) run() []float32 {
	c := slices.Clone(p.c)
	Gemm(c, p.ldc, p.a, p.rsa, p.csa, p.b, p.ldb, p.m, p.n, p.k, p.add)
	return c
}

// runCut computes the product in blocks of at most m×n, depth k at a time.
func (p product) runCut(m, n, k int) []float32 {
	c := slices.Clone(p.c)
	for l := 0; l < p.k; l += k {
		for i := 0; i < p.m; i += m {
			for j := 0; j < p.n; j += n {
				Gemm(c[i*p.ldc+j:], p.ldc, p.a[i*p.rsa+l*p.csa:], p.rsa, p.csa, p.b[l*p.ldb+j:], p.ldb,
					min(m, p.m-i), min(n, p.n-j), min(k, p.k-l), p.add || l > 0)
			}
		}
	}
	return c
}

// check compares got with a sum in double precision, within the bound of the
// rounding error of a sum in any order.
func (p product) check(t *testing.T, got []float32) {
	t.Helper()
	for at, v := range got {
		i, j := at/p.ldc, at%p.ldc
		if j >= p.n {
			if math.Float32bits(v) != math.Float32bits(p.c[at]) {
				t.Fatalf("%v: wrote %v beside row %d, at %d", p, v, i, j)
			}
			continue
		}
		var sum, size float64
		if p.add {
			sum = float64(p.c[at])
			size = math.Abs(sum)
		}
		for l := range p.k {
			term := float64(p.a[i*p.rsa+l*p.csa]) * float64(p.b[l*p.ldb+j])
			sum += term
			size += math.Abs(term)
		}
		if bound := float64(2*p.k+1) * size * 0x1p-24; !(math.Abs(float64(v)-sum) <= bound) {
			t.Fatalf("%v: c[%d, %d] = %v, want %v ± %.2g", p, i, j, v, sum, bound)
		}
	}
}

func TestGemmSmall(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for m := 1; m <= 17; m++ {
			for n := 1; n <= 40; n++ {
				for _, k := range []int{0, 1, 2, 5, 9, 64} {
					odd := (m+n+k)%2 == 1
					for _, add := range []bool{false, true} {
						p := newProduct(rng, m, n, k, (m+n)%4, n%3, odd != add, add)
						p.check(t, p.run())
					}
				}
			}
		}
	})
}

func TestGemmLarge(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		for i := range 40 {
			m, n, k := 1+rng.IntN(130), 1+rng.IntN(150), 1+rng.IntN(300)
			p := newProduct(rng, m, n, k, rng.IntN(20), rng.IntN(16), i%2 == 0, i%4 < 2)
			p.check(t, p.run())
		}
	})
}

func TestGemmCutAnywhere(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(5, 6))
		for i := range 60 {
			m, n, k := 1+rng.IntN(60), 1+rng.IntN(150), 1+rng.IntN(300)
			p := newProduct(rng, m, n, k, rng.IntN(5), rng.IntN(16), i%2 == 0, i%4 < 2)
			whole := p.run()
			cutM, cutN, cutK := 1+rng.IntN(m), 1+rng.IntN(n), 1+rng.IntN(k)
			if !sameBits(whole, p.runCut(cutM, cutN, cutK)) {
				t.Fatalf("%v: other bits in pieces of %d×%d×%d", p, cutM, cutN, cutK)
			}
		}
	})
}

// Both levels of assembly compute the same chains, so that they agree to the
// bit.
func TestGemmSameOnAVX2(t *testing.T) {
	if Best() < AVX512 {
		t.Skip("needs AVX-512")
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for range 60 {
		p := newProduct(rng, 1+rng.IntN(40), 1+rng.IntN(150), 1+rng.IntN(300), 0, 0, false, true)
		before := Use(AVX2)
		narrow := p.run()
		Use(AVX512)
		wide := p.run()
		Use(before)
		if !sameBits(narrow, wide) {
			t.Fatalf("%v: AVX2 and AVX-512 differ", p)
		}
	}
}

func TestGemmSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(9, 10))
		for _, size := range [][3]int{{1, 1, 3}, {7, 19, 5}, {13, 70, 200}} {
			m, n, k := size[0], size[1], size[2]
			p := newProduct(rng, m, n, k, 0, 0, false, false)
			for i := range p.c {
				p.c[i] = nan // overwritten, not added to
			}
			p.check(t, p.run())

			p.a[(m-1)*p.rsa+k/2] = nan
			p.b[n-1] = inf
			got := p.run()
			for i, v := range got {
				if last := i/p.ldc == m-1; last != (v != v) {
					t.Fatalf("%v: c[%d, %d] = %v with a NaN in the last row of A", p, i/n, i%n, v)
				}
			}
			for i := range p.a {
				p.a[i] = 0 // zero times infinity is not a number
			}
			p.b[(k-1)*p.ldb+n-1] = inf
			if got := p.run()[n-1]; got == got {
				t.Fatalf("%v: 0·Inf = %v", p, got)
			}
		}
	})
}

func TestGemmPanics(t *testing.T) {
	full := make([]float32, 12)
	for _, test := range []struct {
		want                        string
		c, a, b                     []float32
		ldc, rsa, csa, ldb, m, n, k int
	}{
		{"f32: Gemm: C too short", full[:11], full, full, 4, 2, 1, 4, 3, 4, 2},
		{"f32: Gemm: A too short", full, full[:5], full, 4, 2, 1, 4, 3, 4, 2},
		{"f32: Gemm: B too short", full, full, full[:7], 4, 2, 1, 4, 3, 4, 2},
		{"f32: Gemm: rows of C overlap", full, full, full, 3, 2, 1, 4, 3, 4, 2},
		{"f32: Gemm: negative stride", full, full, full, 4, -2, 1, 4, 3, 4, 2},
		{"f32: Gemm: negative size", full, full, full, 4, 2, 1, 4, 3, 4, -2},
	} {
		func() {
			defer func() {
				if got := recover(); got != test.want {
					t.Errorf("panicked with %v, want %q", got, test.want)
				}
			}()
			Gemm(test.c, test.ldc, test.a, test.rsa, test.csa, test.b, test.ldb, test.m, test.n, test.k, false)
		}()
	}
	Gemm(full, 4, full[:6], 2, 1, full[:8], 4, 3, 4, 2, false) // as short as allowed
}

func BenchmarkGemm(b *testing.B) {
	for _, shape := range []struct {
		m, n, k    int
		transposed bool
	}{
		{25, 64, 64, false},
		{100, 64, 64, false},
		{32, 128, 1600, false},
		{128, 128, 1600, false},
		{1600, 128, 32, true},
		{1600, 32, 128, false},
		{32, 10, 128, false},
		{676, 64, 9, false},
		{100, 48, 64, false},
		{100, 16, 64, false},
		{37, 53, 71, false},
	} {
		for _, level := range Levels()[1:] {
			b.Run(fmt.Sprintf("%dx%dx%d/%v", shape.m, shape.n, shape.k, level), func(b *testing.B) {
				defer Use(Use(level))
				p := newProduct(rand.New(rand.NewPCG(1, 2)), shape.m, shape.n, shape.k, 0, 0, shape.transposed, false)
				for b.Loop() {
					Gemm(p.c, p.ldc, p.a, p.rsa, p.csa, p.b, p.ldb, p.m, p.n, p.k, false)
				}
				reportFlops(b, 2*shape.m*shape.n*shape.k)
			})
		}
	}
}

// reportFlops reports the rate of a benchmark with so many operations an
// iteration.
func reportFlops(b *testing.B, operations int) {
	b.ReportMetric(float64(operations)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
