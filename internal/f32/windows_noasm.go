//go:build (!amd64 && !arm64) || purego

package f32

func maxPool(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	maxPoolGo(y, arg, x, taps, codes, cols, stride, c)
}

func maxPoolGrad(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	maxPoolGradGo(dx, g, arg, taps, codes, cols, stride, c)
}

func depthwise(y, x, w, bias []float32, taps []Tap, g Grid, c int, low, high float32) {
	depthwiseGo(y, x, w, bias, taps, g, c, low, high)
}

func depthwiseGrad(dw, x, dy []float32, taps []Tap, g Grid, c int) {
	depthwiseGradGo(dw, x, dy, taps, g, c)
}
