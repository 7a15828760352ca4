package f32

// BiasGrad adds to db the gradient by a block's bias, given the gradient gy of
// its output, for filters from f0 to f1, both multiples of Lanes:
//
//	db[f] += Σ_cell gy[cell·fp+f], dead cells left out, in order
func BiasGrad(db, gy []float32, arg []uint8, cells, fp, f0, f1 int) {
	check(len(gy) >= cells*fp && len(arg) >= cells*fp, "BiasGrad: input too short")
	check(len(db) >= fp && f0 >= 0 && f1 <= fp && f0%Lanes == 0 && f1%Lanes == 0, "BiasGrad: output too short")
	if cells > 0 && f0 < f1 {
		biasGrad(db, gy, arg, cells, fp, f0, f1)
	}
}

func biasGradGo(db, gy []float32, arg []uint8, cells, fp, f0, f1 int) {
	for cell := range cells {
		for f := f0; f < f1; f++ {
			if arg[cell*fp+f] != Dead {
				db[f] += gy[cell*fp+f]
			}
		}
	}
}
