package f32

// LiveCells lists, for each filter, the cells through which a gradient passes:
// the gradient in grad[f·cells:], and in at[f·cells:] the place in an image of
// width w and cp channels where the window of the cell's largest value begins.
// counts[f] is how many there are. Cells where the gradient is zero are left
// out.
//
//	gy[cell·fp+f], arg[cell·fp+f] as FirstBlock's; rows·cols cells
func LiveCells(grad []float32, at, counts []int32, gy []float32, arg []uint8, rows, cols, w, cp, fp int) {
	cells := rows * cols
	check(len(grad) >= cells*fp && len(at) >= cells*fp && len(counts) >= fp, "LiveCells: output too short")
	check(len(gy) >= cells*fp && len(arg) >= cells*fp && fp%Lanes == 0, "LiveCells: input too short")
	clear(counts[:fp])
	if cells > 0 && fp > 0 {
		liveCells(grad, at, counts, gy, arg, rows, cols, w, cp, fp)
	}
}

func liveCellsGo(grad []float32, at, counts []int32, gy []float32, arg []uint8, rows, cols, w, cp, fp int) {
	cells := rows * cols
	for cell := range cells {
		top := (cell/cols*2*w + cell%cols*2) * cp
		// The windows of the cell's four values; a dead one's is never read.
		begin := [8]int32{int32(top), int32(top + cp), int32(top + w*cp), int32(top + (w+1)*cp)}
		g, a := gy[cell*fp:(cell+1)*fp], arg[cell*fp:(cell+1)*fp]
		for f, v := range g {
			// Written always, counted where alive: a branch here could not be
			// predicted.
			n := counts[f]
			i := f*cells + int(n)
			grad[i], at[i] = v, begin[a[f]&7]
			alive := int32(1)
			if v == 0 {
				alive = 0
			}
			counts[f] = n + alive*int32(1-a[f]>>2)
		}
	}
}
