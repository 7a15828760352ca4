package f32

// LiveFilters lists, for each place p that the largest value of one cell can
// have, the filters for which it lies there: the gradient in grad[p·fp:], and
// in at[p·fp:] the filter's number times stride. Filters with no gradient are
// left out. counts[p] is how many there are; fp is len(gy).
func LiveFilters(grad []float32, at []int32, counts *[4]int32, gy []float32, arg []uint8, stride int) {
	fp := len(gy)
	check(len(grad) >= 4*fp && len(at) >= 4*fp, "LiveFilters: output too short")
	check(len(arg) >= fp && fp%Lanes == 0, "LiveFilters: input too short")
	liveFilters(grad, at, counts, gy, arg, stride)
}

func liveFiltersGo(grad []float32, at []int32, counts *[4]int32, gy []float32, arg []uint8, stride int) {
	fp := len(gy)
	*counts = [4]int32{}
	for f, v := range gy {
		p := arg[f] & 3
		i := int(p)*fp + int(counts[p])
		grad[i], at[i] = v, int32(f*stride)
		alive := int32(1)
		if v == 0 {
			alive = 0
		}
		counts[p] += alive * int32(1-arg[f]>>2)
	}
}
