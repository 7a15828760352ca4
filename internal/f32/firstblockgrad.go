package f32

// FirstBlockGrad adds to dk and db the gradients of FirstBlock by k and bias,
// given the gradient gy of y, for filters from f0 to f1, both multiples of
// Lanes. Its sums run over the cells in order. The pixels are finite.
//
//	db[f] += Σ_cell gy[cell·fp+f], dead cells left out
//	dk[tap·fp+f] += Σ_cell gy[cell·fp+f]·x[the pixel under tap at the cell's largest value]
func FirstBlockGrad(dk, db, gy []float32, arg []uint8, x []float32, c, h, w, fp, f0, f1 int) {
	rows, cols := Cells(h, w)
	cells := rows * cols
	check(len(gy) >= cells*fp && len(arg) >= cells*fp && len(x) >= c*h*w, "FirstBlockGrad: input too short")
	check(len(dk) >= 9*c*fp && len(db) >= fp && f0 >= 0 && f1 <= fp && f0%Lanes == 0 && f1%Lanes == 0, "FirstBlockGrad: output too short")
	if cells > 0 && f0 < f1 {
		firstBlockGrad(dk, db, gy, arg, x, c, h, w, fp, f0, f1)
	}
}

func firstBlockGradGo(dk, db, gy []float32, arg []uint8, x []float32, c, h, w, fp, f0, f1 int) {
	rows, cols := Cells(h, w)
	for f := f0; f < f1; f++ {
		for cell := range rows * cols {
			p := int(arg[cell*fp+f])
			if p == Dead {
				continue
			}
			at := (cell/cols*2+p/2)*w + cell%cols*2 + p%2
			grad := gy[cell*fp+f]
			db[f] += grad
			for tap := range 9 * c {
				dk[tap*fp+f] += grad * x[at+tap/9*h*w+tap/3%3*w+tap%3]
			}
		}
	}
}
