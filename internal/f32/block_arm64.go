//go:build !purego

package f32

func firstBlock(y []float32, arg []uint8, x, k, bias []float32, c, h, w, fp int) {
	if current == Generic {
		firstBlockGo(y, arg, x, k, bias, c, h, w, fp)
		return
	}
	rows, cols := Cells(h, w)
	for f := 0; f < fp; f += 16 {
		firstBlockNEON(&y[f], &arg[f], &x[0], &k[f], &bias[f], c, rows, cols, h*w, w, fp)
	}
}

func firstBlockGrad(dk, db, gy []float32, arg []uint8, x []float32, c, h, w, fp, f0, f1 int) {
	if current == Generic {
		firstBlockGradGo(dk, db, gy, arg, x, c, h, w, fp, f0, f1)
		return
	}
	rows, cols := Cells(h, w)
	for ch := range c {
		var again [8]float32 // the bias's gradient belongs to the first plane only
		dk, x := dk[ch*9*fp:], &x[ch*h*w]
		for f := f0; f < f1; f += 8 {
			db := &db[f]
			if ch > 0 {
				db = &again[0]
			}
			firstBlockGradNEON(&dk[f], db, &gy[f], &arg[f], x, rows, cols, w, fp)
		}
	}
}

func biasGrad(db, gy []float32, arg []uint8, cells, fp, f0, f1 int) {
	switch current {
	case NEON:
		biasGradNEON(&db[f0], &gy[f0], &arg[f0], cells, fp, f1-f0)
	default:
		biasGradGo(db, gy, arg, cells, fp, f0, f1)
	}
}

func liveCells(grad []float32, at, counts []int32, gy []float32, arg []uint8, rows, cols, w, cp, fp int) {
	liveCellsGo(grad, at, counts, gy, arg, rows, cols, w, cp, fp)
}

func liveFilters(grad []float32, at []int32, counts *[4]int32, gy []float32, arg []uint8, stride int) {
	liveFiltersGo(grad, at, counts, gy, arg, stride)
}

func scaledRows(s RowSums) {
	switch current {
	case NEON:
		scaledRowsNEON(&s.Dst[0], &s.DstAt[0], &s.Src[0], &s.Scale[0], &s.At[0], &s.Counts[0],
			s.Room, len(s.Counts), s.Rows, s.DstRow, s.SrcRow, s.Width)
	default:
		scaledRowsGo(s)
	}
}

func winogradFilter(u []float32, stride int, k []float32, cp, fp, c0, c1 int) {
	u0, k0 := &u[c0*fp], &k[c0*fp]
	switch current {
	case NEON:
		winogradFilterNEON(u0, stride, k0, cp*fp, (c1-c0)*fp)
	default:
		winogradFilterGo(u, stride, k, cp, fp, c0, c1)
	}
}

func winogradInput(v []float32, stride int, x []float32, h, w, cp int) {
	rows, cols := Cells(h, w)
	switch current {
	case NEON:
		winogradInputNEON(&v[0], stride, &x[0], rows, cols, w, cp)
	default:
		winogradInputGo(v, stride, x, h, w, cp)
	}
}

func winogradOutput(y []float32, arg []uint8, m []float32, stride int, bias []float32, cells, fp int) {
	switch current {
	case NEON:
		winogradOutputNEON(&y[0], &arg[0], &m[0], stride, &bias[0], cells, fp)
	default:
		winogradOutputGo(y, arg, m, stride, bias, cells, fp)
	}
}
