package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guarded returns a slice of n values that begins offset values after a
// multiple of 16 in an allocation, and a function that fails the test where
// values around the slice, or beyond capacity, were written.
func guarded[T float32 | int32 | uint8](t *testing.T, n, offset int, value T) (s []T, check func(what any)) {
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

// checkFirstBlock compares FirstBlock with the Go version on inputs whose sums are exact.
func checkFirstBlock(t *testing.T, m image, x, k, bias []float32) {
	t.Helper()
	n := m.cells() * m.fp
	wantY, wantArg := make([]float32, n), make([]uint8, n)
	firstBlockGo(wantY, wantArg, x, k, bias, m.c, m.h, m.w, m.fp)
	for _, offset := range []int{0, 3} {
		y, checkY := guarded[float32](t, n, offset, 77)
		arg, checkArg := guarded[uint8](t, n, offset, 77)
		FirstBlock(y, arg, x, k, bias, m.c, m.h, m.w, m.fp)
		checkY(m)
		checkArg(m)
		if !same(y, wantY) || !slices.Equal(arg, wantArg) {
			t.Fatalf("%+v: got other values than Go", m)
		}
	}
}

func TestFirstBlock(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(21, 22))
		for i, m := range images() {
			x := integers(rng, m.c*m.h*m.w, 3, i%5)
			k := integers(rng, 9*m.c*m.fp, 3, i%3)
			checkFirstBlock(t, m, x, k, integers(rng, m.fp, 9, i%2))
		}
	})
}

func TestFirstBlockSpecialValues(t *testing.T) {
	nan := float32(math.NaN())
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(23, 24))
		for fp := 16; fp <= 64; fp += 16 {
			m := image{2, 8, 9, fp}
			x, k, bias := make([]float32, m.c*m.h*m.w), integers(rng, 9*m.c*m.fp, 3, 0), make([]float32, m.fp)
			for range 40 {
				copy(x, integers(rng, len(x), 3, 0))
				x[rng.IntN(len(x))] = nan
				checkFirstBlock(t, m, x, k, bias)
			}
			clear(x)
			for _, value := range []float32{nan, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Copysign(0, -1)), 0, -1} {
				for i := range bias {
					bias[i] = value
				}
				checkFirstBlock(t, m, x, k, bias)
			}
		}
	})
}

// naiveValues are the convolution's values of a cell for filter f, in double
// precision; x has the planes of FirstBlock.
func naiveValues(x, k, bias []float32, m image, cell, f int) (values [4]float64) {
	_, cols := Cells(m.h, m.w)
	for p := range values {
		sum := float64(bias[f])
		row, col := cell/cols*2+p/2, cell%cols*2+p%2
		for tap := range 9 * m.c {
			pixel := x[tap/9*m.h*m.w+(row+tap/3%3)*m.w+col+tap%3]
			sum += float64(pixel) * float64(k[tap*m.fp+f])
		}
		values[p] = sum
	}
	return values
}

// checkNaive compares a block's output with naiveValues. The place of the
// largest may be another where two are nearly the same.
func checkNaive(t *testing.T, y []float32, arg []uint8, x, k, bias []float32, m image) {
	t.Helper()
	const tolerance = 2e-5
	for i := range y {
		values := naiveValues(x, k, bias, m, i/m.fp, i%m.fp)
		want := max(0, slices.Max(values[:]))
		if !(math.Abs(float64(y[i])-want) <= tolerance*(1+want)) {
			t.Fatalf("%+v: y[%d] = %v, want %v", m, i, y[i], want)
		}
		if arg[i] == Dead {
			if y[i] != 0 {
				t.Fatalf("%+v: y[%d] = %v is dead", m, i, y[i])
			}
			continue
		}
		if at := values[arg[i]]; !(math.Abs(at-want) <= tolerance*(1+want)) {
			t.Fatalf("%+v: arg[%d] = %d, where %v, not the largest of %v", m, i, arg[i], at, values)
		}
	}
}

func TestFirstBlockNaive(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(25, 26))
		for _, m := range images() {
			x, k, bias := random(rng, m.c*m.h*m.w, 0), random(rng, 9*m.c*m.fp, 0), random(rng, m.fp, 0)
			y, arg := make([]float32, m.cells()*m.fp), make([]uint8, m.cells()*m.fp)
			FirstBlock(y, arg, x, k, bias, m.c, m.h, m.w, m.fp)
			checkNaive(t, y, arg, x, k, bias, m)
		}
	})
}

func TestFirstBlockGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(27, 28))
		for i, m := range images() {
			n := m.cells() * m.fp
			x, gy, arg := integers(rng, m.c*m.h*m.w, 3, i%4), integers(rng, n, 3, i%3), places(rng, n)
			f0 := rng.IntN(m.fp/Lanes+1) * Lanes
			f1 := f0 + rng.IntN((m.fp-f0)/Lanes+1)*Lanes
			if i%8 == 0 {
				f0, f1 = 0, m.fp
			}
			for i := range gy { // where no gradient passes, it does not matter what it is
				if arg[i] == Dead && rng.IntN(2) == 0 {
					gy[i] = float32(math.NaN())
				}
			}
			dk, checkK := guarded[float32](t, 9*m.c*m.fp, i%4, 77)
			db, checkB := guarded[float32](t, m.fp, i%5, 77)
			copy(dk, integers(rng, len(dk), 3, 0))
			copy(db, integers(rng, len(db), 3, 0))
			wantK, wantB := slices.Clone(dk), slices.Clone(db)
			firstBlockGradGo(wantK, wantB, gy, arg, x, m.c, m.h, m.w, m.fp, f0, f1)
			FirstBlockGrad(dk, db, gy, arg, x, m.c, m.h, m.w, m.fp, f0, f1)
			what := fmt.Sprintf("%+v, filters %d to %d", m, f0, f1)
			checkK(what)
			checkB(what)
			if !same(dk, wantK) || !same(db, wantB) {
				t.Fatalf("%s: got other values than Go", what)
			}
		}
	})
}

func TestBiasGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(29, 30))
		for i, m := range images() {
			n := m.cells() * m.fp
			gy, arg := integers(rng, n, 3, i%3), places(rng, n)
			for i := range gy {
				if arg[i] == Dead {
					gy[i] = float32(math.NaN())
				}
			}
			f0 := rng.IntN(m.fp/Lanes+1) * Lanes
			f1 := f0 + rng.IntN((m.fp-f0)/Lanes+1)*Lanes
			db, check := guarded[float32](t, m.fp, i%5, 77)
			copy(db, integers(rng, len(db), 3, 0))
			want := slices.Clone(db)
			biasGradGo(want, gy, arg, m.cells(), m.fp, f0, f1)
			BiasGrad(db, gy, arg, m.cells(), m.fp, f0, f1)
			check(m)
			if !same(db, want) {
				t.Fatalf("%+v: filters %d to %d: got other values than Go", m, f0, f1)
			}
		}
	})
}

func TestWinogradFilter(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(31, 32))
		for cp := 16; cp <= 64; cp += 16 {
			for fp := 16; fp <= 80; fp += 16 {
				k := integers(rng, 9*cp*fp, 3, fp/16%4)
				stride := cp*fp + rng.IntN(2)*Lanes
				want := make([]float32, 16*stride)
				for i := range want {
					want[i] = 77
				}
				c0 := rng.IntN(cp)
				c1 := c0 + rng.IntN(cp-c0+1)
				u, check := guarded[float32](t, len(want), cp/16%3, 77)
				winogradFilterGo(want, stride, k, cp, fp, c0, c1)
				WinogradFilter(u, k, cp, fp, c0, c1)
				what := fmt.Sprintf("%d×%d, channels %d to %d", cp, fp, c0, c1)
				check(what)
				if !same(u, want) {
					t.Fatalf("%s: got other values than Go", what)
				}
			}
		}
	})
}

func TestWinogradInput(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(33, 34))
		for i, m := range images() {
			x := integers(rng, m.h*m.w*m.fp, 3, i%4)
			n := m.cells() * m.fp
			stride := n + i%3*m.fp
			want := make([]float32, max(0, 15*stride+n))
			for i := range want {
				want[i] = 77 // what lies between is not to be written
			}
			v, check := guarded[float32](t, len(want), i%5, 77)
			winogradInputGo(want, stride, x, m.h, m.w, m.fp)
			WinogradInput(v, stride, x, m.h, m.w, m.fp)
			check(m)
			if !same(v, want) {
				t.Fatalf("%+v: got other values than Go", m)
			}
		}
	})
}

