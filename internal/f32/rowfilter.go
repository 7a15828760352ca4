package f32

// Winograd's minimal filtering along rows, F(4, 5): four outputs that lie side by side
// in a row, of a 5×5 convolution with stride 1, take 8 multiplications in place of 20
// for each row of the kernel and channel. With d the eight pixels under them and g a
// row of the kernel,
//
//	y = Aᵀ·Σ (G·g)⊙(Bᵀ·d)    over the kernel's rows and the channels
//
// For a few channels and filters that is less work than tiles, whose transforms need
// many to be shared among. The points are 0, ±1/2, ±1, ±2 and infinity:
//
//	     ⎡-1  0  21/4   0  -21/4   0   1  0⎤        ⎡ -1      0      0      0      0  ⎤
//	     ⎢ 0  2    4  -5/2   -5   1/2  1  0⎥        ⎢32/45  16/45   8/45   4/45   2/45⎥
//	     ⎢ 0 -2    4   5/2   -5  -1/2  1  0⎥        ⎢32/45 -16/45   8/45  -4/45   2/45⎥
//	Bᵀ = ⎢ 0  1    1 -17/4 -17/4   1   1  0⎥    G = ⎢-2/9   -2/9   -2/9   -2/9   -2/9 ⎥
//	     ⎢ 0 -1    1  17/4 -17/4  -1   1  0⎥        ⎢-2/9    2/9   -2/9    2/9   -2/9 ⎥
//	     ⎢ 0 1/2  1/4 -5/2  -5/4   2   1  0⎥        ⎢ 1/90   1/45   2/45   4/45   8/45⎥
//	     ⎢ 0 -1/2 1/4  5/2  -5/4  -2   1  0⎥        ⎢ 1/90  -1/45   2/45  -4/45   8/45⎥
//	     ⎣ 0 -1    0  21/4    0  -21/4 0  1⎦        ⎣  0      0      0      0      1  ⎦
//
//	     ⎡1  1    1   1  1  1  1  0⎤
//	Aᵀ = ⎢0 1/2 -1/2  1 -1  2 -2  0⎥
//	     ⎢0 1/4  1/4  1  1  4  4  0⎥
//	     ⎣0 1/8 -1/8  1 -1  8 -8  1⎦
//
// Outputs are within about 1e-6 of the largest, as they are with F4. On every level it
// is generic Go.

// The sizes of RowInput, RowFilter and RowOutput.
const (
	RowTile     = 4                       // outputs of a row that are computed together
	RowKernel   = 5                       // the side of the kernel
	RowElements = RowTile + RowKernel - 1 // pixels under them, and what they are transformed to
	rowBlock    = RowKernel * RowElements // of a channel, for all rows of the kernel
)

// RowInput transforms a row of an image of c channels, which lie last, for tiles that
// lie side by side:
//
//	t[tile·step + ch·RowElements + e] = element e of Bᵀ·d, d[i] = x[(RowTile·tile + i)·c + ch]
//
// It panics where a slice is too short.
func RowInput(t []float32, step int, x []float32, c, tiles int) {
	check(c >= 0 && tiles >= 0 && step >= c*RowElements, "RowInput: sizes do not fit")
	if c == 0 || tiles == 0 {
		return
	}
	check(len(t) >= (tiles-1)*step+c*RowElements, "RowInput: output too short")
	check(len(x) >= (RowTile*(tiles-1)+RowElements)*c, "RowInput: row too short")
	for tile := range tiles {
		for ch := range c {
			x := x[RowTile*tile*c+ch:][:(RowElements-1)*c+1]
			y := (*[RowElements]float32)(t[tile*step+ch*RowElements:])
			x0, x1, x2, x3, x4, x5, x6, x7 := x[0], x[c], x[2*c], x[3*c], x[4*c], x[5*c], x[6*c], x[7*c]
			y[0], y[7] = x6-x0+5.25*(x2-x4), x7-x1+5.25*(x3-x5)
			even, odd := x6+4*x2-5*x4, 2*x1-2.5*x3+0.5*x5
			y[1], y[2] = even+odd, even-odd
			even, odd = x2+x6-4.25*x4, x1+x5-4.25*x3
			y[3], y[4] = even+odd, even-odd
			even, odd = x6+0.25*x2-1.25*x4, 0.5*x1-2.5*x3+2*x5
			y[5], y[6] = even+odd, even-odd
		}
	}
}

