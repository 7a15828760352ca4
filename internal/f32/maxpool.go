package f32

// MostCodes is how many pixels of a window a code of MaxPool tells apart.
const MostCodes = 255

// MaxPool pools a row of cols windows over pixels of c channels, which lie last.
// A window's taps are where its pixels lie: those of window i are at
// taps[t]+i·stride. For each of them and each channel
//
//	y[i·c+ch] = max_t x[taps[t]+i·stride+ch]
//
// and arg[i·c+ch] is codes[t] of the first of equal values. NaN is larger than
// any number, the last of several. Offsets and stride are in floats.
//
// It panics where a slice is too short, a tap outside x, or c not a multiple of
// Lanes. There is at least one tap, and a code for each.
func MaxPool(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	checkWindows("MaxPool", x, taps, cols, stride, c)
	check(len(taps) > 0 && len(codes) == len(taps), "MaxPool: want a code for each tap")
	check(len(y) >= cols*c && len(arg) >= cols*c, "MaxPool: output too short")
	if cols > 0 && c > 0 {
		maxPool(y, arg, x, taps, codes, cols, stride, c)
	}
}

// MaxPoolTo is MaxPool for pixels of any number of channels, to ones of wide, which it
// fills up with zeros. On every level it is generic Go. It panics as MaxPool does, and
// where wide is less than c.
func MaxPoolTo(y []float32, arg []uint8, wide int, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	check(c >= 0 && wide >= c, "MaxPoolTo: want room for all channels")
	check(cols >= 0 && stride >= 0, "MaxPoolTo: negative size")
	if cols == 0 || c == 0 {
		return
	}
	checkTaps("MaxPoolTo", taps, (cols-1)*stride+c, x)
	check(len(taps) > 0 && len(codes) == len(taps), "MaxPoolTo: want a code for each tap")
	check(len(y) >= cols*wide && len(arg) >= cols*wide, "MaxPoolTo: output too short")
	maxPoolWide(y, arg, wide, x, taps, codes, cols, stride, c)
	for i := 0; c < wide && i < cols; i++ {
		clear(y[i*wide+c : (i+1)*wide])
		clear(arg[i*wide+c : (i+1)*wide])
	}
}

func maxPoolGo(y []float32, arg []uint8, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	maxPoolWide(y, arg, c, x, taps, codes, cols, stride, c)
}

// maxPoolWide is maxPoolGo to pixels of wide values.
func maxPoolWide(y []float32, arg []uint8, wide int, x []float32, taps []int, codes []uint8, cols, stride, c int) {
	if len(taps) == 4 {
		maxPoolOfFour(y, arg, wide, x, (*[4]int)(taps), (*[4]uint8)(codes), cols, stride, c)
		return
	}
	for i := range cols {
		largest, at := y[i*wide:][:c], arg[i*wide:][:c]
		for t, tap := range taps {
			code, x, at := codes[t], x[tap+i*stride:][:len(largest)], at[:len(largest)]
			if t == 0 {
				copy(largest, x)
				for ch := range at {
					at[ch] = code
				}
				continue
			}
			for ch, v := range x {
				old := largest[ch]
				more := above(v, old) | notANumber(v)
				largest[ch] = either(more, v, old)
				at[ch] ^= (at[ch] ^ code) & -uint8(more)
			}
		}
	}
}

// maxPoolOfFour is maxPoolWide for windows of four pixels, whose values are loaded side by
// side. A branch could not be predicted, so the places of the largest of two and two,
// and of the larger of them, are computed.
func maxPoolOfFour(y []float32, arg []uint8, wide int, x []float32, taps *[4]int, codes *[4]uint8, cols, stride, c int) {
	for i := range cols {
		largest, at, x := y[i*wide:][:c], arg[i*wide:][:c], x[i*stride:]
		x0, x1, x2, x3 := x[taps[0]:][:c], x[taps[1]:][:c], x[taps[2]:][:c], x[taps[3]:][:c]
		for ch, v0 := range x0 {
			v1, v2, v3 := x1[ch], x2[ch], x3[ch]
			if sum := v0 + v1 + (v2 + v3); sum-sum != 0 { // not finite: there may be NaN
				largest[ch], at[ch] = mostOfFour(v0, v1, v2, v3, codes)
				continue
			}
			four := [4]float32{v0, v1, v2, v3}
			first, second := above(v1, v0), 2+above(v3, v2)
			most := first ^ (first^second)&-above(four[second&3], four[first&3])
			largest[ch], at[ch] = four[most&3], codes[most&3]
		}
	}
}

// mostOfFour is the largest of four values, and its code.
func mostOfFour(v0, v1, v2, v3 float32, codes *[4]uint8) (most float32, code uint8) {
	most, code = v0, codes[0]
	for t, v := range [...]float32{v1, v2, v3} {
		if v > most || v != v {
			most, code = v, codes[t+1]
		}
	}
	return most, code
}

// MaxPoolGrad adds the gradient g of what MaxPool computed to that of its input:
//
//	dx[taps[t]+i·stride+ch] += g[i·c+ch]    where arg[i·c+ch] = codes[t]
//
// for i and, for each, t in order: windows may overlap. It panics as MaxPool
// does.
func MaxPoolGrad(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	checkWindows("MaxPoolGrad", dx, taps, cols, stride, c)
	check(len(codes) == len(taps), "MaxPoolGrad: want a code for each tap")
	check(len(g) >= cols*c && len(arg) >= cols*c, "MaxPoolGrad: gradient too short")
	if cols > 0 && c > 0 && len(taps) > 0 {
		maxPoolGrad(dx, g, arg, taps, codes, cols, stride, c)
	}
}

func maxPoolGradGo(dx, g []float32, arg []uint8, taps []int, codes []uint8, cols, stride, c int) {
	for i := range cols {
		g, arg := g[i*c:(i+1)*c], arg[i*c:(i+1)*c]
		for t, tap := range taps {
			dx, code, g := dx[tap+i*stride:][:len(arg)], codes[t], g[:len(arg)]
			for ch, at := range arg {
				v := dx[ch]
				dx[ch] = either(equal(at, code), v+g[ch], v)
			}
		}
	}
}
