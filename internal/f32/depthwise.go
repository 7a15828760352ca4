package f32

// Tap is one of the pixels under a window: where it lies in an image, and its
// weights, in floats.
type Tap struct{ X, W int }

// Grid is Rows·Cols windows, over pixels whose channels lie last: how far the
// pixels under one of them lie from those under its neighbour in the row below
// and in the next column, in the image (X) and in what is made of it (Y), in
// floats.
type Grid struct {
	Rows, Cols   int
	XRow, XPixel int
	YRow, YPixel int
}

// Turned is g with rows for columns.
func (g Grid) Turned() Grid {
	return Grid{g.Cols, g.Rows, g.XPixel, g.XRow, g.YPixel, g.YRow}
}

// Depthwise is a depthwise convolution of pixels of c channels, which lie last,
// cut at low and high. For r < Rows and i < Cols
//
//	y[r·YRow+i·YPixel+ch] = bias[ch] + Σ_t x[taps[t].X+r·XRow+i·XPixel+ch]·w[taps[t].W+ch]
//
// or low where that is less, or high where it is more. NaN stays NaN. Where both
// are 0 there is no cut.
//
// The sum runs over t in order, from the bias, and with AVX2 and AVX-512 every
// step of it is one fused multiplication and addition: an element's bits do not
// depend on the grid.
//
// It panics where a slice is too short, a tap outside x or w, c not a multiple
// of Lanes, or low not at most high. y must not overlap x, w or bias.
func Depthwise(y, x, w, bias []float32, taps []Tap, g Grid, c int, low, high float32) {
	if !g.check("Depthwise", y, x, w, taps, c) {
		return
	}
	check(len(bias) >= c, "Depthwise: bias too short")
	check(low <= high, "Depthwise: want low at most high")
	low, high = boundsOf(low, high)
	if len(taps) == 0 {
		depthwiseGo(y, x, w, bias, taps, g, c, low, high)
		return
	}
	depthwise(y, x, w, bias, taps, g, c, low, high)
}

func depthwiseGo(y, x, w, bias []float32, taps []Tap, g Grid, c int, low, high float32) {
	for r := range g.Rows {
		for i := range g.Cols {
			y, at := y[r*g.YRow+i*g.YPixel:][:c], r*g.XRow+i*g.XPixel
			copy(y, bias)
			t := 0
			for ; t+2 < len(taps); t += 3 { // a number of y is loaded and stored once for three
				t0, t1, t2 := taps[t], taps[t+1], taps[t+2]
				x0, x1, x2 := x[t0.X+at:][:len(y)], x[t1.X+at:][:len(y)], x[t2.X+at:][:len(y)]
				w0, w1, w2 := w[t0.W:][:len(y)], w[t1.W:][:len(y)], w[t2.W:][:len(y)]
				for ch, v := range y {
					v += x0[ch] * w0[ch]
					v += x1[ch] * w1[ch]
					y[ch] = v + x2[ch]*w2[ch]
				}
			}
			for _, tap := range taps[t:] {
				x, w := x[tap.X+at:][:len(y)], w[tap.W:][:len(y)]
				for ch, v := range x {
					y[ch] += v * w[ch]
				}
			}
			clampGo(y, low, high)
		}
	}
}

// DepthwiseGrad adds the gradient of Depthwise without a cut by its weights,
// from that of its result, dy, to dw:
//
//	dw[taps[t].W+ch] += Σ_r Σ_i x[taps[t].X+r·XRow+i·XPixel+ch]·dy[r·YRow+i·YPixel+ch]
//
// The sum runs over r and, for each, i in order, from dw, fused as Depthwise's.
// It panics as Depthwise does. dw must not overlap x or dy.
func DepthwiseGrad(dw, x, dy []float32, taps []Tap, g Grid, c int) {
	if g.check("DepthwiseGrad", dy, x, dw, taps, c) && len(taps) > 0 {
		depthwiseGrad(dw, x, dy, taps, g, c)
	}
}

func depthwiseGradGo(dw, x, dy []float32, taps []Tap, g Grid, c int) {
	for _, tap := range taps {
		dw := dw[tap.W:][:c]
		for r := range g.Rows {
			i := 0
			for ; i+2 < g.Cols; i += 3 {
				x, dy := x[tap.X+r*g.XRow+i*g.XPixel:], dy[r*g.YRow+i*g.YPixel:]
				x0, x1, x2 := x[:len(dw)], x[g.XPixel:][:len(dw)], x[2*g.XPixel:][:len(dw)]
				y0, y1, y2 := dy[:len(dw)], dy[g.YPixel:][:len(dw)], dy[2*g.YPixel:][:len(dw)]
				for ch, v := range dw {
					v += x0[ch] * y0[ch]
					v += x1[ch] * y1[ch]
					dw[ch] = v + x2[ch]*y2[ch]
				}
			}
			for ; i < g.Cols; i++ {
				x, dy := x[tap.X+r*g.XRow+i*g.XPixel:][:len(dw)], dy[r*g.YRow+i*g.YPixel:][:len(dw)]
				for ch, v := range x {
					dw[ch] += v * dy[ch]
				}
			}
		}
	}
}

// check reports whether there is anything in the grid, and panics unless all of
// it lies in the slices.
func (g Grid) check(kernel string, y, x, w []float32, taps []Tap, c int) bool {
	switch {
	case min(g.Rows, g.Cols, g.XRow, g.XPixel, g.YRow, g.YPixel) < 0:
		panic("f32: " + kernel + ": negative size")
	case c < 0 || c%Lanes != 0:
		panic("f32: " + kernel + ": want channels in multiples of Lanes")
	case g.Rows == 0 || g.Cols == 0 || c == 0:
		return false
	case len(y) < (g.Rows-1)*g.YRow+(g.Cols-1)*g.YPixel+c:
		panic("f32: " + kernel + ": output too short")
	}
	size := (g.Rows-1)*g.XRow + (g.Cols-1)*g.XPixel + c
	for _, tap := range taps {
		if tap.X < 0 || tap.X > len(x)-size || tap.W < 0 || tap.W > len(w)-c {
			panic("f32: " + kernel + ": tap outside its slices")
		}
	}
	return true
}
