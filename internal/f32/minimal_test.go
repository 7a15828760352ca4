package f32

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// rational is an exact matrix.
type rational [][]*big.Rat

func newRational(rows, cols int) rational {
	r := make(rational, rows)
	for i := range r {
		for range cols {
			r[i] = append(r[i], new(big.Rat))
		}
	}
	return r
}

func (r rational) transposed() rational {
	t := newRational(len(r[0]), len(r))
	for i, row := range r {
		for j, v := range row {
			t[j][i] = v
		}
	}
	return t
}

func (r rational) times(s rational) rational {
	p := newRational(len(r), len(s[0]))
	for i, row := range p {
		for j, v := range row {
			for k := range s {
				v.Add(v, new(big.Rat).Mul(r[i][k], s[k][j]))
			}
		}
	}
	return p
}

// product is the product element by element.
func (r rational) product(s rational) rational {
	p := newRational(len(r), len(r[0]))
	for i, row := range p {
		for j, v := range row {
			v.Mul(r[i][j], s[i][j])
		}
	}
	return p
}

// of is t·r·tᵀ.
func (r rational) of(t rational) rational { return t.times(r).times(t.transposed()) }

// exact are Bᵀ, G and Aᵀ of a filtering by its points (Toom and Cook): the
// rows of G and A are the powers of the points, and infinity's, G's scaled by
// the products of the points' distances; the rows of Bᵀ are the coefficients of
// the polynomials that vanish at the other points.
func (m Minimal) exact() (b, g, a rational) {
	points := map[Minimal][]*big.Rat{
		F2: {big.NewRat(0, 1), big.NewRat(1, 1), big.NewRat(-1, 1)},
		F4: {big.NewRat(0, 1), big.NewRat(5, 8), big.NewRat(-5, 8), big.NewRat(3, 2), big.NewRat(-3, 2)},
	}[min(m, F4)] // F2By5 has those of F4
	n := len(points) + 1
	b, g, a = newRational(n, n), newRational(n, m.Kernel()), newRational(n, m.Tile())
	powers := func(row []*big.Rat, x *big.Rat) {
		p := big.NewRat(1, 1)
		for i := range row {
			row[i].Set(p)
			p = new(big.Rat).Mul(p, x)
		}
	}
	// vanishing is the polynomial with a zero at all points but one.
	vanishing := func(but int) (p []*big.Rat) {
		p = []*big.Rat{big.NewRat(1, 1)}
		for i, x := range points {
			if i == but {
				continue
			}
			next := newRational(1, len(p)+1)[0]
			for k, c := range p {
				next[k+1].Add(next[k+1], c)
				next[k].Sub(next[k], new(big.Rat).Mul(c, x))
			}
			p = next
		}
		return p
	}
	for i, x := range points {
		powers(g[i], x)
		powers(a[i], x)
		distances := big.NewRat(1, 1)
		for j, y := range points {
			if j != i {
				distances.Mul(distances, new(big.Rat).Sub(x, y))
			}
		}
		for _, v := range g[i] {
			v.Quo(v, distances)
		}
		for k, c := range vanishing(i) {
			b[i][k].Set(c)
		}
	}
	g[n-1][m.Kernel()-1].SetInt64(1)
	a[n-1][m.Tile()-1].SetInt64(1)
	for k, c := range vanishing(-1) {
		b[n-1][k].Set(c)
	}
	if m == F2 { // signs are free: these are Lavin's
		for _, row := range (rational{b[0], g[0], b[n-1], a[n-1]}) {
			for _, v := range row {
				v.Neg(v)
			}
		}
	}
	return b, g, a.transposed()
}

// draw fills a square with numbers that are exact in float32.
func draw(rng *rand.Rand, side int) rational {
	r := newRational(side, side)
	for _, row := range r {
		for _, v := range row {
			v.SetFrac64(int64(rng.IntN(2001)-1000), 256)
		}
	}
	return r
}

// TestMinimalIdentities: the matrices by the points make a convolution and its
// gradient by the kernel, exactly.
func TestMinimalIdentities(t *testing.T) {
	rng := rand.New(rand.NewPCG(201, 202))
	for _, m := range []Minimal{F2, F4, F2By5} {
		b, g, a := m.exact()
		d, k, gy := draw(rng, m.side()), draw(rng, m.Kernel()), draw(rng, m.Tile())
		y := d.of(b).product(k.of(g)).of(a)
		dk := d.of(b).product(gy.of(a.transposed())).of(g.transposed())
		correlate := func(got, by rational) {
			t.Helper()
			for i, row := range got {
				for j, v := range row {
					want := new(big.Rat)
					for u := range by {
						for w, c := range by[u] {
							want.Add(want, new(big.Rat).Mul(c, d[i+u][j+w]))
						}
					}
					if v.Cmp(want) != 0 {
						t.Fatalf("F%d: got %v at (%d, %d), want %v", m, v, i, j, want)
					}
				}
			}
		}
		correlate(y, k)
		correlate(dk, gy)
	}
}

