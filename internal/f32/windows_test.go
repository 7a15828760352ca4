package f32

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// windows is a row of windows over pixels whose channels lie last.
type windows struct {
	cols, stride, c int
	taps            []int
	size            int // of x
}

func (w windows) String() string {
	return fmt.Sprintf("cols=%d stride=%d c=%d taps=%v", w.cols, w.stride, w.c, w.taps)
}

// eachWindows calls f with rows of windows of h×w taps that lie step pixels
// apart, each with room at the end of its rows of pixels.
func eachWindows(f func(w windows)) {
	for _, c := range []int{16, 32, 48, 64, 80, 112} {
		for _, kernel := range [][2]int{{1, 1}, {1, 2}, {2, 2}, {3, 3}, {2, 5}, {5, 5}, {3, 4}} {
			for cols := range 17 {
				step := 1 + (cols+kernel[1])%3
				f(newWindows(cols, step, kernel[0], kernel[1], c))
			}
		}
	}
	for _, cols := range []int{27, 28, 29, 32, 43} {
		f(newWindows(cols, 1, 3, 3, 16))
	}
}

func newWindows(cols, step, kh, kw, c int) windows {
	w := windows{cols: cols, stride: step * c, c: c}
	row := (max(0, cols-1)*step + kw + 1) * c
	for u := range kh {
		for v := range kw {
			w.taps = append(w.taps, u*row+v*c)
		}
	}
	w.size = w.taps[len(w.taps)-1] + max(0, cols-1)*w.stride + c
	return w
}

// codes are a different number for each tap, in no order.
func (w windows) codes() []uint8 {
	codes := make([]uint8, len(w.taps))
	for t := range codes {
		codes[t] = uint8(255 - 7*t)
	}
	return codes
}

// at is where channel ch of tap t of window i lies in x.
func (w windows) at(i, t, ch int) int { return w.taps[t] + i*w.stride + ch }

func TestWindowsPanic(t *testing.T) {
	x, arg := make([]float32, 64), make([]uint8, 64)
	taps, codes := []int{0, 16}, []uint8{0, 1}
	pool := func(y, x []float32, arg []uint8, codes []uint8, cols, stride, c int) func() {
		return func() { MaxPool(y, arg, x, taps, codes, cols, stride, c) }
	}
	pool(x[:32], x[:48], arg[:32], codes, 2, 16, 16)() // as short as allowed
	wantPanic(t, "f32: MaxPool: tap outside its slice", pool(x, x[:47], arg, codes, 2, 16, 16))
	wantPanic(t, "f32: MaxPool: output too short", pool(x[:31], x, arg, codes, 2, 16, 16))
	wantPanic(t, "f32: MaxPool: output too short", pool(x, x, arg[:31], codes, 2, 16, 16))
	wantPanic(t, "f32: MaxPool: want a code for each tap", pool(x, x, arg, codes[:1], 2, 16, 16))
	wantPanic(t, "f32: MaxPool: want channels in multiples of Lanes", pool(x, x, arg, codes, 2, 16, 15))
	wantPanic(t, "f32: MaxPool: negative size", pool(x, x, arg, codes, -2, 16, 16))
	wantPanic(t, "f32: MaxPool: negative size", pool(x, x, arg, codes, 2, -16, 16))

	grad := func(g []float32, arg []uint8, codes []uint8) func() {
		return func() { MaxPoolGrad(x, g, arg, taps, codes, 2, 16, 16) }
	}
	wantPanic(t, "f32: MaxPoolGrad: gradient too short", grad(x[:31], arg, codes))
	wantPanic(t, "f32: MaxPoolGrad: gradient too short", grad(x, arg[:31], codes))
	wantPanic(t, "f32: MaxPoolGrad: want a code for each tap", grad(x, arg, codes[:1]))
	taps[0] = -1
	wantPanic(t, "f32: MaxPool: tap outside its slice", pool(x, x, arg, codes, 2, 16, 16))
	wantPanic(t, "f32: MaxPoolGrad: tap outside its slice", grad(x, arg, codes))
}

// benchmarkWindows measures a kernel over one row of an image.
func benchmarkWindows(b *testing.B, shapes []windows, prepare func(w windows, rng *rand.Rand) func()) {
	for _, w := range shapes {
		for _, level := range Levels() {
			b.Run(fmt.Sprintf("cols=%d,c=%d,taps=%d/%v", w.cols, w.c, len(w.taps), level), func(b *testing.B) {
				defer Use(Use(level))
				run := prepare(w, rand.New(rand.NewPCG(1, 2)))
				for b.Loop() {
					run()
				}
				reportFlops(b, 2*w.cols*w.c*len(w.taps))
			})
		}
	}
}
