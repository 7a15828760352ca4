//go:build (!amd64 && !arm64) || purego

package f32

func firstBlock(y []float32, arg []uint8, x, k, bias []float32, c, h, w, fp int) {
	firstBlockGo(y, arg, x, k, bias, c, h, w, fp)
}

func firstBlockGrad(dk, db, gy []float32, arg []uint8, x []float32, c, h, w, fp, f0, f1 int) {
	firstBlockGradGo(dk, db, gy, arg, x, c, h, w, fp, f0, f1)
}

func biasGrad(db, gy []float32, arg []uint8, cells, fp, f0, f1 int) {
	biasGradGo(db, gy, arg, cells, fp, f0, f1)
}

func liveCells(grad []float32, at, counts []int32, gy []float32, arg []uint8, rows, cols, w, cp, fp int) {
	liveCellsGo(grad, at, counts, gy, arg, rows, cols, w, cp, fp)
}

func liveFilters(grad []float32, at []int32, counts *[4]int32, gy []float32, arg []uint8, stride int) {
	liveFiltersGo(grad, at, counts, gy, arg, stride)
}

func scaledRows(s RowSums) { scaledRowsGo(s) }

func winogradFilter(u []float32, stride int, k []float32, cp, fp, c0, c1 int) {
	winogradFilterGo(u, stride, k, cp, fp, c0, c1)
}

func winogradInput(v []float32, stride int, x []float32, h, w, cp int) {
	winogradInputGo(v, stride, x, h, w, cp)
}

func winogradOutput(y []float32, arg []uint8, m []float32, stride int, bias []float32, cells, fp int) {
	winogradOutputGo(y, arg, m, stride, bias, cells, fp)
}
