package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

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
