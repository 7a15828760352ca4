package f32

// Winograd's minimal filtering F(2×2, 3×3) computes the four outputs of a cell
// with 16 multiplications in place of 36 (Lavin & Gray, arXiv:1509.09308): with
// d the 4×4 pixels under the cell and g the kernel,
//
//	V = Bᵀ·d·B    U = G·g·Gᵀ    M = Σ_channels U⊙V    cell = Aᵀ·M·A
//
//	     ⎡1  0 -1  0⎤        ⎡ 1   0   0⎤
//	Bᵀ = ⎢0  1  1  0⎥    G = ⎢ ½   ½   ½⎥    Aᵀ = ⎡1 1  1  0⎤
//	     ⎢0 -1  1  0⎥        ⎢ ½  -½   ½⎥         ⎣0 1 -1 -1⎦
//	     ⎣0  1  0 -1⎦        ⎣ 0   0   1⎦
//
// The sum over channels is sixteen matrix products, one for each element of the
// 4×4 squares.

// Elements that lie a multiple of 4 KiB apart share sets of the cache: then the
// transformations take three times as long. Sixteen floats more are enough.

// WinogradFilter transforms a kernel k[(tap·cp+ch)·fp+f] of 9 taps for
// channels from c0 to c1:
//
//	u[i·stride + ch·fp + f], i from 0 to 15, = element i, row by row, of G·g·Gᵀ
//
// stride, the distance between elements, is len(u)/16, at least cp·fp.
func WinogradFilter(u, k []float32, cp, fp, c0, c1 int) {
	check(len(u) >= 16*cp*fp && len(k) >= 9*cp*fp && c0 >= 0 && c1 <= cp && fp%Lanes == 0, "WinogradFilter: lengths do not fit")
	if c0 < c1 && fp > 0 {
		winogradFilter(u, len(u)/16, k, cp, fp, c0, c1)
	}
}

func winogradFilterGo(u []float32, stride int, k []float32, cp, fp, c0, c1 int) {
	plane := cp * fp
	for i := c0 * fp; i < c1*fp; i++ {
		var rows [12]float32 // G·g
		for col := range 3 {
			a, b, c := k[col*plane+i], k[(3+col)*plane+i], k[(6+col)*plane+i]
			rows[col], rows[3+col], rows[6+col], rows[9+col] = a, (a+c+b)*0.5, (a+c-b)*0.5, c
		}
		for row := range 4 {
			a, b, c := rows[row*3], rows[row*3+1], rows[row*3+2]
			to := u[row*4*stride+i:]
			to[0], to[stride], to[2*stride], to[3*stride] = a, (a+c+b)*0.5, (a+c-b)*0.5, c
		}
	}
}

// WinogradInput transforms one image x[(row·w + col)·cp + ch]:
//
//	v[i·stride + cell·cp + ch], i from 0 to 15, = element i of Bᵀ·d·B
//
// stride, the distance between elements, is at least cells·cp: several images
// may lie side by side.
func WinogradInput(v []float32, stride int, x []float32, h, w, cp int) {
	rows, cols := Cells(h, w)
	cells := rows * cols
	check(stride >= cells*cp && len(v) >= 15*stride+cells*cp && len(x) >= h*w*cp && cp%Lanes == 0, "WinogradInput: lengths do not fit")
	if cells > 0 && cp > 0 {
		winogradInput(v, stride, x, h, w, cp)
	}
}

func winogradInputGo(v []float32, stride int, x []float32, h, w, cp int) {
	rows, cols := Cells(h, w)
	for cell := range rows * cols {
		top := (cell/cols*2*w + cell%cols*2) * cp
		for ch := range cp {
			var t [16]float32 // Bᵀ·d
			for col := range 4 {
				at := top + col*cp + ch
				d0, d1, d2, d3 := x[at], x[at+w*cp], x[at+2*w*cp], x[at+3*w*cp]
				t[col], t[4+col], t[8+col], t[12+col] = d0-d2, d1+d2, d2-d1, d1-d3
			}
			to := v[cell*cp+ch:]
			for row := range 4 {
				d0, d1, d2, d3 := t[row*4], t[row*4+1], t[row*4+2], t[row*4+3]
				at := row * 4 * stride
				to[at], to[at+stride], to[at+2*stride], to[at+3*stride] = d0-d2, d1+d2, d2-d1, d1-d3
			}
		}
	}
}

// WinogradOutput makes the block's output of the products
// m[i·stride + cell·fp + f]: for each cell and filter the largest of Aᵀ·M·A +
// bias, cut at zero, in y[cell·fp+f], and which it was in arg, as FirstBlock
// has it.
func WinogradOutput(y []float32, arg []uint8, m []float32, stride int, bias []float32, cells, fp int) {
	check(len(y) >= cells*fp && len(arg) >= cells*fp, "WinogradOutput: output too short")
	check(stride >= cells*fp && len(m) >= 15*stride+cells*fp && len(bias) >= fp && fp%Lanes == 0, "WinogradOutput: input too short")
	if cells > 0 && fp > 0 {
		winogradOutput(y, arg, m, stride, bias, cells, fp)
	}
}

func winogradOutputGo(y []float32, arg []uint8, m []float32, stride int, bias []float32, cells, fp int) {
	for first := 0; first < cells*fp; first += Lanes {
		var values [4][Lanes]float32
		for i := range Lanes {
			var t [8]float32 // Aᵀ·M
			for col := range 4 {
				at := col*stride + first + i
				m0, m1, m2, m3 := m[at], m[at+4*stride], m[at+8*stride], m[at+12*stride]
				if col == 1 { // this element is a part of all four values
					m1 += bias[first%fp+i]
				}
				t[col], t[4+col] = m0+m1+m2, m1-m2-m3
			}
			for row := range 2 {
				m0, m1, m2, m3 := t[row*4], t[row*4+1], t[row*4+2], t[row*4+3]
				values[row*2][i] = m0 + m1 + m2
				values[row*2+1][i] = m1 - m2 - m3
			}
		}
		poolCell(y[first:], arg[first:], &values)
	}
}
