//go:build !purego

package f32

func transpose(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	few := min(rows, cols)
	switch {
	case rows == 1 && ldy == 1, cols == 1 && ldx == 1:
		copy(y[:rows*cols], x)
	case current == AVX512 && few > 1:
		for i := 0; i < rows; i += 16 {
			transposeAVX512(&y[i], ldy, &x[i*ldx], ldx, min(16, rows-i), cols)
		}
	case current == AVX2 && few > 3: // masked stores are slow
		for i := 0; i < rows; i += 8 {
			transposeAVX2(&y[i], ldy, &x[i*ldx], ldx, min(8, rows-i), cols)
		}
	default:
		transposeGo(y, ldy, x, ldx, rows, cols)
	}
}
