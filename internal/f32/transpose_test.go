package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTranspose(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(101, 102))
		for rows := range 36 {
			for cols := range 50 {
				ldx, ldy := cols+(rows+cols)%3, rows+rows%2
				x, checkX := surrounded(t, rng, max(0, (rows-1)*ldx+cols), rows%5)
				y, check := surrounded(t, rng, max(0, (cols-1)*ldy+rows), cols%7)
				want := slices.Clone(y)
				for i := range rows {
					for j := range cols {
						want[j*ldy+i] = x[i*ldx+j]
					}
				}
				Transpose(y, ldy, x, ldx, rows, cols)
				what := fmt.Sprintf("%d×%d, strides %d to %d", rows, cols, ldx, ldy)
				wantSame(t, what, y, want)
				check(what)
				checkX(what)
			}
		}
	})
}

// What a NaN holds is copied, too.
func TestTransposeBits(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		x := make([]float32, 17*17)
		for i := range x {
			x[i] = math.Float32frombits(0x7f800001 + uint32(i)) // signalling
		}
		y := make([]float32, len(x))
		Transpose(y, 17, x, 17, 17, 17)
		for i := range x {
			if j := i%17*17 + i/17; math.Float32bits(y[j]) != math.Float32bits(x[i]) {
				t.Fatalf("%x became %x", math.Float32bits(x[i]), math.Float32bits(y[j]))
			}
		}
	})
}

func TestTransposePanics(t *testing.T) {
	full := make([]float32, 12)
	wantPanic(t, "f32: Transpose: negative size", func() { Transpose(full, 3, full, 4, -1, 4) })
	wantPanic(t, "f32: Transpose: negative stride", func() { Transpose(full, 3, full, -4, 3, 4) })
	wantPanic(t, "f32: Transpose: rows of y overlap", func() { Transpose(full, 2, full, 4, 3, 4) })
	wantPanic(t, "f32: Transpose: y too short", func() { Transpose(full[:11], 3, full, 4, 3, 4) })
	wantPanic(t, "f32: Transpose: x too short", func() { Transpose(full, 3, full[:11], 4, 3, 4) })
}

func BenchmarkTranspose(b *testing.B) {
	for _, s := range [][2]int{{32, 784}, {784, 32}, {64, 196}, {196, 64}, {128, 49}, {49, 128}, {3, 1024}, {1, 784}} {
		rows, cols := s[0], s[1]
		x, y := make([]float32, rows*cols), make([]float32, rows*cols)
		for _, level := range Levels() {
			b.Run(fmt.Sprintf("%dx%d/%v", rows, cols, level), func(b *testing.B) {
				defer Use(Use(level))
				for b.Loop() {
					Transpose(y, rows, x, cols, rows, cols)
				}
				b.ReportMetric(float64(8*rows*cols)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			})
		}
	}
}
