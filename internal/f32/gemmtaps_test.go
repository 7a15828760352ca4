package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// tapsProduct is a call of GemmTaps.
type tapsProduct struct {
	m, n, k  int
	ldc, ldb int
	rsa, csa int
	add      bool      // to C
	bias     []float32 // what each row begins with instead; nil means none
	low      float32   // where the sums are cut
	high     float32
	taps     []int
	c, a, b  []float32
}

func (p tapsProduct) String() string {
	return fmt.Sprintf("m=%d n=%d k=%d taps=%d ldc=%d rsa=%d csa=%d ldb=%d add=%t bias=%t cut [%v, %v]",
		p.m, p.n, p.k, p.taps, p.ldc, p.rsa, p.csa, p.ldb, p.add, p.bias != nil, p.low, p.high)
}

// ends are the product's, on what C holds.
func (p tapsProduct) ends(c []float32) Ends {
	e := Ends{Low: p.low, High: p.high}
	switch {
	case p.bias != nil:
		e.From = p.bias
	case p.add:
		e.From, e.Row = c, p.ldc
	}
	return e
}

// multiply computes the product into c.
func (p tapsProduct) multiply(c []float32) {
	GemmTaps(c, p.ldc, p.a, p.rsa, p.csa, p.taps, p.b, p.ldb, p.m, p.n, p.k, p.ends(c))
}

// withBias begins each row with the same values, and cuts the sums as ReLU6
// does.
func (p tapsProduct) withBias(rng *rand.Rand) tapsProduct {
	p.bias, p.low, p.high = random(rng, p.n, 3), 0, 6
	return p
}

// newTapsProduct makes operands whose rows are gap floats longer than they need
// be, and count taps anywhere in no order.
func newTapsProduct(rng *rand.Rand, m, n, k, count, gap, offset int, add bool) tapsProduct {
	p := tapsProduct{m: m, n: n, k: k, ldc: n + gap, rsa: k + gap, csa: 1, ldb: n + gap, add: add}
	room := 3*k + 5
	p.c = random(rng, (m-1)*p.ldc+n, offset)
	p.a = random(rng, (m-1)*p.rsa+k+room, offset)
	p.b = random(rng, max(0, (count*k-1)*p.ldb+n), offset)
	for range count {
		p.taps = append(p.taps, rng.IntN(room+1))
	}
	return p
}

// transposed has the A_t lie column by column.
func (p tapsProduct) transposed(rng *rand.Rand, gap int) tapsProduct {
	p.rsa, p.csa = 1, p.m+gap
	p.a = random(rng, slices.Max(append(p.taps, 0))+max(p.k-1, 0)*p.csa+p.m, 0)
	return p
}

// run computes the product into a copy of C, which it returns.
func (p tapsProduct) run() []float32 {
	c := slices.Clone(p.c)
	p.multiply(c)
	return c
}

// check compares got with a sum in double precision, within the bound of the
// rounding error of a sum in any order.
func (p tapsProduct) check(t *testing.T, got []float32) {
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
		switch {
		case p.bias != nil:
			sum = float64(p.bias[j])
		case p.add:
			sum = float64(p.c[at])
		}
		size = math.Abs(sum)
		for tap, begin := range p.taps {
			for l := range p.k {
				term := float64(p.a[begin+i*p.rsa+l*p.csa]) * float64(p.b[(tap*p.k+l)*p.ldb+j])
				sum += term
				size += math.Abs(term)
			}
		}
		if p.low < p.high {
			sum = min(max(sum, float64(p.low)), float64(p.high))
		}
		if bound := float64(2*p.k*len(p.taps)+1) * size * 0x1p-24; !(math.Abs(float64(v)-sum) <= bound) {
			t.Fatalf("%v: c[%d, %d] = %v, want %v ± %.2g", p, i, j, v, sum, bound)
		}
	}
}

func TestGemmTapsSmall(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(81, 82))
		for m := 1; m <= 34; m++ {
			for n := 1; n <= 68; n++ {
				for _, size := range [][2]int{{0, 2}, {1, 0}, {1, 1}, {1, 4}, {3, 1}, {2, 9}} {
					if m > 17 && n%16 > 1 {
						continue
					}
					k, count := size[0], size[1]
					p := newTapsProduct(rng, m, n, k, count, (m+n)%4, n%3, (m+n+k)%2 == 0)
					p.check(t, p.run())
					p = p.transposed(rng, (m+n)%3)
					p.check(t, p.run())
					p = p.withBias(rng)
					p.check(t, p.run())
				}
			}
		}
	})
}

