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

// transposeGo takes four rows at a time: what is written lies together, and columns
// may be far apart.
func transposeGo(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	whole := rows &^ 3
	for i := 0; i < whole; i += 4 {
		a, b, c, d := x[i*ldx:][:cols], x[(i+1)*ldx:][:cols], x[(i+2)*ldx:][:cols], x[(i+3)*ldx:][:cols]
		for j, v := range a {
			to := (*[4]float32)(y[j*ldy+i:])
			to[0], to[1], to[2], to[3] = v, b[j], c[j], d[j]
		}
	}
	for i := whole; i < rows; i++ {
		for j, v := range x[i*ldx:][:cols] {
			y[j*ldy+i] = v
		}
	}
}
