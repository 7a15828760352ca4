package f32

// check panics unless what a kernel relies on holds.
func check(ok bool, message string) {
	if !ok {
		panic("f32: " + message)
	}
}

// checkTaps panics unless size floats of x lie behind every tap.
func checkTaps(kernel string, taps []int, size int, x []float32) {
	for _, tap := range taps {
		if tap < 0 || tap > len(x)-size {
			panic("f32: " + kernel + ": tap outside its slice")
		}
	}
}

// checkWindows panics unless a row of windows lies in x.
func checkWindows(kernel string, x []float32, taps []int, cols, stride, c int) {
	switch {
	case cols < 0 || stride < 0:
		panic("f32: " + kernel + ": negative size")
	case c < 0 || c%Lanes != 0:
		panic("f32: " + kernel + ": want channels in multiples of Lanes")
	case cols > 0:
		checkTaps(kernel, taps, (cols-1)*stride+c, x)
	}
}

// wholeRows reports whether there are rows of c columns in x, and panics where
// they are not whole or c is no multiple of Lanes.
func wholeRows(kernel string, c int, x []float32) bool {
	switch {
	case len(x) == 0:
		return false
	case c == 0 || len(x)%c != 0:
		panic("f32: " + kernel + ": want whole rows")
	case c%Lanes != 0:
		panic("f32: " + kernel + ": want columns in multiples of Lanes")
	}
	return true
}
