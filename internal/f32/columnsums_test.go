package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// matrix is the size of a matrix in these tests.
type matrix struct{ rows, c int }

func (m matrix) String() string { return fmt.Sprintf("%d×%d", m.rows, m.c) }

func eachMatrix(f func(m matrix)) {
	for c := Lanes; c <= 16*Lanes; c += Lanes {
		for rows := range 12 {
			f(matrix{rows, c})
		}
	}
	f(matrix{1000, 48})
}

// randomDoubles returns normally distributed numbers with a guard around them.
func randomDoubles(t *testing.T, rng *rand.Rand, n, offset int) (x []float64, check func(any)) {
	x, check = guarded[float64](t, n, offset, 7)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x, check
}

// wantSums compares got with before plus, for each column, the terms of all
// rows.
func wantSums(t *testing.T, m matrix, got, before []float64, term func(i, j int) float64) {
	t.Helper()
	for j, v := range got {
		sum := before[j]
		size := math.Abs(sum)
		for r := range m.rows {
			sum += term(r*m.c+j, j)
			size += math.Abs(term(r*m.c+j, j))
		}
		if sum != sum && v != v || sum == v {
			continue
		}
		if bound := float64(m.rows+1) * size * 0x1p-52; !(math.Abs(v-sum) <= bound) {
			t.Fatalf("%v: %v at %d, want %v ± %.2g", m, v, j, sum, bound)
		}
	}
}

func TestColumnSums(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(131, 132))
		eachMatrix(func(m matrix) {
			sum, check := randomDoubles(t, rng, m.c, m.rows%3)
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			want := append([]float64{}, sum...)
			for i, v := range x { // to the bit
				want[i%m.c] += float64(v)
			}
			ColumnSums(sum, x)
			for j, v := range sum {
				if v != want[j] && (v == v || want[j] == want[j]) {
					t.Fatalf("%v: %v at %d, want %v", m, v, j, want[j])
				}
			}
			check(m)
			checkX(m)
		})
	})
}

func TestColumnSpread(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(133, 134))
		eachMatrix(func(m matrix) {
			sum, check := randomDoubles(t, rng, m.c, m.rows%3)
			mean, checkMean := randomDoubles(t, rng, m.c, m.rows%2)
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			before := append([]float64{}, sum...)
			ColumnSpread(sum, x, mean)
			wantSums(t, m, sum, before, func(i, j int) float64 {
				return (float64(x[i]) - mean[j]) * (float64(x[i]) - mean[j])
			})
			for _, check := range []func(any){check, checkMean, checkX} {
				check(m)
			}
		})
	})
}

func TestColumnProducts(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(135, 136))
		eachMatrix(func(m matrix) {
			sum, check := randomDoubles(t, rng, m.c, m.rows%3)
			product, checkProduct := randomDoubles(t, rng, m.c, m.rows%5)
			mean, checkMean := randomDoubles(t, rng, m.c, m.rows%2)
			x, checkX := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			g, checkG := someSpecial(t, rng, m.rows*m.c, m.rows%7)
			before, beforeProduct := append([]float64{}, sum...), append([]float64{}, product...)
			ColumnProducts(sum, product, g, x, mean, NewLines(m.c))
			wantSums(t, m, sum, before, func(i, _ int) float64 { return float64(g[i]) })
			wantSums(t, m, product, beforeProduct, func(i, j int) float64 {
				return float64(g[i]) * (float64(x[i]) - mean[j])
			})
			for _, check := range []func(any){check, checkProduct, checkMean, checkX, checkG} {
				check(m)
			}
		})
	})
}

// What the lines cut does not count, as if Unclamp had been before.
func TestColumnProductsCut(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(135, 137))
		eachMatrix(func(m matrix) {
			sum, check := randomDoubles(t, rng, m.c, m.rows%3)
			product, checkProduct := randomDoubles(t, rng, m.c, m.rows%5)
			mean, _ := randomDoubles(t, rng, m.c, 0)
			x, _ := someSpecial(t, rng, m.rows*m.c, m.rows%5)
			g, _ := someSpecial(t, rng, m.rows*m.c, m.rows%7)
			l, checkLines := someLines(t, rng, m.c)
			onBounds(rng, x, [2]float32{l.Low, l.High})
			wantSum, wantProduct := append([]float64{}, sum...), append([]float64{}, product...)
			ColumnProducts(sum, product, g, x, mean, l)
			ColumnProducts(wantSum, wantProduct, l.uncut(g, x), x, mean, NewLines(m.c))
			for j := range sum {
				if !sameDouble(sum[j], wantSum[j]) || !sameDouble(product[j], wantProduct[j]) {
					t.Fatalf("%v: %v and %v at %d, want %v and %v", m, sum[j], product[j], j, wantSum[j], wantProduct[j])
				}
			}
			for _, check := range []func(any){check, checkProduct, checkLines} {
				check(m)
			}
		})
	})
}

