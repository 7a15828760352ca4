package f32

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// sixteenths are n multiples of 1/16 from -16 to 16, the same on each processor.
func sixteenths(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.IntN(513)-256) / 16 * (1 + float32(rng.IntN(1<<10))/(1<<14))
	}
	return x
}

// kernelBits are what kernels compute, as hashes, with AVX2 and with NEON: recorded
// with AVX2 by this test, whose failures print them. They change only where a change
// of rounding is meant.
var kernelBits = map[string]string{
	"Gemm":       "4521239fd93c7ca7",
	"GemmTaps":   "415b00300368b097",
	"GemmParts":  "7a43ad1f896a06bb",
	"curves":     "bbab23c04afda369",
	"steps":      "1c019adb86146038",
	"Adam":       "dad38a5993ba3630",
	"sums":       "cb4b70981ff40072",
	"columns":    "4e4cb7fff080de4a",
	"Depthwise":  "b8365280799bb592",
	"Winograd":   "9916f2678e3233c2",
	"FirstBlock": "05b03256c26f5a6a",
	"ScaledRows": "4bf9ef08df70431e",
}

// TestSameOnEveryProcessor has the kernels of the processor that are nearest to AVX2's
// compute AVX2's bits: networks are trained alike on both. Tests on amd64 compare
// AVX-512 with AVX2, where these are to be the same.
func TestSameOnEveryProcessor(t *testing.T) {
	if Best() == Generic {
		t.Skip("generic Go rounds otherwise")
	}
	defer Use(Use(AVX2))
	const c, n = 32, 1000
	for _, kernel := range []struct {
		name string
		run  func(x func(n int) []float32) [][]float32
	}{
		{"Gemm", func(x func(n int) []float32) [][]float32 {
			y := make([]float32, 23*37)
			Gemm(y, 37, x(23*300), 300, 1, x(300*37), 37, 23, 37, 300, false)
			return [][]float32{y}
		}},
		{"GemmTaps", func(x func(n int) []float32) [][]float32 {
			y := make([]float32, 23*37)
			GemmTaps(y, 37, x(60*c), c, 1, []int{0, c, 7 * c}, x(3*c*37), 37, 23, 37, c, Ends{From: x(37), Low: -500, High: 500})
			return [][]float32{y}
		}},
		{"GemmParts", func(x func(n int) []float32) [][]float32 {
			y := make([]float32, 23*37)
			GemmParts(y, 37, x(20*23), 1, 23, x(20*37), 37, 23, 37, []int{5, 4, 3, 5, 3})
			return [][]float32{y}
		}},
		{"curves", func(x func(n int) []float32) (made [][]float32) {
			for _, curve := range curves {
				y, dx, at := make([]float32, n), make([]float32, n), x(n)
				Apply(curve.Curve, y, at)
				Grad(curve.Curve, dx, x(n), at)
				made = append(made, y, dx)
			}
			return made
		}},
		{"steps", func(x func(n int) []float32) (made [][]float32) {
			for _, s := range steps {
				for range s.slices {
					made = append(made, x(n))
				}
				slices := made[len(made)-s.slices:]
				if s.slices > 2 { // the third may be a mean of squares
					for i, v := range slices[2] {
						slices[2][i] = max(v, -v)
					}
				}
				s.step(slices)
			}
			return made
		}},
		{"Adam", func(x func(n int) []float32) [][]float32 {
			w, m, v := x(n), x(n), x(n)
			for i := range v {
				v[i] *= v[i]
			}
			Adam(w, x(n), m, v, AdamStep{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, C1: 0.1, C2: 0.001, Epsilon: 1e-7})
			return [][]float32{w, m, v}
		}},
		{"sums", func(x func(n int) []float32) [][]float32 {
			a, b := x(n), x(n)
			d := make([]float64, n)
			AddDoubles(d, a)
			sums := []float64{SumSquares(a), DotBelow(a, b), float64(Largest(a)), SumExp(b, Largest(b)), d[n/2]}
			return [][]float32{halves(sums)}
		}},
		{"columns", func(x func(n int) []float32) [][]float32 {
			a, g, k := x(41*c), x(41*c), make([]float32, c)
			l := Lines{x(c), x(c), x(c), 0, 6}
			sum, spread, sums, product, mean := make([]float64, c), make([]float64, c), make([]float64, c), make([]float64, c), make([]float64, c)
			for i, v := range x(c) {
				mean[i] = float64(v)
			}
			AddColumns(k, a)
			ColumnSums(sum, a)
			ColumnSpread(spread, a, mean)
			ColumnProducts(sums, product, g, a, mean, l)
			y, dx := make([]float32, 41*c), make([]float32, 41*c)
			Affine(y, a, g, l)
			AffineGrad(dx, g, a, l, x(c), x(c))
			return [][]float32{k, halves(sum), halves(spread), halves(sums), halves(product), y, dx}
		}},
		{"Depthwise", func(x func(n int) []float32) [][]float32 {
			taps := []Tap{{0, 0}, {c, c}, {2 * c, 2 * c}, {20 * c, 3 * c}}
			grid := Grid{Rows: 3, Cols: 17, XRow: 20 * c, XPixel: c, YRow: 17 * c, YPixel: c}
			image, w, y := x(100*c), x(4*c), make([]float32, 3*17*c)
			Depthwise(y, image, w, x(c), taps, grid, c, -300, 300)
			DepthwiseGrad(w, image, y, taps, grid, c)
			return [][]float32{y, w}
		}},
		{"Winograd", func(x func(n int) []float32) [][]float32 {
			v, u, y := make([]float32, 36*c), make([]float32, 36*c), make([]float32, 16*c)
			F4.Input(v, c, x(36*c), 6*c, c, 1)
			F4.Filter(u, c, x(9*c), c, c)
			F4.Output(y, 4*c, x(36*c), c, x(c), true, 3, 3, c)
			image, pooled, arg := make([]float32, 16*c), make([]float32, c), make([]uint8, c)
			WinogradInput(image, c, x(16*c), 4, 4, c)
			WinogradOutput(pooled, arg, image, c, x(c), 1, c)
			return [][]float32{v, u, y, image, pooled}
		}},
		{"FirstBlock", func(x func(n int) []float32) [][]float32 {
			const h, w, channels = 8, 10, 2
			rows, cols := Cells(h, w)
			y, arg, dk, db := make([]float32, rows*cols*c), make([]uint8, rows*cols*c), x(9*channels*c), x(c)
			image := x(channels * h * w)
			FirstBlock(y, arg, image, x(9*channels*c), x(c), channels, h, w, c)
			FirstBlockGrad(dk, db, x(rows*cols*c), arg, image, channels, h, w, c, 0, c)
			return [][]float32{y, dk, db}
		}},
		{"ScaledRows", func(x func(n int) []float32) [][]float32 {
			const room, width = 7, 96 + 48 + 16
			s := RowSums{Dst: x(2 * width), DstAt: []int32{0, width}, DstRow: width, Src: x(9 * width), Scale: x(2 * room), SrcRow: width, Counts: []int32{7, 5}, Room: room, Rows: 1, Width: width}
			for i := range 2 * room {
				s.At = append(s.At, int32(i%9*width))
			}
			ScaledRows(s)
			return [][]float32{s.Dst}
		}},
	} {
		rng, h := rand.New(rand.NewPCG(141, 142)), fnv.New64a()
		for _, made := range kernel.run(func(n int) []float32 { return sixteenths(rng, n) }) {
			for _, v := range made {
				bits := math.Float32bits(v)
				if v != v {
					bits = math.Float32bits(float32(math.NaN()))
				}
				h.Write(binary.LittleEndian.AppendUint32(nil, bits))
			}
		}
		if got := fmt.Sprintf("%016x", h.Sum64()); got != kernelBits[kernel.name] {
			t.Errorf("%q: %q, want %q", kernel.name, got, kernelBits[kernel.name])
		}
	}
}

// halves are the upper and the lower half of each number's bits.
func halves(x []float64) (bits []float32) {
	for _, v := range x {
		b := math.Float64bits(v)
		bits = append(bits, math.Float32frombits(uint32(b>>32)), math.Float32frombits(uint32(b)))
	}
	return bits
}
