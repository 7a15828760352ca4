package f32

// FewChannels is the most channels of an image for which FirstBlock is faster
// than Winograd's transformation of the image turned channels last.
const FewChannels = 4

// FirstBlock computes the block of one image with few channels, which is
// planar: x[(ch·h + row)·w + col]. For each cell and filter
//
//	y[cell·fp+f] = max(0, max over the cell of bias[f] + Σ_ch,u,v x[ch, row+u, col+v]·k[((ch·3+u)·3+v)·fp+f])
//
// and arg is which of the cell's four values, row by row, was the first to be
// the largest, or Dead where y is 0.
func FirstBlock(y []float32, arg []uint8, x, k, bias []float32, c, h, w, fp int) {
	rows, cols := Cells(h, w)
	cells := rows * cols
	check(len(y) >= cells*fp && len(arg) >= cells*fp, "FirstBlock: output too short")
	check(c > 0 && len(x) >= c*h*w && len(k) >= 9*c*fp && len(bias) >= fp && fp%Lanes == 0, "FirstBlock: input too short")
	if cells > 0 && fp > 0 {
		firstBlock(y, arg, x, k, bias, c, h, w, fp)
	}
}

func firstBlockGo(y []float32, arg []uint8, x, k, bias []float32, c, h, w, fp int) {
	rows, cols := Cells(h, w)
	for cell := range rows * cols {
		top := cell/cols*2*w + cell%cols*2
		for f := 0; f < fp; f += Lanes {
			var values [4][Lanes]float32
			for p := range values {
				at := top + p/2*w + p%2
				copy(values[p][:], bias[f:])
				for tap := range 9 * c {
					pixel := x[at+tap/9*h*w+tap/3%3*w+tap%3]
					for i, weight := range k[tap*fp+f:][:Lanes] {
						values[p][i] += pixel * weight
					}
				}
			}
			poolCell(y[cell*fp+f:], arg[cell*fp+f:], &values)
		}
	}
}
