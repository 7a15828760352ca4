package graph_test

import (
	"math"

	"euryale/graph/internal/layertest"
)

// The slow versions follow the formulas in the layers' comments, index by index.

type slow = func(x layertest.Array, weights map[string]layertest.Array) layertest.Array

func identity(x layertest.Array, _ map[string]layertest.Array) layertest.Array { return x }

// then applies f to each value.
func then(layer slow, f func(float64) float64) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		in := layer(x, weights)
		y := layertest.Zeros(in.Shape...)
		for i, v := range in.Data {
			y.Data[i] = f(v)
		}
		return y
	}
}

func relu(v float64) float64    { return math.Max(v, 0) }
func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }

func leaky(slope float64) func(float64) float64 {
	return func(v float64) float64 {
		if v > 0 {
			return v
		}
		return slope * v
	}
}

// window is where a slow convolution or pool looks: the size of its output, and
// how far outside the image it begins. 0 means 1 for stride and dilation.
type window struct{ h, w, size, stride, dilation, top, left int }

// each calls f with the index of every output (n, channels, h, w) of x and the pixels
// of the image that its window sees, with their place in the window.
func (win window) each(x layertest.Array, channels int, f func(out, n, c int, pixels []pixel)) {
	stride, dilation := max(win.stride, 1), max(win.dilation, 1)
	out := 0
	for n := range x.Shape[0] {
		for c := range channels {
			for i := range win.h {
				for j := range win.w {
					var pixels []pixel
					for u := range win.size {
						for v := range win.size {
							y, x0 := i*stride-win.top+u*dilation, j*stride-win.left+v*dilation
							if y >= 0 && y < x.Shape[2] && x0 >= 0 && x0 < x.Shape[3] {
								pixels = append(pixels, pixel{y, x0, u, v})
							}
						}
					}
					f(out, n, c, pixels)
					out++
				}
			}
		}
	}
}

// pixel is a place in the image, and in the window over it.
type pixel struct{ y, x, u, v int }

func slowConv(win window) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		w, bias := weights["kernel"], weights["bias"]
		win.size = w.Shape[2]
		y := layertest.Zeros(x.Shape[0], w.Shape[0], win.h, win.w)
		win.each(x, w.Shape[0], func(out, n, f int, pixels []pixel) {
			if bias.Data != nil {
				y.Data[out] = bias.Data[f]
			}
			for c := range x.Shape[1] {
				for _, p := range pixels {
					y.Data[out] += w.At(f, c, p.u, p.v) * x.At(n, c, p.y, p.x)
				}
			}
		})
		return y
	}
}

func slowPool(win window) slow {
	return func(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x.Shape[0], x.Shape[1], win.h, win.w)
		win.each(x, x.Shape[1], func(out, n, c int, pixels []pixel) {
			y.Data[out] = math.Inf(-1)
			for _, p := range pixels {
				y.Data[out] = math.Max(y.Data[out], x.At(n, c, p.y, p.x))
			}
		})
		return y
	}
}

// slowDense is x·w + b.
func slowDense(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
	w := weights["kernel"]
	y := layertest.Zeros(x.Shape[0], w.Shape[1])
	for i := range x.Shape[0] {
		for j := range w.Shape[1] {
			var sum float64
			if b, ok := weights["bias"]; ok {
				sum = b.Data[j]
			}
			for k := range w.Shape[0] {
				sum += x.At(i, k) * w.At(k, j)
			}
			y.Data[i*w.Shape[1]+j] = sum
		}
	}
	return y
}

func slowSoftmax(x layertest.Array, _ map[string]layertest.Array) layertest.Array {
	y := layertest.Zeros(x.Shape...)
	for i := range x.Shape[0] {
		var sum float64
		for j := range x.Shape[1] {
			sum += math.Exp(x.At(i, j))
		}
		for j := range x.Shape[1] {
			y.Data[i*x.Shape[1]+j] = math.Exp(x.At(i, j)) / sum
		}
	}
	return y
}
