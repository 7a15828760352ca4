package f32

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The lesson's shapes: 28×28 pixels, 64 filters, 13×13 of them pooled, 64
// filters, 5×5.

// benchmarkLevels measures a kernel that handles an image, or a step's weights,
// with so many operations, on one of several inputs after the other: branches
// are as hard to predict as on new images.
func benchmarkLevels(b *testing.B, operations int, prepare func(rng *rand.Rand, inputs int) func(input int)) {
	const inputs = 16
	for _, level := range Levels() {
		b.Run(level.String(), func(b *testing.B) {
			defer Use(Use(level))
			run := prepare(rand.New(rand.NewPCG(1, 2)), inputs)
			i := 0
			for b.Loop() {
				run(i % inputs)
				i++
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N), "µs/image")
			if operations > 0 {
				reportFlops(b, operations)
			}
		})
	}
}

func BenchmarkFirstBlock(b *testing.B) {
	benchmarkLevels(b, 2*9*4*169*64, func(rng *rand.Rand, inputs int) func(int) {
		x := random(rng, inputs*28*28, 0)
		k, bias := random(rng, 9*64, 0), random(rng, 64, 0)
		y, arg := make([]float32, 169*64), make([]uint8, 169*64)
		return func(i int) { FirstBlock(y, arg, x[i*28*28:][:28*28], k, bias, 1, 28, 28, 64) }
	})
}

func BenchmarkFirstBlockGrad(b *testing.B) {
	benchmarkLevels(b, 2*9*169*64, func(rng *rand.Rand, inputs int) func(int) {
		x := random(rng, inputs*28*28, 0)
		gy, arg := random(rng, 169*64, 0), make([]uint8, inputs*169*64)
		for i := range arg {
			arg[i] = uint8(rng.IntN(Dead + 1))
		}
		dk, db := make([]float32, 9*64), make([]float32, 64)
		return func(i int) {
			FirstBlockGrad(dk, db, gy, arg[i*169*64:][:169*64], x[i*28*28:][:28*28], 1, 28, 28, 64, 0, 64)
		}
	})
}

func BenchmarkBiasGrad(b *testing.B) {
	benchmarkLevels(b, 0, func(rng *rand.Rand, inputs int) func(int) {
		gy, arg := pooled(rng, inputs*25)
		db := make([]float32, 64)
		return func(i int) { BiasGrad(db, gy[i*25*64:], arg[i*25*64:], 25, 64, 0, 64) }
	})
}

func BenchmarkWinogradFilter(b *testing.B) {
	for _, stride := range []int{64 * 64, 64*64 + Lanes} {
		b.Run(fmt.Sprint(stride), func(b *testing.B) {
			benchmarkLevels(b, 0, func(rng *rand.Rand, _ int) func(int) {
				k, u := random(rng, 9*64*64, 0), make([]float32, 16*stride)
				return func(int) { WinogradFilter(u, k, 64, 64, 0, 64) }
			})
		})
	}
}

func BenchmarkWinogradInput(b *testing.B) {
	benchmarkLevels(b, 0, func(rng *rand.Rand, inputs int) func(int) {
		x, v := random(rng, 13*13*64, 0), make([]float32, 16*25*64)
		return func(int) { WinogradInput(v, 25*64, x, 13, 13, 64) }
	})
}

func BenchmarkWinogradOutput(b *testing.B) {
	benchmarkLevels(b, 0, func(rng *rand.Rand, inputs int) func(int) {
		m, bias := random(rng, 16*25*64, 0), random(rng, 64, 0)
		y, arg := make([]float32, 25*64), make([]uint8, 25*64)
		return func(int) { WinogradOutput(y, arg, m, 25*64, bias, 25, 64) }
	})
}

// pooled returns the gradients of cells of 64 filters, 60 % of them alive, as
// the second block of a trained network has them.
func pooled(rng *rand.Rand, cells int) (gy []float32, arg []uint8) {
	gy, arg = random(rng, cells*64, 0), make([]uint8, cells*64)
	for i := range arg {
		if arg[i] = uint8(rng.IntN(4)); rng.IntN(10) < 4 {
			arg[i] = Dead
		}
	}
	return gy, arg
}

