package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// checkFirstBlock compares FirstBlock with the Go version on inputs whose sums
// are exact.
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
