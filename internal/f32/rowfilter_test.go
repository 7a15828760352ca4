package f32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestRowFilter compares with the sums that rows of outputs are.
func TestRowFilter(t *testing.T) {
	rng := rand.New(rand.NewPCG(221, 222))
	for _, c := range []int{1, 2, 6, 15, 20} {
		for cols := 1; cols <= 13; cols++ {
			for _, n := range []int{1, 6, 16} {
				rowsAgree(t, rng, c, cols, n, n+cols%3)
			}
		}
	}
}

func rowsAgree(t *testing.T, rng *rand.Rand, c, cols, n, pixel int) {
	const rows = 2
	tiles := (cols + RowTile - 1) / RowTile
	wide := (RowTile*(tiles-1) + RowElements) * c
	high := rows + RowKernel - 1
	x, w, bias := random(rng, high*wide, 0), random(rng, n*c*RowKernel*RowKernel, 0), random(rng, n, 0)
	step := high*c*RowElements + 3
	in, u := make([]float32, tiles*step), make([]float32, n*c*rowBlock)
	for r := range high {
		RowInput(in[r*c*RowElements:], step, x[r*wide:][:wide], c, tiles)
	}
	for f := range n {
		RowFilter(u[f*c*rowBlock:], w[f*c*RowKernel*RowKernel:], c)
	}
	for r := range rows {
		y, check := surrounded(t, rng, (cols-1)*pixel+n, cols%3)
		before := slices.Clone(y)
		RowOutput(y, pixel, in[r*c*RowElements:], step, u, bias, cols, c, n)
		var got []float32
		var want []float64
		for col := range cols {
			for f := range n {
				sum := float64(bias[f])
				for i := range c * RowKernel * RowKernel {
					ch, v, h := i/RowKernel/RowKernel, i/RowKernel%RowKernel, i%RowKernel
					sum += float64(w[f*c*RowKernel*RowKernel+i]) * float64(x[(r+v)*wide+(col+h)*c+ch])
				}
				at := col*pixel + f
				got, want, before[at] = append(got, y[at]), append(want, sum), y[at]
			}
		}
		within(t, fmt.Sprintf("%d channels, %d columns, %d filters", c, cols, n), got, want, 5e-6)
		wantSame(t, "between the pixels", y, before)
		check(cols)
	}
}

func BenchmarkRowOutput(b *testing.B) {
	for _, q := range []struct{ c, cols, n int }{{1, 28, 6}, {6, 10, 16}} { // LeNet's
		b.Run(fmt.Sprintf("c=%d/n=%d", q.c, q.n), func(b *testing.B) {
			tiles, step := (q.cols+RowTile-1)/RowTile, RowKernel*q.c*RowElements
			y, t, u, bias := make([]float32, q.cols*q.n), make([]float32, tiles*step), make([]float32, q.n*q.c*rowBlock), make([]float32, q.n)
			for b.Loop() {
				RowOutput(y, q.n, t, step, u, bias, q.cols, q.c, q.n)
			}
			b.ReportMetric(float64(2*q.c*q.cols*q.n*RowKernel*RowKernel)*float64(b.N)/1e9/b.Elapsed().Seconds(), "GFLOP/s")
		})
	}
}