// TestMinimalTransforms compares each transform with exact arithmetic.
func TestMinimalTransforms(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(203, 204))
		for _, m := range []Minimal{F2, F4, F2By5} {
			b, g, a := m.exact()
			e := m.Elements()
			const c = 48
			put := func(x []float32, ch int, s rational) {
				for i, row := range s {
					for j, v := range row {
						x[(i*len(row)+j)*c+ch], _ = v.Float32()
					}
				}
			}
			compare := func(what string, got []float32, want func(ch int) rational) {
				t.Helper()
				for ch := range c {
					var largest float64
					square := want(ch)
					for _, row := range square {
						for _, v := range row {
							f, _ := v.Float64()
							largest = max(largest, math.Abs(f))
						}
					}
					for i, row := range square {
						for j, v := range row {
							f, _ := v.Float64()
							at := (i*len(row)+j)*c + ch
							if d := math.Abs(float64(got[at]) - f); !(d <= 5e-7*largest) {
								t.Fatalf("F%d: %s: got %v at (%d, %d), want %v", m, what, got[at], i, j, f)
							}
						}
					}
				}
			}
			squares := func(side int) (s []rational, x []float32) {
				x = make([]float32, side*side*c)
				for ch := range c {
					s = append(s, draw(rng, side))
					put(x, ch, s[ch])
				}
				return s, x
			}
			side := m.side()
			v := make([]float32, e*c)

			d, x := squares(side)
			m.Input(v, c, x, side*c, c, 1)
			compare("Input", v, func(ch int) rational { return d[ch].of(b) })

			k, x := squares(m.Kernel())
			m.Filter(v, c, x, c, c)
			compare("Filter", v, func(ch int) rational { return k[ch].of(g) })

			gy, x := squares(m.Tile())
			m.OutputGrad(v, c, x, m.Tile()*c, c, 1)
			compare("OutputGrad", v, func(ch int) rational { return gy[ch].of(a.transposed()) })

			products, x := squares(side)
			m.Output(v, m.Tile()*c, x, c, make([]float32, c), false, m.Tile(), m.Tile(), c)
			compare("Output", v, func(ch int) rational { return products[ch].of(a) })

			m.FilterGrad(v, c, x, c, c)
			compare("FilterGrad", v, func(ch int) rational { return products[ch].of(g.transposed()) })
		}
	})
}

// tiled is a convolution that Minimal computes.
type tiled struct{ h, w, c, f int } // of the output

func (q tiled) frame(m Minimal) (high, wide int) {
	return m.Tile()*m.Tiles(q.h) + m.Kernel() - 1, m.Tile()*m.Tiles(q.w) + m.Kernel() - 1
}

// input is V of a framed image.
func (q tiled) input(m Minimal, x []float32, stride int) []float32 {
	_, wide := q.frame(m)
	tiles := m.Tiles(q.w)
	v := make([]float32, m.Elements()*stride)
	for i := range m.Tiles(q.h) {
		m.Input(v[i*tiles*q.c:], stride, x[i*m.Tile()*wide*q.c:], wide*q.c, q.c, tiles)
	}
	return v
}

// forward computes the outputs, within guards.
func (q tiled) forward(t *testing.T, m Minimal, x, k, bias []float32, relu bool) []float32 {
	rows, cols := m.Tiles(q.h), m.Tiles(q.w)
	tiles := rows * cols
	strideV, strideU, strideM := tiles*q.c+16, q.c*q.f+16, tiles*q.f+32
	v := q.input(m, x, strideV)
	u := make([]float32, m.Elements()*strideU)
	for from := 0; from < q.c*q.f; from += 32 { // in pieces
		m.Filter(u[from:], strideU, k[from:], q.c*q.f, min(32, q.c*q.f-from))
	}
	products := make([]float32, m.Elements()*strideM)
	for e := range m.Elements() {
		Gemm(products[e*strideM:], q.f, v[e*strideV:], q.c, 1, u[e*strideU:], q.f, tiles, q.f, q.c, false)
	}
	row := (q.w + 1) * q.f // a pixel between rows is not to be written
	y, check := guarded[float32](t, (q.h-1)*row+q.w*q.f, 3, 77)
	for i := range rows {
		m.Output(y[i*m.Tile()*row:], row, products[i*cols*q.f:], strideM, bias, relu, min(m.Tile(), q.h-i*m.Tile()), q.w, q.f)
	}
	check(q)
	var lines []float32
	for i := range q.h {
		lines = append(lines, y[i*row:i*row+q.w*q.f]...)
		if i+1 < q.h {
			for _, v := range y[i*row+q.w*q.f : (i+1)*row] {
				if v != 77 {
					t.Fatalf("%+v: wrote between rows", q)
				}
			}
		}
	}
	return lines
}

