//go:build !purego

package f32

// rowsAtATime is how many rows of x a pass over its columns goes through: so many of
// their lines stay in the first-level cache.
const rowsAtATime = 256

// transpose has whole squares turned in registers, and moves what is beside and below
// them number by number.
func transpose(y []float32, ldy int, x []float32, ldx, rows, cols int) {
	if rows == 1 && ldy == 1 || cols == 1 && ldx == 1 {
		copy(y[:rows*cols], x)
		return
	}
	high, wide := rows/4*4, cols/4*4
	if current == Generic || high == 0 || wide == 0 {
		transposeGo(y, ldy, x, ldx, rows, cols)
		return
	}
	for i := 0; i < high; i += rowsAtATime {
		transposeNEON(&y[i], ldy, &x[i*ldx], ldx, min(rowsAtATime, high-i), wide)
	}
	if wide < cols {
		transposeGo(y[wide*ldy:], ldy, x[wide:], ldx, high, cols-wide)
	}
	if high < rows {
		transposeGo(y[high:], ldy, x[high*ldx:], ldx, rows-high, cols)
	}
}
