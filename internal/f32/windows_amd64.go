//go:build !purego

package f32

func maxPool(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	switch current {
	case AVX512:
		maxPoolAVX512(&y[0], &arg[0], &x[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	case AVX2:
		maxPoolAVX2(&y[0], &arg[0], &x[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	default:
		maxPoolGo(y, arg, x, taps, codes, cols, stride, c)
	}
}

func maxPoolGrad(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	switch current {
	case AVX512:
		maxPoolGradAVX512(&dx[0], &g[0], &arg[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	case AVX2:
		maxPoolGradAVX2(&dx[0], &g[0], &arg[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	default:
		maxPoolGradGo(dx, g, arg, taps, codes, cols, stride, c)
	}
}

func depthwise(y, x, w []float32, taps []int, cols, stride, c int) {
	switch current {
	case AVX512:
		pixels, tall, short := tiles(cols, 14)
		depthwiseAVX512(&y[0], &x[0], &w[0], &taps[0], len(taps), pixels, tall, short, stride, c)
	case AVX2:
		pixels, tall, short := tiles(cols, 12)
		depthwiseAVX2(&y[0], &x[0], &w[0], &taps[0], len(taps), pixels, tall, short, stride, c)
	default:
		depthwiseGo(y, x, w, taps, cols, stride, c)
	}
}

// depthwiseGrad cuts the taps into groups of nearly the same size.
func depthwiseGrad(dw, x, g []float32, taps []int, cols, stride, c int) {
	switch current {
	case AVX512:
		for t := 0; t < len(taps); {
			count := ceil(len(taps)-t, ceil(len(taps)-t, 9))
			depthwiseGradAVX512(&dw[t*c], &x[0], &g[0], &taps[t], count, cols, stride, c)
			t += count
		}
	case AVX2:
		for t := 0; t < len(taps); {
			count := ceil(len(taps)-t, ceil(len(taps)-t, 5))
			depthwiseGradAVX2(&dw[t*c], &x[0], &g[0], &taps[t], count, cols, stride, c)
			t += count
		}
	default:
		depthwiseGradGo(dw, x, g, taps, cols, stride, c)
	}
}