func BenchmarkLiveCells(b *testing.B) {
	for _, size := range []int{5, 13} {
		cells := size * size
		b.Run(fmt.Sprint(cells), func(b *testing.B) {
			benchmarkLevels(b, 0, func(rng *rand.Rand, inputs int) func(int) {
				gy, arg := pooled(rng, inputs*cells)
				grad, at, counts := make([]float32, cells*64), make([]int32, cells*64), make([]int32, 64)
				return func(i int) {
					n := i * cells * 64
					LiveCells(grad, at, counts, gy[n:], arg[n:], size, size, 2*size+3, 64, 64)
				}
			})
		})
	}
}

func BenchmarkLiveFilters(b *testing.B) {
	benchmarkLevels(b, 0, func(rng *rand.Rand, inputs int) func(int) {
		gy, arg := pooled(rng, inputs*25)
		grad, at := make([]float32, 5*64), make([]int32, 5*64)
		return func(i int) {
			var counts [4]int32
			for cell := i * 25; cell < (i+1)*25; cell++ {
				LiveFilters(grad, at, &counts, gy[cell*64:][:64], arg[cell*64:], 9*64)
			}
		}
	})
}

// lists are LiveCells' for an image of 13×13×64.
type lists struct {
	grad       []float32
	at, counts []int32
}

func newLists(rng *rand.Rand) lists {
	gy, arg := pooled(rng, 25)
	l := lists{make([]float32, 25*64), make([]int32, 25*64), make([]int32, 64)}
	LiveCells(l.grad, l.at, l.counts, gy, arg, 5, 5, 13, 64, 64)
	return l
}

// BenchmarkKernelGrad computes the gradient of the second block's kernel,
// BenchmarkInputGrad that of its input.
func BenchmarkKernelGrad(b *testing.B) {
	benchmarkLevels(b, 2*64*15*576, func(rng *rand.Rand, inputs int) func(int) {
		x, dk := random(rng, 13*13*64, 0), random(rng, 64*576, 0)
		all, dstAt := make([]lists, inputs), make([]int32, 64)
		for i := range all {
			all[i] = newLists(rng)
		}
		for f := range dstAt {
			dstAt[f] = int32(f * 576)
		}
		return func(i int) {
			l := all[i]
			ScaledRows(RowSums{
				Dst: dk, DstAt: dstAt, DstRow: 192, Src: x, Scale: l.grad, At: l.at, SrcRow: 13 * 64,
				Counts: l.counts, Room: 25, Rows: 3, Width: 192,
			})
		}
	})
}

func BenchmarkInputGrad(b *testing.B) {
	benchmarkLevels(b, 2*64*15*576, func(rng *rand.Rand, inputs int) func(int) {
		k, dx := random(rng, 3*64*192, 0), random(rng, 13*13*64, 0)
		gy, arg := pooled(rng, inputs*25)
		grad, at := make([]float32, 25*4*64), make([]int32, 25*4*64)
		dstAt, counts := make([]int32, 25*4), make([]int32, 25*4)
		for i := range dstAt {
			cell, p := i/4, i%4
			dstAt[i] = int32(((cell/5*2+p/2)*13 + cell%5*2 + p%2) * 64)
		}
		return func(i int) {
			for cell := range 25 {
				n, list := (i*25+cell)*64, cell*4*64
				LiveFilters(grad[list:], at[list:], (*[4]int32)(counts[4*cell:]), gy[n:n+64], arg[n:], 192)
			}
			clear(dx)
			for row := range 3 {
				ScaledRows(RowSums{
					Dst: dx[row*13*64:], DstAt: dstAt, Src: k[row*64*192:], Scale: grad, At: at,
					Counts: counts, Room: 64, Rows: 1, Width: 192,
				})
			}
		}
	})
}

func BenchmarkScaledRows(b *testing.B) {
	for _, n := range []int{192, 144, 96, 64, 48, 16} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmarkLevels(b, 2*64*15*n, func(rng *rand.Rand, inputs int) func(int) {
				src, dst := random(rng, 13*13*64, 0), random(rng, 64*3*192, 0)
				all := make([]lists, inputs)
				for i := range all {
					all[i] = newLists(rng)
				}
				dstAt := multiples(64, 3*192)
				return func(i int) {
					l := all[i]
					ScaledRows(RowSums{
						Dst: dst, DstAt: dstAt, Src: src, Scale: l.grad, At: l.at,
						Counts: l.counts, Room: 25, Rows: 1, Width: n,
					})
				}
			})
		})
	}
}