func TestWinogradOutput(t *testing.T) {
	nan := float32(math.NaN())
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(35, 36))
		for fp := 16; fp <= 80; fp += 16 {
			for cells := 1; cells < 12; cells++ {
				stride := cells*fp + cells%3*16
				products := integers(rng, 15*stride+cells*fp, 3, cells%4)
				switch cells {
				case 3:
					clear(products)
				case 4, 5:
					for range 10 {
						products[rng.IntN(len(products))] = nan
					}
				}
				bias := integers(rng, fp, 2, cells%2)
				wantY, wantArg := make([]float32, cells*fp), make([]uint8, cells*fp)
				winogradOutputGo(wantY, wantArg, products, stride, bias, cells, fp)
				y, checkY := guarded[float32](t, cells*fp, cells%5, 77)
				arg, checkArg := guarded[uint8](t, cells*fp, cells%7, 77)
				WinogradOutput(y, arg, products, stride, bias, cells, fp)
				what := fmt.Sprintf("%d cells of %d", cells, fp)
				checkY(what)
				checkArg(what)
				if !same(y, wantY) || !slices.Equal(arg, wantArg) {
					t.Fatalf("%s: got other values than Go", what)
				}
			}
		}
	})
}

// winograd computes a block of images whose channels lie last, in one product each element.
func winograd(x [][]float32, k, bias []float32, h, w, cp, fp int) (y [][]float32, arg [][]uint8) {
	rows, cols := Cells(h, w)
	cells := rows * cols
	strideV, strideM := len(x)*cells*cp, len(x)*cells*fp
	u, v, products := make([]float32, 16*cp*fp), make([]float32, 16*strideV), make([]float32, 16*strideM)
	WinogradFilter(u, k, cp, fp, 0, cp/2)
	WinogradFilter(u, k, cp, fp, cp/2, cp)
	for i, x := range x {
		WinogradInput(v[i*cells*cp:], strideV, x, h, w, cp)
	}
	for i := range products {
		element, cell, f := i/strideM, i%strideM/fp, i%fp
		for ch, d := range v[element*strideV+cell*cp:][:cp] {
			products[i] += d * u[(element*cp+ch)*fp+f]
		}
	}
	for i := range x {
		y, arg = append(y, make([]float32, cells*fp)), append(arg, make([]uint8, cells*fp))
		WinogradOutput(y[i], arg[i], products[i*cells*fp:], strideM, bias, cells, fp)
	}
	return y, arg
}

func TestWinograd(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(37, 38))
		for _, m := range []image{{16, 4, 4, 32}, {32, 5, 9, 16}, {48, 13, 13, 64}, {16, 7, 6, 80}} {
			// The same image twice, beside another one.
			first, other := random(rng, m.h*m.w*m.c, 0), random(rng, m.h*m.w*m.c, 0)
			k, bias := random(rng, 9*m.c*m.fp, 0), random(rng, m.fp, 0)
			y, arg := winograd([][]float32{first, other, first}, k, bias, m.h, m.w, m.c, m.fp)
			if !sameBits(y[0], y[2]) || !slices.Equal(arg[0], arg[2]) {
				t.Fatalf("%+v: an image's output depends on its neighbours", m)
			}
			alone, aloneArg := winograd([][]float32{other}, k, bias, m.h, m.w, m.c, m.fp)
			if !sameBits(y[1], alone[0]) || !slices.Equal(arg[1], aloneArg[0]) {
				t.Fatalf("%+v: an image's output depends on its neighbours", m)
			}

			// To the layout of the naive version: planes, and taps within a channel.
			planes, perChannel := make([]float32, len(first)), make([]float32, len(k))
			for i, v := range first {
				planes[i%m.c*m.h*m.w+i/m.c] = v
			}
			for i, v := range k {
				tap, ch, f := i/(m.c*m.fp), i/m.fp%m.c, i%m.fp
				perChannel[(ch*9+tap)*m.fp+f] = v
			}
			checkNaive(t, y[0], arg[0], planes, perChannel, bias, m)
		}
	})
}

func TestLiveCells(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(43, 44))
		for i, m := range images() {
			rows, cols := Cells(m.h, m.w)
			cells, cp := rows*cols, m.c*Lanes
			n := cells * m.fp
			gy, arg := gradients(rng, n), places(rng, n)
			grad, checkGrad := guarded[float32](t, n, i%4, 77)
			at, checkAt := guarded[int32](t, n, i%5, 77)
			counts, checkCounts := guarded[int32](t, m.fp, i%3, 77)
			wantGrad, wantAt, wantCounts := make([]float32, n), make([]int32, n), make([]int32, m.fp)
			liveCellsGo(wantGrad, wantAt, wantCounts, gy, arg, rows, cols, m.w, cp, m.fp)
			LiveCells(grad, at, counts, gy, arg, rows, cols, m.w, cp, m.fp)
			checkGrad(m)
			checkAt(m)
			checkCounts(m)
			if !slices.Equal(counts, wantCounts) {
				t.Fatalf("%+v: counts are %d, want %d", m, counts, wantCounts)
			}
			for f, count := range counts {
				begin, end := f*cells, f*cells+int(count)
				if !same(grad[begin:end], wantGrad[begin:end]) || !slices.Equal(at[begin:end], wantAt[begin:end]) {
					t.Fatalf("%+v: got another list of filter %d than Go", m, f)
				}
			}
		}
	})
}

