package engine

import (
	"math"

	"euryale/internal/f32"
)

// stretch is how many pixels of an image are taken together: of each channel
// they are one vector.
const stretch = 256

// eachStretch calls f with where in its batch each stretch of sample i begins,
// in its first channel, and how long it is.
func (s channels) eachStretch(i int, f func(at, n int)) {
	first := i * s.c * s.area
	for from := 0; from < s.area; from += stretch {
		f(first+from, min(stretch, s.area-from))
	}
}

// of is what channel ch has of a stretch.
func (s channels) of(x []float32, at, n, ch int) []float32 {
	at += ch * s.area
	return x[at : at+n]
}

// tops are the largest of the channels of each pixel of a stretch.
func (s channels) tops(top, x []float32, at int) {
	copy(top, x[at:])
	for ch := 1; ch < s.c; ch++ {
		f32.Larger(top, s.of(x, at, len(top), ch), top)
	}
}

// softmaxStretch is the softmax of a stretch, or its logarithm.
func softmaxStretch(s channels, y, x []float32, at, n int, log bool) {
	var tops, exps [stretch]float32
	var sums [stretch]float64
	top, exp, sum := tops[:n], exps[:n], sums[:n]
	s.tops(top, x, at)
	for ch := range s.c {
		if !log {
			exp = s.of(y, at, n, ch)
		}
		f32.ExpEach(exp, s.of(x, at, n, ch), top)
		f32.AddDoubles(sum, exp)
	}
	each := exps[:n]
	for j, v := range sum {
		each[j] = float32(1 / v)
		if log {
			each[j], top[j] = float32(-math.Log(v)), -top[j]
		}
	}
	for ch := range s.c {
		y := s.of(y, at, n, ch)
		if !log {
			f32.Multiply(y, y, each)
			continue
		}
		copy(y, s.of(x, at, n, ch))
		f32.AddTo(y, top)
		f32.AddTo(y, each)
	}
}

// softmaxGradStretch is the gradient by x of a stretch of y, which is the
// softmax of x or its logarithm, from that of y.
func softmaxGradStretch(s channels, dx, y, g []float32, at, n int, log bool) {
	var products [stretch]float32
	var sums [stretch]float64
	product, sum := products[:n], sums[:n]
	for ch := range s.c {
		part := s.of(g, at, n, ch)
		if !log {
			f32.Multiply(product, part, s.of(y, at, n, ch))
			part = product
		}
		f32.AddDoubles(sum, part)
	}
	var each [stretch]float32
	for j, v := range sum {
		each[j] = float32(-v)
	}
	for ch := range s.c {
		dx, y := s.of(dx, at, n, ch), s.of(y, at, n, ch)
		copy(dx, s.of(g, at, n, ch))
		if log {
			f32.Exp(product, y, 0)
			f32.Multiply(product, product, each[:n])
			f32.AddTo(dx, product)
			continue
		}
		f32.AddTo(dx, each[:n])
		f32.Multiply(dx, dx, y)
	}
}

// logSumExps are logSumExp of a stretch of pixels that begins at at.
func logSumExps[T float](s channels, x []T, at int, top, sum []float64) {
	values, ok := any(x).([]float32)
	if !ok || s.area < longRow {
		for j := range top {
			top[j], sum[j] = pixel(s, x, at+j).logSumExp()
		}
		return
	}
	n := len(top)
	var tops, exps [stretch]float32
	s.tops(tops[:n], values, at)
	clear(sum)
	for ch := range s.c {
		f32.ExpEach(exps[:n], s.of(values, at, n, ch), tops[:n])
		f32.AddDoubles(sum, exps[:n])
	}
	for j := range top {
		top[j] = float64(tops[j])
	}
}