// TestGemmTapsOfFew has the few columns, and rows of five, that generic Go keeps in
// registers, where steps are more than it takes at a time too.
func TestGemmTapsOfFew(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(99, 100))
		for n := 1; n <= 17; n++ {
			for _, k := range []int{1, 5, 30, 70} {
				for _, count := range []int{1, 5, 7} {
					p := newTapsProduct(rng, 1+rng.IntN(7), n, k, count, rng.IntN(5), 0, true)
					p.check(t, p.run())
				}
			}
		}
	})
}

func TestGemmTapsLarge(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(83, 84))
		for i := range 40 {
			p := newTapsProduct(rng, 1+rng.IntN(60), 1+rng.IntN(150), 1+rng.IntN(70), 1+rng.IntN(10), rng.IntN(20), rng.IntN(16), i%2 == 0)
			p.check(t, p.run())
			p = p.transposed(rng, rng.IntN(20))
			p.check(t, p.run())
			p = p.withBias(rng)
			p.check(t, p.run())
		}
	})
}

// The sums are cut to the bits that Clamp makes of them, NaN and the signs of
// zeros included.
func TestGemmTapsCuts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(93, 94))
		for m := 1; m <= 17; m++ {
			for n := 1; n <= 50; n += 7 {
				p := newTapsProduct(rng, m, n, 2, 3, 1, 0, false).withBias(rng)
				p.bias[n/2] = float32(math.NaN())
				if m%3 == 0 {
					clear(p.a)
					p.bias[0] = float32(math.Copysign(0, -1))
				}
				whole := p
				whole.low, whole.high = 0, 0
				want := whole.run()
				for i := range m {
					Clamp(want[i*p.ldc:][:n], p.low, p.high)
				}
				if got := p.run(); !sameBits(got, want) {
					t.Fatalf("%v: got %v, want %v", p, got, want)
				}
			}
		}
	})
}

// Any piece of C has the bits of the whole, and so has a sum that goes on with
// the next taps. Gemm computes the same chain, one call a tap.
func TestGemmTapsCutAnywhere(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(85, 86))
		for i := range 60 {
			p := newTapsProduct(rng, 1+rng.IntN(40), 1+rng.IntN(150), 1+rng.IntN(50), 1+rng.IntN(10), rng.IntN(5), rng.IntN(16), i%2 == 0)
			if i%3 == 0 {
				p = p.transposed(rng, rng.IntN(5))
			}
			whole := p.run()
			cutM, cutN, cutT := 1+rng.IntN(p.m), 1+rng.IntN(p.n), 1+rng.IntN(len(p.taps))
			pieces, products := slices.Clone(p.c), slices.Clone(p.c)
			for first := 0; first < len(p.taps); first += cutT {
				for i := 0; i < p.m; i += cutM {
					for j := 0; j < p.n; j += cutN {
						piece := p
						piece.a, piece.b = p.a[i*p.rsa:], p.b[first*p.k*p.ldb+j:]
						piece.taps = p.taps[first:min(first+cutT, len(p.taps))]
						piece.m, piece.n, piece.add = min(cutM, p.m-i), min(cutN, p.n-j), p.add || first > 0
						piece.multiply(pieces[i*p.ldc+j:])
					}
				}
			}
			if !sameBits(whole, pieces) {
				t.Fatalf("%v: other bits in pieces of %d×%d, %d taps", p, cutM, cutN, cutT)
			}
			p.eachTap(products)
			if !sameBits(whole, products) {
				t.Fatalf("%v: other bits than Gemm's", p)
			}
		}
	})
}

// eachTap computes the product by one call of Gemm a tap.
func (p tapsProduct) eachTap(c []float32) {
	for i, tap := range p.taps {
		Gemm(c, p.ldc, p.a[tap:], p.rsa, p.csa, p.b[i*p.k*p.ldb:], p.ldb, p.m, p.n, p.k, p.add || i > 0)
	}
}