// filterGrad computes the gradient by the kernel.
func (q tiled) filterGrad(t *testing.T, m Minimal, x, g []float32) []float32 {
	rows, cols := m.Tiles(q.h), m.Tiles(q.w)
	tiles := rows * cols
	strideV, strideU, strideM := tiles*q.c, q.c*q.f, tiles*q.f+16
	v, products := q.input(m, x, strideV), make([]float32, m.Elements()*strideM)
	wide := m.Tile() * cols
	whole := make([]float32, m.Tile()*rows*wide*q.f)
	for i := range q.h {
		copy(whole[i*wide*q.f:], g[i*q.w*q.f:(i+1)*q.w*q.f])
	}
	for i := range rows {
		m.OutputGrad(products[i*cols*q.f:], strideM, whole[i*m.Tile()*wide*q.f:], wide*q.f, q.f, cols)
	}
	u := make([]float32, m.Elements()*strideU)
	for e := range m.Elements() {
		Gemm(u[e*strideU:], q.f, v[e*strideV:], 1, q.c, products[e*strideM:], q.f, q.c, q.f, tiles, false)
	}
	dk, check := guarded[float32](t, m.Kernel()*m.Kernel()*strideU, 5, 77)
	m.FilterGrad(dk, strideU, u, strideU, strideU)
	check(q)
	return dk
}

func eachTiled(t *testing.T, test func(t *testing.T, m Minimal, q tiled, rng *rand.Rand)) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(205, 206))
		for _, m := range []Minimal{F2, F4, F2By5} {
			for range 40 {
				q := tiled{1 + rng.IntN(11), 1 + rng.IntN(11), 16 * (1 + rng.IntN(3)), 16 * (1 + rng.IntN(4))}
				test(t, m, q, rng)
			}
		}
	})
}

// within checks got against want, in parts of want's largest.
func within(t *testing.T, what any, got []float32, want []float64, part float64) {
	t.Helper()
	var largest float64
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range got {
		if d := math.Abs(float64(v) - want[i]); !(d <= part*largest) {
			t.Fatalf("%v: got %v at %d, want %v, of at most %v", what, v, i, want[i], largest)
		}
	}
}

// TestMinimal compares convolutions and gradients with sums in float64.
func TestMinimal(t *testing.T) {
	eachTiled(t, func(t *testing.T, m Minimal, q tiled, rng *rand.Rand) {
		high, wide := q.frame(m)
		x, k, bias := random(rng, high*wide*q.c, 1), random(rng, m.Kernel()*m.Kernel()*q.c*q.f, 2), random(rng, q.f, 0)
		g, relu := random(rng, q.h*q.w*q.f, 0), rng.IntN(2) == 0
		want, wantGrad := make([]float64, len(g)), make([]float64, len(k))
		for at := range g {
			i, j, f := at/q.f/q.w, at/q.f%q.w, at%q.f
			sum := float64(bias[f])
			for tap := range m.Kernel() * m.Kernel() {
				for ch := range q.c {
					pixel := float64(x[((i+tap/m.Kernel())*wide+j+tap%m.Kernel())*q.c+ch])
					sum += pixel * float64(k[(tap*q.c+ch)*q.f+f])
					wantGrad[(tap*q.c+ch)*q.f+f] += pixel * float64(g[at])
				}
			}
			want[at] = sum
			if relu {
				want[at] = max(sum, 0)
			}
		}
		within(t, fmt.Sprintf("F%d: %+v", m, q), q.forward(t, m, x, k, bias, relu), want, 1e-6*float64(min(m, F4)))
		within(t, fmt.Sprintf("F%d: gradient, %+v", m, q), q.filterGrad(t, m, x, g), wantGrad, 1e-6*float64(min(m, F4)))
	})
}

// A NaN in the image is not cut by ReLU, and reaches no other tiles than those
// over it.
func TestMinimalNaN(t *testing.T) {
	eachTiled(t, func(t *testing.T, m Minimal, q tiled, rng *rand.Rand) {
		high, wide := q.frame(m)
		x, k := random(rng, high*wide*q.c, 1), random(rng, m.Kernel()*m.Kernel()*q.c*q.f, 2)
		for i := range k {
			k[i] = -1 - k[i]*k[i]
		}
		for i := range x {
			x[i] = 1 + x[i]*x[i]
		}
		row, col := rng.IntN(q.h+m.Kernel()-1), rng.IntN(q.w+m.Kernel()-1)
		x[(row*wide+col)*q.c+rng.IntN(q.c)] = float32(math.NaN())
		y := q.forward(t, m, x, k, make([]float32, q.f), true)
		for at, v := range y {
			i, j := at/q.f/q.w, at/q.f%q.w
			under := i <= row && row < i+m.Kernel() && j <= col && col < j+m.Kernel()
			top, left := i/m.Tile()*m.Tile(), j/m.Tile()*m.Tile()
			in := top <= row && row < top+m.side() && left <= col && col < left+m.side()
			if nan := v != v; under && !nan || nan && !in || !nan && v != 0 {
				t.Fatalf("F%d: %+v: got %v at (%d, %d), of a NaN at (%d, %d)", m, q, v, i, j, row, col)
			}
		}
	})
}