// gradients returns n gradients, some of them 0, -0 or not a number.
func gradients(rng *rand.Rand, n int) []float32 {
	x := random(rng, n, 0)
	for i := range x {
		switch rng.IntN(12) {
		case 0, 1:
			x[i] = 0
		case 2:
			x[i] = float32(math.Copysign(0, -1))
		case 3:
			x[i] = float32(math.NaN())
		}
	}
	return x
}

func TestLiveFilters(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(45, 46))
		for i := range 200 {
			fp := (1 + i%6) * Lanes
			stride := rng.IntN(1000)
			gy, arg := gradients(rng, fp), places(rng, fp)
			switch i / 6 % 8 {
			case 0: // all at one place
				for i := range arg {
					gy[i], arg[i] = 1, arg[0]
				}
			case 1:
				clear(gy)
			}
			grad, checkGrad := guarded[float32](t, 4*fp, i%4, 77)
			at, checkAt := guarded[int32](t, 4*fp, i%5, 77)
			wantGrad, wantAt := make([]float32, 4*fp), make([]int32, 4*fp)
			var counts, wantCounts [4]int32
			liveFiltersGo(wantGrad, wantAt, &wantCounts, gy, arg, stride)
			LiveFilters(grad, at, &counts, gy, arg, stride)
			what := fmt.Sprintf("%d filters", fp)
			checkGrad(what)
			checkAt(what)
			if counts != wantCounts {
				t.Fatalf("%s: counts are %d, want %d", what, counts, wantCounts)
			}
			for p, count := range counts {
				begin, end := p*fp, p*fp+int(count)
				if !same(grad[begin:end], wantGrad[begin:end]) || !slices.Equal(at[begin:end], wantAt[begin:end]) {
					t.Fatalf("%s: got another list of place %d than Go", what, p)
				}
			}
		}
	})
}

func TestScaledRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(41, 42))
		for n := 16; n <= 16*26; n += 16 {
			for count := 0; count <= 40; count++ {
				src := integers(rng, n+rng.IntN(1000), 9, count%5)
				scale := integers(rng, count, 9, count%3)
				at := make([]int32, count, count+3)
				for i := range at {
					at[i] = int32(rng.IntN(len(src) - n + 1))
				}
				dst, check := guarded[float32](t, n, count%7, 77)
				copy(dst, integers(rng, n, 9, 0))
				want := slices.Clone(dst)
				scaledRowsGo(want, []int32{0}, src, scale, at, []int32{int32(count)}, 0, 1, 0, 0, n)
				ScaledRows(dst, src, scale, at)
				what := fmt.Sprintf("%d rows of %d", count, n)
				check(what)
				if !same(dst, want) {
					t.Fatalf("%s: got other values than Go", what)
				}
			}
		}
	})
}

func TestScaledRowsEach(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(47, 48))
		for i := range 300 {
			n, rows, lists, room := (1+rng.IntN(20))*Lanes, 1+rng.IntN(4), 1+rng.IntN(9), 1+rng.IntN(30)
			dstRow, srcRow := rng.IntN(500), rng.IntN(500)
			src := integers(rng, n+rng.IntN(1000)+(rows-1)*srcRow, 9, i%5)
			scale := integers(rng, lists*room, 9, i%3)
			at, counts, dstAt := make([]int32, lists*room), make([]int32, lists), make([]int32, lists)
			for i := range at {
				at[i] = int32(rng.IntN(len(src) - n - (rows-1)*srcRow + 1))
			}
			for l := range counts {
				counts[l], dstAt[l] = int32(rng.IntN(room+1)), int32(rng.IntN(1000))
			}
			dst, check := guarded[float32](t, int(slices.Max(dstAt))+(rows-1)*dstRow+n, i%7, 77)
			copy(dst, integers(rng, len(dst), 9, 0))
			want := slices.Clone(dst)
			scaledRowsGo(want, dstAt, src, scale, at, counts, room, rows, dstRow, srcRow, n)
			ScaledRowsEach(dst, dstAt, src, scale, at, counts, room, rows, dstRow, srcRow, n)
			what := fmt.Sprintf("%d lists of %d rows of %d", lists, rows, n)
			check(what)
			if !same(dst, want) {
				t.Fatalf("%s: got other values than Go", what)
			}
		}
	})
}