// Both levels of assembly compute the same chains, so that they agree to the
// bit.
func TestGemmTapsSameOnAVX2(t *testing.T) {
	if Best() < AVX512 {
		t.Skip("needs AVX-512")
	}
	rng := rand.New(rand.NewPCG(87, 88))
	for range 60 {
		p := newTapsProduct(rng, 1+rng.IntN(40), 1+rng.IntN(150), 1+rng.IntN(50), 1+rng.IntN(10), 0, 0, true)
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

func TestGemmTapsSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(89, 90))
		for _, size := range [][4]int{{1, 1, 3, 2}, {7, 19, 5, 1}, {33, 70, 20, 9}} {
			m, n, k, count := size[0], size[1], size[2], size[3]
			p := newTapsProduct(rng, m, n, k, count, 0, 0, false)
			for i := range p.c {
				p.c[i] = nan // overwritten, not added to
			}
			p.check(t, p.run())

			p.taps[count-1] = len(p.a) - (m-1)*k - k
			p.a[len(p.a)-1] = nan // read for the last row by that tap alone
			p.b[n-1] = inf
			for i, v := range p.run() {
				if last := i/p.ldc == m-1; last && v == v || !last && i%n != n-1 && v != v {
					t.Fatalf("%v: c[%d, %d] = %v with a NaN in the last row of A", p, i/n, i%n, v)
				}
			}
			clear(p.a)
			p.b[len(p.b)-1] = inf // zero times infinity is not a number
			if got := p.run()[n-1]; got == got {
				t.Fatalf("%v: 0·Inf = %v", p, got)
			}
			for i := range p.a {
				p.a[i] = math.SmallestNonzeroFloat32
			}
			for i := range p.b {
				p.b[i] = 1
			}
			if got, want := p.run()[0], float32(count*k)*math.SmallestNonzeroFloat32; got != want {
				t.Fatalf("%v: a sum of denormals is %v, want %v", p, got, want)
			}
		}
	})
}

func TestGemmTapsPanics(t *testing.T) {
	full, taps := make([]float32, 24), []int{0, 3}
	call := func(c []float32, ldc int, a []float32, rsa int, b []float32, ldb, k int) func() {
		return func() { GemmTaps(c, ldc, a, rsa, 1, taps, b, ldb, 3, 4, k, Ends{}) }
	}
	wantPanic(t, "f32: GemmTaps: C too short", call(full[:11], 4, full, 2, full, 4, 2))
	wantPanic(t, "f32: GemmTaps: tap outside its slice", call(full, 4, full[:8], 2, full, 4, 2))
	wantPanic(t, "f32: GemmTaps: B too short", call(full, 4, full, 2, full[:15], 4, 2))
	wantPanic(t, "f32: GemmTaps: rows of C overlap", call(full, 3, full, 2, full, 4, 2))
	wantPanic(t, "f32: GemmTaps: negative stride", call(full, 4, full, -2, full, 4, 2))
	wantPanic(t, "f32: GemmTaps: negative size", call(full, 4, full, 2, full, 4, -2))
	call(full[:12], 4, full[:9], 2, full[:16], 4, 2)() // as short as allowed
	ends := func(e Ends) func() {
		return func() { GemmTaps(full, 4, full, 2, 1, taps, full, 4, 3, 4, 2, e) }
	}
	wantPanic(t, "f32: GemmTaps: From too short", ends(Ends{From: full[:11], Row: 4}))
	wantPanic(t, "f32: GemmTaps: From too short", ends(Ends{From: full[:3]}))
	wantPanic(t, "f32: GemmTaps: want low at most high", ends(Ends{Low: 1}))
	taps[0] = -1
	wantPanic(t, "f32: GemmTaps: tap outside its slice", call(full, 4, full, 2, full, 4, 2))
}

// Beside each product stands the same by one call of Gemm a tap.
func BenchmarkGemmTaps(b *testing.B) {
	for _, s := range [][4]int{
		{28, 32, 32, 9},
		{28, 1, 32, 25},
		{14, 32, 64, 25},
		{14, 64, 64, 9},
		{16, 128, 128, 9},
		{8, 64, 64, 9},
		{32, 16, 16, 9},
		{32, 128, 16, 9},
		{28, 128, 48, 9},
		{7, 128, 128, 1},
	} {
		m, k, n, count := s[0], s[1], s[2], s[3]
		for _, level := range Levels()[1:] {
			defer Use(Use(level))
			p := newTapsProduct(rand.New(rand.NewPCG(1, 2)), m, n, k, count, 0, 0, true)
			name := fmt.Sprintf("m=%d,k=%d,n=%d,taps=%d/%v", m, k, n, count, level)
			b.Run(name+"/Gemm", func(b *testing.B) {
				for b.Loop() {
					p.eachTap(p.c)
				}
				reportFlops(b, 2*m*n*k*count)
			})
			b.Run(name+"/GemmTaps", func(b *testing.B) {
				for b.Loop() {
					p.multiply(p.c)
				}
				reportFlops(b, 2*m*n*k*count)
			})
		}
	}
}
