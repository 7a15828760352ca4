package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

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

// winograd computes a block of images whose channels lie last, in one product
// each element.
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

			// To the layout of the naive version: planes, and taps within a
			// channel.
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