// A tile's bits depend neither on its neighbours nor on where it lies.
func TestMinimalCut(t *testing.T) {
	eachTiled(t, func(t *testing.T, m Minimal, q tiled, rng *rand.Rand) {
		high, wide := q.frame(m)
		x, k, bias := random(rng, high*wide*q.c, 1), random(rng, m.Kernel()*m.Kernel()*q.c*q.f, 2), random(rng, q.f, 0)
		y := q.forward(t, m, x, k, bias, false)
		narrow := tiled{q.h, min(q.w, m.Tile()), q.c, q.f}
		_, less := narrow.frame(m)
		var left []float32
		for i := range high {
			left = append(left, x[i*wide*q.c:][:less*q.c]...)
		}
		for i, v := range narrow.forward(t, m, left, k, bias, false) {
			if at := i/(narrow.w*q.f)*q.w*q.f + i%(narrow.w*q.f); v != y[at] {
				t.Fatalf("F%d: %+v: got %v alone, %v beside others", m, q, v, y[at])
			}
		}
	})
}

func TestMinimalPanics(t *testing.T) {
	full := make([]float32, 36*16)
	wantPanic(t, "f32: Minimal.Input: want F2, F4 or F2By5", func() { Minimal(3).Input(full, 16, full, 96, 16, 1) })
	wantPanic(t, "f32: Minimal.Input: want multiples of Lanes", func() { F4.Input(full, 16, full, 96, 15, 1) })
	wantPanic(t, "f32: Minimal.Input: elements too short", func() { F4.Input(full[1:], 16, full, 96, 16, 1) })
	wantPanic(t, "f32: Minimal.Input: image too short", func() { F4.Input(full, 16, full[1:], 96, 16, 1) })
	wantPanic(t, "f32: Minimal.Filter: kernel too short", func() { F4.Filter(full, 16, full[:143], 16, 16) })
	wantPanic(t, "f32: Minimal.FilterGrad: kernel too short", func() { F4.FilterGrad(full[:143], 16, full, 16, 16) })
	wantPanic(t, "f32: Minimal.Output: rows overlap", func() { F4.Output(full, 48, full, 16, full, false, 4, 4, 16) })
	wantPanic(t, "f32: Minimal.Output: output too short", func() { F4.Output(full[:255], 64, full, 16, full, false, 4, 4, 16) })
	wantPanic(t, "f32: Minimal.Output: bias too short", func() { F4.Output(full, 64, full, 16, full[:15], false, 4, 4, 16) })
	wantPanic(t, "f32: Minimal.OutputGrad: gradient too short", func() { F4.OutputGrad(full, 16, full[:255], 64, 16, 1) })
}

func BenchmarkMinimal(b *testing.B) {
	const c, tiles = 64, 8
	x, v := make([]float32, (4*tiles+4)*6*c), make([]float32, 36*(tiles*c+16))
	bias := make([]float32, c)
	for _, level := range Levels() {
		for _, m := range []Minimal{F2, F4, F2By5} {
			run := func(name string, vectors int, f func()) {
				b.Run(fmt.Sprintf("F%d/%s/%v", m, name, level), func(b *testing.B) {
					defer Use(Use(level))
					for b.Loop() {
						f()
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*vectors), "ns/vector")
				})
			}
			row := (m.Tile()*tiles + m.Kernel() - 1) * c
			run("input", tiles*c/16, func() { m.Input(v, tiles*c+16, x, row, c, tiles) })
			run("output", tiles*c/16, func() { m.Output(x, row, v, tiles*c+16, bias, true, m.Tile(), m.Tile()*tiles, c) })
			run("outputGrad", tiles*c/16, func() { m.OutputGrad(v, tiles*c+16, x, row, c, tiles) })
			run("edges", tiles*c/16, func() { m.Output(x, row, v, tiles*c+16, bias, true, m.Tile()-1, m.Tile()*tiles, c) })
			run("filter", 8*64/16, func() { m.Filter(v, 8*64+16, x, 512, 512) })
			run("filterGrad", 8*64/16, func() { m.FilterGrad(x, 512, v, 8*64+16, 512) })
		}
	}
}
