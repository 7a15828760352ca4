package f32

// Transpose writes the transpose of x, of rows×cols, to y:
//
//	y[j·ldy+i] = x[i·ldx+j]    for i < rows, j < cols
//
// So images that are planar, (C, H·W), become ones whose channels lie last,
// (H·W, C), and the other way round. Strides are in floats; ldy is at least
// rows where cols > 1. It panics where a slice is too short or rows of y
// overlap. y must not overlap x.
func Transpose(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	check(rows >= 0 && cols >= 0, "Transpose: negative size")
	check(ldy >= 0 && ldx >= 0, "Transpose: negative stride")
	if rows == 0 || cols == 0 {
		return
	}
	check(cols == 1 || ldy >= rows, "Transpose: rows of y overlap")
	check((cols-1)*ldy+rows <= len(y), "Transpose: y too short")
	check((rows-1)*ldx+cols <= len(x), "Transpose: x too short")
	transpose(y, ldy, x, ldx, rows, cols)
}

func transposeGo(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	for i := range rows {
		for j, v := range x[i*ldx:][:cols] {
			y[j*ldy+i] = v
		}
	}
}
