//go:build !amd64 || purego

package f32

func maxPool(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	maxPoolGo(y, arg, x, taps, codes, cols, stride, c)
}

func maxPoolGrad(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	maxPoolGradGo(dx, g, arg, taps, codes, cols, stride, c)
}

func depthwise(y, x, w []float32, taps []int, cols, stride, c int) {
	depthwiseGo(y, x, w, taps, cols, stride, c)
}

func depthwiseGrad(dw, x, g []float32, taps []int, cols, stride, c int) {
	depthwiseGradGo(dw, x, g, taps, cols, stride, c)
}
