package f32

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// slowMaxPool is the rule of MaxPool for one window and channel.
func slowMaxPool(values []float32) (largest float32, at int) {
	at = -1
	for t, v := range values {
		if v > largest || at < 0 || v != v {
			largest, at = v, t
		}
	}
	return largest, at
}

func TestMaxPool(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(111, 112))
		eachWindows(func(w windows) {
			n, codes := w.cols*w.c, w.codes()
			x, checkX := surrounded(t, rng, w.size, w.cols%5)
			if w.cols%2 == 0 {
				copy(x, integers(rng, len(x), 2, 0)) // ties
			}
			y, checkY := surrounded(t, rng, n, w.cols%3)
			arg, checkArg := guarded[uint8](t, n, w.cols%7, 9)
			MaxPool(y, arg, x, w.taps, codes, w.cols, w.stride, w.c)
			for i := range n {
				var values []float32
				for tap := range w.taps {
					values = append(values, x[w.at(i/w.c, tap, i%w.c)])
				}
				largest, at := slowMaxPool(values)
				wantSame(t, w, y[i:i+1], []float32{largest})
				if arg[i] != codes[at] {
					t.Fatalf("%v: the largest of %v is of %d, want %d", w, values, arg[i], codes[at])
				}
			}
			for _, check := range []func(any){checkX, checkY, checkArg} {
				check(w)
			}
		})
	})
}

// TestMaxPoolTo: what it makes of some channels is what MaxPool makes of them, with
// zeros behind.
func TestMaxPoolTo(t *testing.T) {
	rng := rand.New(rand.NewPCG(115, 116))
	eachWindows(func(w windows) {
		codes := w.codes()
		x, checkX := surrounded(t, rng, w.size, w.cols%5)
		if w.cols%2 == 0 {
			copy(x, integers(rng, len(x), 2, 0)) // ties
		}
		for _, c := range []int{1, w.c / 2, w.c} {
			wide := w.c + 3*(w.cols%2)
			y, checkY := surrounded(t, rng, w.cols*wide, w.cols%3)
			arg, checkArg := guarded[uint8](t, w.cols*wide, w.cols%7, 9)
			MaxPoolTo(y, arg, wide, x, w.taps, codes, w.cols, w.stride, c)
			for i := range y {
				want, code := float32(0), uint8(0)
				if i%wide < c {
					var values []float32
					for tap := range w.taps {
						values = append(values, x[w.at(i/wide, tap, i%wide)])
					}
					largest, at := slowMaxPool(values)
					want, code = largest, codes[at]
				}
				wantSame(t, w, y[i:i+1], []float32{want})
				if arg[i] != code {
					t.Fatalf("%v: channel %d of %d: got code %d, want %d", w, i%wide, c, arg[i], code)
				}
			}
			for _, check := range []func(any){checkX, checkY, checkArg} {
				check(w)
			}
		}
	})
}

func TestMaxPoolGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(113, 114))
		eachWindows(func(w windows) {
			n, codes := w.cols*w.c, w.codes()
			dx, checkX := surrounded(t, rng, w.size, w.cols%5)
			g, checkG := surrounded(t, rng, n, w.cols%3)
			if w.cols%2 == 0 { // the order of the sums shows
				copy(dx, random(rng, len(dx), 0))
				copy(g, random(rng, len(g), 0))
			}
			arg, checkArg := guarded[uint8](t, n, w.cols%7, 9)
			for i := range arg {
				arg[i] = uint8(1) // of no tap
				if rng.IntN(8) > 0 {
					arg[i] = codes[rng.IntN(len(codes))]
				}
			}
			want := slices.Clone(dx)
			for i := range n {
				if tap := slices.Index(codes, arg[i]); tap >= 0 {
					want[w.at(i/w.c, tap, i%w.c)] += g[i]
				}
			}
			MaxPoolGrad(dx, g, arg, w.taps, codes, w.cols, w.stride, w.c)
			wantSame(t, w, dx, want)
			for _, check := range []func(any){checkX, checkG, checkArg} {
				check(w)
			}
		})
	})
}

var poolShapes = []windows{newWindows(14, 2, 2, 2, 32), newWindows(8, 2, 3, 3, 64), newWindows(7, 2, 2, 2, 16)}

func BenchmarkMaxPool(b *testing.B) {
	benchmarkWindows(b, poolShapes, func(w windows, rng *rand.Rand) func() {
		x, y, arg, codes := random(rng, w.size, 0), make([]float32, w.cols*w.c), make([]uint8, w.cols*w.c), w.codes()
		return func() { MaxPool(y, arg, x, w.taps, codes, w.cols, w.stride, w.c) }
	})
}

func BenchmarkMaxPoolGrad(b *testing.B) {
	benchmarkWindows(b, poolShapes, func(w windows, rng *rand.Rand) func() {
		x, y, arg, codes := random(rng, w.size, 0), random(rng, w.cols*w.c, 0), make([]uint8, w.cols*w.c), w.codes()
		for i := range arg {
			arg[i] = codes[rng.IntN(len(codes))]
		}
		return func() { MaxPoolGrad(x, y, arg, w.taps, codes, w.cols, w.stride, w.c) }
	})
}