// RowFilter transforms a filter w (c, RowKernel, RowKernel):
//
//	u[(row·c + ch)·RowElements + e] = element e of G·g, g the row of the channel's kernel
//
// It panics where a slice is too short.
func RowFilter(u, w []float32, c int) {
	check(c >= 0 && len(u) >= c*rowBlock && len(w) >= c*RowKernel*RowKernel, "RowFilter: lengths do not fit")
	for i := range c * RowKernel {
		ch, row := i/RowKernel, i%RowKernel
		g, y := (*[RowKernel]float32)(w[i*RowKernel:]), (*[RowElements]float32)(u[(row*c+ch)*RowElements:])
		y[0], y[7] = -g[0], g[4]
		even, odd := 32./45*g[0]+8./45*g[2]+2./45*g[4], 16./45*g[1]+4./45*g[3]
		y[1], y[2] = even+odd, even-odd
		even, odd = -2./9*(g[0]+g[2]+g[4]), -2./9*(g[1]+g[3])
		y[3], y[4] = even+odd, even-odd
		even, odd = 1./90*g[0]+2./45*g[2]+8./45*g[4], 1./45*g[1]+4./45*g[3]
		y[5], y[6] = even+odd, even-odd
	}
}

// RowOutput makes a row of cols outputs of n filters:
//
//	y[col·pixel + f] = bias[f] + the output of filter f, for col < cols and f < n
//
// t is what RowInput makes of RowKernel rows of an image of c channels, one behind the
// other, from the first one under the outputs on, and u what RowFilter makes of each
// filter. It panics where a slice is too short or pixels of y overlap.
func RowOutput(y []float32, pixel int, t []float32, step int, u, bias []float32, cols, c, n int) {
	check(cols >= 0 && c > 0 && n >= 0 && pixel >= n, "RowOutput: sizes do not fit")
	if cols == 0 || n == 0 {
		return
	}
	depth := c * rowBlock
	check(len(t) >= (cols-1)/RowTile*step+depth, "RowOutput: input too short")
	check(len(u) >= n*depth && len(bias) >= n, "RowOutput: filters too short")
	check(len(y) >= (cols-1)*pixel+n, "RowOutput: output too short")
	for col := 0; col < cols; col += RowTile {
		x, y := t[col/RowTile*step:][:depth], y[col*pixel:]
		if wide := cols - col; wide < RowTile {
			lastInRow(y, pixel, x, u, bias[:n], wide)
			return
		}
		y0, y1, y2, y3 := y[:n], y[pixel:][:n], y[2*pixel:][:n], y[3*pixel:][:n]
		for f, b := range bias[:n] {
			if c == 1 {
				y0[f], y1[f], y2[f], y3[f] = fourOfOne((*[rowBlock]float32)(x), (*[rowBlock]float32)(u[f*rowBlock:]), b)
			} else {
				y0[f], y1[f], y2[f], y3[f] = fourOf(x, u[f*depth:][:depth], b)
			}
		}
	}
}

// lastInRow makes the last tile of a row, of which some outputs lie beyond the edge.
func lastInRow(y []float32, pixel int, x, u, bias []float32, wide int) {
	for f, b := range bias {
		var four [RowTile]float32
		four[0], four[1], four[2], four[3] = fourOf(x, u[f*len(x):][:len(x)], b)
		for i, v := range four[:wide] {
			y[i*pixel+f] = v
		}
	}
}

