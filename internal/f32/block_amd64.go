//go:build !purego

package f32

func firstBlock(y []float32, arg []uint8, x, k, bias []float32, c, h, w, fp int) {
	if current == Generic {
		firstBlockGo(y, arg, x, k, bias, c, h, w, fp)
		return
	}
	rows, cols := Cells(h, w)
	for f := 0; f < fp; {
		y, arg, x, k, bias := &y[f], &arg[f], &x[0], &k[f], &bias[f]
		if current == AVX2 {
			firstBlock16AVX2(y, arg, x, k, bias, c, rows, cols, h*w, w, fp)
			f += 16
			continue
		}
		// Blocks of nearly the same width, at most 64 filters.
		vectors := (fp - f) / 16
		blocks := (vectors + 3) / 4
		vectors = (vectors + blocks - 1) / blocks
		switch vectors {
		case 4:
			firstBlock64AVX512(y, arg, x, k, bias, c, rows, cols, h*w, w, fp)
		case 3:
			firstBlock48AVX512(y, arg, x, k, bias, c, rows, cols, h*w, w, fp)
		case 2:
			firstBlock32AVX512(y, arg, x, k, bias, c, rows, cols, h*w, w, fp)
		case 1:
			firstBlock16AVX512(y, arg, x, k, bias, c, rows, cols, h*w, w, fp)
		}
		f += 16 * vectors
	}
}

func firstBlockGrad(dk, db, gy []float32, arg []uint8, x []float32, c, h, w, fp, f0, f1 int) {
	if current == Generic {
		firstBlockGradGo(dk, db, gy, arg, x, c, h, w, fp, f0, f1)
		return
	}
	rows, cols := Cells(h, w)
	for ch := range c {
		var again [32]float32 // the bias's gradient belongs to the first plane only
		dk, x := dk[ch*9*fp:], &x[ch*h*w]
		for f := f0; f < f1; {
			dk, db, gy, arg := &dk[f], &db[f], &gy[f], &arg[f]
			if ch > 0 {
				db = &again[0]
			}
			switch {
			case current == AVX2:
				firstBlockGrad8AVX2(dk, db, gy, arg, x, rows, cols, w, fp)
				f += 8
			case f1-f >= 32:
				firstBlockGrad32AVX512(dk, db, gy, arg, x, rows, cols, w, fp)
				f += 32
			default:
				firstBlockGrad16AVX512(dk, db, gy, arg, x, rows, cols, w, fp)
				f += 16
			}
		}
	}
}

func biasGrad(db, gy []float32, arg []uint8, cells, fp, f0, f1 int) {
	switch current {
	case AVX512:
		biasGradAVX512(&db[f0], &gy[f0], &arg[f0], cells, fp, f1-f0)
	case AVX2:
		biasGradAVX2(&db[f0], &gy[f0], &arg[f0], cells, fp, f1-f0)
	default:
		biasGradGo(db, gy, arg, cells, fp, f0, f1)
	}
}

func liveCells(grad []float32, at, counts []int32, gy []float32, arg []uint8, rows, cols, w, cp, fp int) {
	if current == AVX512 {
		liveCellsAVX512(&grad[0], &at[0], &counts[0], &gy[0], &arg[0], rows*cols, cols, w, cp, fp)
		return
	}
	liveCellsGo(grad, at, counts, gy, arg, rows, cols, w, cp, fp)
}

func liveFilters(grad []float32, at []int32, counts *[4]int32, gy []float32, arg []uint8, stride int) {
	if current == AVX512 && len(gy) > 0 {
		liveFiltersAVX512(&grad[0], &at[0], &counts[0], &gy[0], &arg[0], stride, len(gy))
		return
	}
	liveFiltersGo(grad, at, counts, gy, arg, stride)
}

func scaledRows(s RowSums) {
	switch current {
	case AVX512:
		scaledRowsAVX512(&s.Dst[0], &s.DstAt[0], &s.Src[0], &s.Scale[0], &s.At[0], &s.Counts[0],
			s.Room, len(s.Counts), s.Rows, s.DstRow, s.SrcRow, s.Width)
	case AVX2:
		scaledRowsAVX2(&s.Dst[0], &s.DstAt[0], &s.Src[0], &s.Scale[0], &s.At[0], &s.Counts[0],
			s.Room, len(s.Counts), s.Rows, s.DstRow, s.SrcRow, s.Width)
	default:
		scaledRowsGo(s)
	}
}

func winogradFilter(u []float32, stride int, k []float32, cp, fp, c0, c1 int) {
	u0, k0 := &u[c0*fp], &k[c0*fp]
	switch current {
	case AVX512:
		winogradFilterAVX512(u0, stride, k0, cp*fp, (c1-c0)*fp)
	case AVX2:
		winogradFilterAVX2(u0, stride, k0, cp*fp, (c1-c0)*fp)
	default:
		winogradFilterGo(u, stride, k, cp, fp, c0, c1)
	}
}

func winogradInput(v []float32, stride int, x []float32, h, w, cp int) {
	rows, cols := Cells(h, w)
	switch current {
	case AVX512:
		winogradInputAVX512(&v[0], stride, &x[0], rows, cols, w, cp)
	case AVX2:
		winogradInputAVX2(&v[0], stride, &x[0], rows, cols, w, cp)
	default:
		winogradInputGo(v, stride, x, h, w, cp)
	}
}

func winogradOutput(y []float32, arg []uint8, m []float32, stride int, bias []float32, cells, fp int) {
	switch current {
	case AVX512:
		winogradOutputAVX512(&y[0], &arg[0], &m[0], stride, &bias[0], cells, fp)
	case AVX2:
		winogradOutputAVX2(&y[0], &arg[0], &m[0], stride, &bias[0], cells, fp)
	default:
		winogradOutputGo(y, arg, m, stride, bias, cells, fp)
	}
}
