package f32

// Drop is dropout by random words:
//
//	y[i] = 0 where words[i] < threshold, else scale·x[i]
//
// y may be x. It panics where the lengths differ.
func Drop(y, x []float32, words []uint32, threshold uint32, scale float32) {
	check(len(x) == len(y) && len(words) == len(y), "Drop: lengths differ")
	if len(y) > 0 {
		drop(y, x, words, threshold, scale)
	}
}

func dropGo(y, x []float32, words []uint32, threshold uint32, scale float32) {
	for i, v := range x {
		if y[i] = 0; words[i] >= threshold {
			y[i] = scale * v
		}
	}
}