// fourOf are the outputs of a tile for a filter: Aᵀ·s + bias.
func fourOf(x, u []float32, bias float32) (y0, y1, y2, y3 float32) {
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	a, b := (*[rowBlock]float32)(x), (*[rowBlock]float32)(u)
	for i := rowBlock; ; i += rowBlock { // one block, without a branch but its own: see addFours
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		s4 += a[4] * b[4]
		s5 += a[5] * b[5]
		s6 += a[6] * b[6]
		s7 += a[7] * b[7]
		s0 += a[8] * b[8]
		s1 += a[9] * b[9]
		s2 += a[10] * b[10]
		s3 += a[11] * b[11]
		s4 += a[12] * b[12]
		s5 += a[13] * b[13]
		s6 += a[14] * b[14]
		s7 += a[15] * b[15]
		s0 += a[16] * b[16]
		s1 += a[17] * b[17]
		s2 += a[18] * b[18]
		s3 += a[19] * b[19]
		s4 += a[20] * b[20]
		s5 += a[21] * b[21]
		s6 += a[22] * b[22]
		s7 += a[23] * b[23]
		s0 += a[24] * b[24]
		s1 += a[25] * b[25]
		s2 += a[26] * b[26]
		s3 += a[27] * b[27]
		s4 += a[28] * b[28]
		s5 += a[29] * b[29]
		s6 += a[30] * b[30]
		s7 += a[31] * b[31]
		s0 += a[32] * b[32]
		s1 += a[33] * b[33]
		s2 += a[34] * b[34]
		s3 += a[35] * b[35]
		s4 += a[36] * b[36]
		s5 += a[37] * b[37]
		s6 += a[38] * b[38]
		s7 += a[39] * b[39]
		if i+rowBlock > len(x) || i+rowBlock > len(u) {
			break
		}
		a, b = (*[rowBlock]float32)(x[i:i+rowBlock:i+rowBlock]), (*[rowBlock]float32)(u[i:i+rowBlock:i+rowBlock])
	}
	return fourFrom(s0, s1+s2, s1-s2, s3+s4, s3-s4, s5+s6, s5-s6, s7, bias)
}

// fourOfOne is fourOf for one channel.
func fourOfOne(x, u *[rowBlock]float32, bias float32) (y0, y1, y2, y3 float32) {
	s0 := x[0]*u[0] + x[8]*u[8] + x[16]*u[16] + x[24]*u[24] + x[32]*u[32]
	s1 := x[1]*u[1] + x[9]*u[9] + x[17]*u[17] + x[25]*u[25] + x[33]*u[33]
	s2 := x[2]*u[2] + x[10]*u[10] + x[18]*u[18] + x[26]*u[26] + x[34]*u[34]
	s3 := x[3]*u[3] + x[11]*u[11] + x[19]*u[19] + x[27]*u[27] + x[35]*u[35]
	s4 := x[4]*u[4] + x[12]*u[12] + x[20]*u[20] + x[28]*u[28] + x[36]*u[36]
	s5 := x[5]*u[5] + x[13]*u[13] + x[21]*u[21] + x[29]*u[29] + x[37]*u[37]
	s6 := x[6]*u[6] + x[14]*u[14] + x[22]*u[22] + x[30]*u[30] + x[38]*u[38]
	s7 := x[7]*u[7] + x[15]*u[15] + x[23]*u[23] + x[31]*u[31] + x[39]*u[39]
	return fourFrom(s0, s1+s2, s1-s2, s3+s4, s3-s4, s5+s6, s5-s6, s7, bias)
}

// fourFrom is Aᵀ·s + bias, from the sums p and differences q of the pairs of s between
// its ends.
func fourFrom(s0, p1, q1, p2, q2, p3, q3, s7, bias float32) (y0, y1, y2, y3 float32) {
	y0, y1 = s0+p1+(p2+p3)+bias, 0.5*q1+q2+2*q3+bias
	y2, y3 = 0.25*p1+p2+4*p3+bias, 0.125*q1+q2+(8*q3+s7)+bias
	return y0, y1, y2, y3
}