// sameDouble compares two numbers bit by bit, but for what a NaN holds.
func sameDouble(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// Both levels of assembly round alike, and rows in pieces as all at once.
func TestColumnsCutAnywhere(t *testing.T) {
	type sums [6]float64
	all := map[Level][]sums{}
	for _, level := range Levels() {
		before := Use(level)
		rng := rand.New(rand.NewPCG(137, 138))
		eachMatrix(func(m matrix) {
			mean, _ := randomDoubles(t, rng, m.c, 0)
			x, g := random(rng, m.rows*m.c, 0), random(rng, m.rows*m.c, 0)
			l, _ := someLines(t, rng, m.c)
			run := func(cuts ...int) []sums {
				var s [6][]float64
				for i := range s {
					s[i] = make([]float64, m.c)
				}
				for i := 1; i < len(cuts); i++ {
					x, g := x[cuts[i-1]*m.c:cuts[i]*m.c], g[cuts[i-1]*m.c:cuts[i]*m.c]
					ColumnSums(s[0], x)
					ColumnSpread(s[1], x, mean)
					ColumnProducts(s[2], s[3], g, x, mean, NewLines(m.c))
					ColumnProducts(s[4], s[5], g, x, mean, l)
				}
				list := make([]sums, m.c)
				for j := range list {
					list[j] = sums{s[0][j], s[1][j], s[2][j], s[3][j], s[4][j], s[5][j]}
				}
				return list
			}
			whole, pieces := run(0, m.rows), run(0, m.rows/3, m.rows)
			for j := range whole {
				if whole[j] != pieces[j] {
					t.Fatalf("%v: %v: other bits in pieces", level, m)
				}
			}
			all[level] = append(all[level], whole...)
		})
		Use(before)
	}
	if Best() < AVX512 {
		return
	}
	for i, s := range all[AVX512] {
		if s != all[AVX2][i] {
			t.Fatal("AVX2 and AVX-512 differ")
		}
	}
}

func TestColumnsPanic(t *testing.T) {
	d, x := make([]float64, 32), make([]float32, 32)
	ColumnSums(d[:16], x)
	wantPanic(t, "f32: ColumnSums: want whole rows", func() { ColumnSums(d[:16], x[:31]) })
	wantPanic(t, "f32: ColumnSums: want whole rows", func() { ColumnSums(nil, x) })
	wantPanic(t, "f32: ColumnSums: want columns in multiples of Lanes", func() { ColumnSums(d[:8], x) })
	wantPanic(t, "f32: ColumnSpread: lengths differ", func() { ColumnSpread(d, x, d[:31]) })
	l := Lines{x, x, x, 0, 6}
	for _, bad := range []Lines{{x[:31], x, x, 0, 6}, {x, x[:31], x, 0, 6}, {x, x, x[:31], 0, 6}} {
		wantPanic(t, "f32: ColumnProducts: lengths differ", func() { ColumnProducts(d, d, x, x, d, bad) })
		wantPanic(t, "f32: Affine: lengths differ", func() { Affine(x, x, nil, bad) })
		wantPanic(t, "f32: AffineGrad: lengths differ", func() { AffineGrad(x, x, x, bad, x, x) })
	}
	wantPanic(t, "f32: ColumnProducts: lengths differ", func() { ColumnProducts(d, d[:31], x, x, d, l) })
	wantPanic(t, "f32: ColumnProducts: lengths differ", func() { ColumnProducts(d, d, x, x, d[:31], l) })
	wantPanic(t, "f32: ColumnProducts: lengths differ", func() { ColumnProducts(d, d, x[:31], x, d, l) })
	wantPanic(t, "f32: Affine: lengths differ", func() { Affine(x[:31], x, nil, l) })
	wantPanic(t, "f32: Affine: lengths differ", func() { Affine(x, x, x[:31], l) })
	wantPanic(t, "f32: Affine: want whole rows", func() { Affine(x, x, nil, Lines{x[:31], x[:31], x[:31], 0, 6}) })
	wantPanic(t, "f32: Affine: want low at most high", func() { Affine(x, x, nil, Lines{x, x, x, 1, 0}) })
	wantPanic(t, "f32: AffineGrad: lengths differ", func() { AffineGrad(x, x[:31], x, l, x, x) })
	wantPanic(t, "f32: AffineGrad: lengths differ", func() { AffineGrad(x[:31], x, x, l, x, x) })
	wantPanic(t, "f32: AffineGrad: lengths differ", func() { AffineGrad(x, x, x, l, x, x[:31]) })
	wantPanic(t, "f32: AffineGrad: lengths differ", func() { AffineGrad(x, x, x, l, x[:31], x) })
}

func BenchmarkColumns(b *testing.B) {
	const rows, c = 196, 64
	x, y, g := make([]float32, rows*c), make([]float32, rows*c), make([]float32, rows*c)
	k, d := make([]float32, c), make([]float64, c)
	whole, cut := NewLines(c), NewLines(c)
	cut.High = 6
	for _, level := range Levels() {
		defer Use(Use(level))
		for _, kernel := range []struct {
			name  string
			bytes int
			run   func()
		}{
			{"AddColumns", 4, func() { AddColumns(k, x) }},
			{"ColumnSums", 4, func() { ColumnSums(d, x) }},
			{"ColumnSpread", 4, func() { ColumnSpread(d, x, d) }},
			{"ColumnProducts", 8, func() { ColumnProducts(d, d, g, x, d, whole) }},
			{"ColumnProductsCut", 8, func() { ColumnProducts(d, d, g, x, d, cut) }},
			{"Affine", 8, func() { Affine(y, x, nil, whole) }},
			{"AffineSum", 12, func() { Affine(y, x, g, whole) }},
			{"AffineGrad", 12, func() { AffineGrad(y, g, x, whole, k, k) }},
			{"AffineGradCut", 12, func() { AffineGrad(y, g, x, cut, k, k) }},
			{"Rectify", 8, func() { Rectify(y) }},
			{"Unrectify", 12, func() { Unrectify(y, g, x) }},
			{"AddTo", 12, func() { AddTo(y, x) }},
		} {
			b.Run(kernel.name+"/"+level.String(), func(b *testing.B) {
				for b.Loop() {
					kernel.run()
				}
				b.ReportMetric(float64(kernel.bytes*rows*c)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			})
		}
	}
}
