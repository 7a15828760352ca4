//go:build (!amd64 && !arm64) || purego

package f32

func transpose(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	transposeGo(y, ldy, x, ldx, rows, cols)
}
