package f32

// This file and winograd.go hold the kernels of the
// lesson's block: 3×3 convolution with stride 1 and no padding, bias, ReLU and
// 2×2 max-pooling, all at once. A cell is the 2×2 square of convolution outputs that makes
// one pooled value; an image of h×w pixels has ⌊(h-2)/2⌋·⌊(w-2)/2⌋ of them.
//
// Inside, channels lie last and are padded with zeros to a multiple of Lanes:
// fp stands for the padded number of filters, cp for that of input channels.

// Lanes is what channel counts are padded to a multiple of: the floats of the
// widest register.
const Lanes = 16

// PadChannels rounds a number of channels up to a multiple of Lanes.
func PadChannels(c int) int { return (c + Lanes - 1) / Lanes * Lanes }

// Dead marks a pooled value that ReLU cut to zero: no gradient passes through it.
const Dead = 4

// Cells is the number of rows and columns of cells of an image.
func Cells(h, w int) (rows, cols int) { return (h - 2) / 2, (w - 2) / 2 }

// FirstBlock computes the block of one image with few channels, which is
// planar: x[(ch·h + row)·w + col]. For each cell and filter
//
//	y[cell·fp+f] = max(0, max over the cell of bias[f] + Σ_ch,u,v x[ch, row+u, col+v]·k[((ch·3+u)·3+v)·fp+f])
//
// and arg is which of the cell's four values, row by row, was the first to be the largest, or
// Dead where y is 0.
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

// poolCell is the maximum, cut at zero, of the four values of a cell, and which it was, for
// some filters.
func poolCell(y []float32, arg []uint8, values *[4][Lanes]float32) {
	for f := range Lanes {
		best, at := values[0][f], uint8(0)
		for p := 1; p < 4; p++ {
			if v := values[p][f]; v > best || v != v {
				best, at = v, uint8(p)
			}
		}
		if best <= 0 {
			best, at = 0, Dead
		}
		y[f], arg[f] = best, at
	}
}

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

// LiveCells lists, for each filter, the cells through which a gradient passes:
// the gradient in grad[f·cells:], and in at[f·cells:] the place in an image of
// width w and cp channels where the window of the cell's largest value begins.
// counts[f] is how many there are. Cells where the gradient is zero are left out.
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
			// Written always, counted where alive: a branch here could not be predicted.
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

// LiveFilters lists, for each place p that the largest value of one cell can
// have, the filters for which it lies there: the gradient in grad[p·fp:], and in
// at[p·fp:] the filter's number times stride. Filters with no gradient are left out.
// counts[p] is how many there are; fp is len(gy).
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

// ScaledRows adds rows of src, each scaled, to dst:
//
//	dst[i] += Σ_j scale[j]·src[at[j]+i]    for i < len(dst), j < len(scale)
//
// len(dst) is a multiple of Lanes, and each at[j]+len(dst) at most len(src). The
// order of the sum depends on nothing but len(dst) and the level.
func ScaledRows(dst, src, scale []float32, at []int32) {
	check(len(dst)%Lanes == 0 && len(at) >= len(scale), "ScaledRows: lengths do not fit")
	if len(dst) > 0 && len(scale) > 0 {
		zero, count := [1]int32{}, [1]int32{int32(len(scale))}
		scaledRows(dst, zero[:], src, scale, at, count[:], 0, 1, 0, 0, len(dst))
	}
}

// ScaledRowsEach is ScaledRows with several lists, for several rows of each: list l is of
// counts[l] entries and begins at l·room. With entries j of list l,
//
//	dst[dstAt[l] + r·dstRow + i] += Σ_j scale[j]·src[at[j] + r·srcRow + i]    for i < n, r < rows, l < len(counts)
//
// n is a multiple of Lanes, and nothing reaches beyond dst and src.
func ScaledRowsEach(dst []float32, dstAt []int32, src, scale []float32, at, counts []int32, room, rows, dstRow, srcRow, n int) {
	check(len(dstAt) >= len(counts) && min(len(scale), len(at)) >= len(counts)*room, "ScaledRowsEach: lists too short")
	check(n%Lanes == 0, "ScaledRowsEach: lengths do not fit")
	if len(counts) > 0 && rows > 0 && n > 0 {
		scaledRows(dst, dstAt, src, scale, at, counts, room, rows, dstRow, srcRow, n)
	}
}

func scaledRowsGo(dst []float32, dstAt []int32, src, scale []float32, at, counts []int32, room, rows, dstRow, srcRow, n int) {
	for l, count := range counts {
		for r := range rows {
			to := dst[int(dstAt[l])+r*dstRow:][:n]
			for j := l * room; j < l*room+int(count); j++ {
				s := scale[j]
				for i, v := range src[int(at[j])+r*srcRow:][:n] {
					to[i] += s * v
				}
			}
		}
	}
}

// check panics unless what a kernel relies on holds.
func check(ok bool, message string) {
	if !ok {
		panic("f32: " + message)
	}
}
