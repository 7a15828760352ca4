package f32

// Depthwise adds a depthwise convolution of pixels of c channels, which lie
// last, to a row of cols pixels of y:
//
//	y[i·c+ch] += Σ_t x[taps[t]+i·stride+ch]·w[t·c+ch]
//
// The taps are where the window's pixels lie; offsets and stride are in floats.
// The sum runs over t in order, from y, and with AVX2 and AVX-512 every step of
// it is one fused multiplication and addition: an element's bits do not depend
// on cols.
//
// It panics where a slice is too short, a tap outside x, or c not a multiple of
// Lanes. y must not overlap x or w.
func Depthwise(y, x, w []float32, taps []int, cols, stride, c int) {
	checkWindows("Depthwise", x, taps, cols, stride, c)
	check(len(y) >= cols*c, "Depthwise: y too short")
	check(len(w) >= len(taps)*c, "Depthwise: w too short")
	if cols > 0 && c > 0 && len(taps) > 0 {
		depthwise(y, x, w, taps, cols, stride, c)
	}
}

func depthwiseGo(y, x, w []float32, taps []int, cols, stride, c int) {
	for i := range cols {
		y := y[i*c : (i+1)*c]
		for t, tap := range taps {
			x, w := x[tap+i*stride:][:len(y)], w[t*c:][:len(y)]
			for ch, v := range x {
				y[ch] += v * w[ch]
			}
		}
	}
}

// DepthwiseGrad adds the gradient of Depthwise by its weights, from that of a
// row of its result, to dw:
//
//	dw[t·c+ch] += Σ_i x[taps[t]+i·stride+ch]·g[i·c+ch]
//
// The sum runs over i in order, from dw, fused as Depthwise's. It panics as
// Depthwise does. dw must not overlap x or g.
func DepthwiseGrad(dw, x, g []float32, taps []int, cols, stride, c int) {
	checkWindows("DepthwiseGrad", x, taps, cols, stride, c)
	check(len(g) >= cols*c, "DepthwiseGrad: g too short")
	check(len(dw) >= len(taps)*c, "DepthwiseGrad: dw too short")
	if cols > 0 && c > 0 && len(taps) > 0 {
		depthwiseGrad(dw, x, g, taps, cols, stride, c)
	}
}

func depthwiseGradGo(dw, x, g []float32, taps []int, cols, stride, c int) {
	for t, tap := range taps {
		dw := dw[t*c : (t+1)*c]
		for i := range cols {
			x, g := x[tap+i*stride:][:len(dw)], g[i*c:][:len(dw)]
			for ch, v := range x {
				dw[ch] += v * g[ch]
			}
		}
	}
}
