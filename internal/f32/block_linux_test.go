package f32

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// bytes are the bytes of floats, and integers their bits.
func bytes(x []float32) []uint8 { return unsafe.Slice((*uint8)(unsafe.Pointer(&x[0])), 4*len(x)) }
func bits(x []float32) []int32  { return unsafe.Slice((*int32)(unsafe.Pointer(&x[0])), len(x)) }

// Nothing is read or written beyond the end of an operand.
func TestBlockFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(51, 52))
		shapes := []image{{2, 6, 6, 32}, {1, 13, 12, 80}, {3, 7, 5, 48}}
		for cells := 1; cells <= 17; cells++ {
			shapes = append(shapes, image{1, 4, 2*cells + 2, 16})
		}
		for _, m := range shapes {
			rows, cols := Cells(m.h, m.w)
			cells := rows * cols
			n := cells * m.fp
			fill := func(n int) []float32 {
				x := fenced(t, n)
				copy(x, random(rng, n, 0))
				return x
			}

			x, k, bias := fill(m.c*m.h*m.w), fill(9*m.c*m.fp), fill(m.fp)
			y, arg := fill(n), bytes(fill(n/4))
			FirstBlock(y, arg, x, k, bias, m.c, m.h, m.w, m.fp)
			FirstBlockGrad(k, bias, y, arg, x, m.c, m.h, m.w, m.fp, 0, m.fp)
			BiasGrad(bias, y, arg, cells, m.fp, 0, m.fp)

			grad, at, counts := fill(n), bits(fill(n)), bits(fill(m.fp))
			last := fill(m.h * m.w * m.fp) // channels last
			LiveCells(grad, at, counts, y, arg, rows, cols, m.w, m.fp, m.fp)
			ScaledRows(RowSums{
				Dst: fill(m.fp * m.fp), DstAt: multiples(m.fp, m.fp), Src: last, Scale: grad, At: at,
				Counts: counts, Room: cells, Rows: 1, Width: m.fp,
			})

			var four [4]int32
			grad, at = fill(4*m.fp), bits(fill(4*m.fp))
			LiveFilters(grad, at, &four, y[n-m.fp:], arg[n-m.fp:], 32)
			ScaledRows(RowSums{
				Dst: fill(4 * 32), DstAt: multiples(4, 32), Src: fill(32 * m.fp), Scale: grad, At: at,
				Counts: four[:], Room: m.fp, Rows: 1, Width: 32,
			})

			u, v, products := fill(16*m.fp*m.fp), fill(16*n), fill(16*n)
			WinogradFilter(u, fill(9*m.fp*m.fp), m.fp, m.fp, 0, m.fp)
			WinogradInput(v, n, last, m.h, m.w, m.fp)
			WinogradOutput(y, arg, products, n, bias, cells, m.fp)
		}
	})
}
