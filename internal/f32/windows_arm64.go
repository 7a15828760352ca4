//go:build !purego

package f32

func maxPool(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	switch current {
	case NEON:
		maxPoolNEON(&y[0], &arg[0], &x[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	default:
		maxPoolGo(y, arg, x, taps, codes, cols, stride, c)
	}
}

func maxPoolGrad(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	switch current {
	case NEON:
		maxPoolGradNEON(&dx[0], &g[0], &arg[0], &taps[0], &codes[0], len(taps), cols, stride, c)
	default:
		maxPoolGradGo(dx, g, arg, taps, codes, cols, stride, c)
	}
}

func depthwise(y, x, w, bias []float32, taps []Tap, g Grid, c int, low, high float32) {
	switch current {
	case NEON:
		pixels, tall, short := tiles(g.Cols, 6)
		depthwiseNEON(&y[0], &x[0], &w[0], &bias[0], &taps[0].X, len(taps), pixels, tall, short,
			g.Rows, g.XRow, g.XPixel, g.YRow, g.YPixel, c, low, high)
	default:
		depthwiseGo(y, x, w, bias, taps, g, c, low, high)
	}
}

// depthwiseGrad cuts the taps into groups of nearly the same size.
func depthwiseGrad(dw, x, dy []float32, taps []Tap, g Grid, c int) {
	xStep, yStep := g.XRow-g.Cols*g.XPixel, g.YRow-g.Cols*g.YPixel
	switch current {
	case NEON:
		for t := 0; t < len(taps); {
			count := ceil(len(taps)-t, ceil(len(taps)-t, 6))
			depthwiseGradNEON(&dw[0], &x[0], &dy[0], &taps[t].X, count, g.Rows, g.Cols, xStep, g.XPixel, yStep, g.YPixel, c)
			t += count
		}
	default:
		depthwiseGradGo(dw, x, dy, taps, g, c)
	}
}
