package f32

// Ends are what the sums of a product begin with, and where they are cut in the
// end. The zero value is a plain product.
type Ends struct {
	From []float32 // element (i, j) begins with From[i·Row+j]; nil means with 0
	Row  int       // from one row of From to the next, in floats; 0 means that all rows begin alike

	Low, High float32 // as Clamp cuts; both 0 means not at all
}

// Cuts says whether the sums are cut.
func (e Ends) Cuts() bool { return e.Low != 0 || e.High != 0 }

// bounds are where the sums are cut.
func (e Ends) bounds() (low, high float32) { return boundsOf(e.Low, e.High) }

// At are the ends of the columns from j on.
func (e Ends) At(j int) Ends {
	if e.From != nil {
		e.From = e.From[j:]
	}
	return e
}

// GemmTaps computes C = Σ_t A_t·B_t for matrices A_t that lie in one slice, each
// beginning at its tap, with the ends that are given:
//
//	c[i·ldc+j] = Σ_t Σ_p a[taps[t]+i·rsa+p·csa]·b[(t·k+p)·ldb+j]    for i < m, j < n, p < k
//
// It is a convolution where channels lie last: i counts the pixels of a row of
// the output, p the input's channels, j the filters, and the taps are where the
// kernel's pixels lie. Its gradient by the kernel is another: there i counts the
// input's channels, p the pixels of a row of the output, and the taps are rows.
// The matrices A_t may overlap. Strides are in floats, and ldc is at least n
// where m > 1.
//
// The sum runs over t and, for each t, over p in order, from what it begins
// with, and with AVX2, AVX-512 and NEON every step of it is one fused multiplication
// and addition. So an element's bits do not depend on how the caller cuts m, n
// or, going on from C, the taps into pieces, but for the sign of a zero in generic
// Go, which leaves out factors of A that are zero.
//
// It panics where a slice is too short for its shape, a stride negative, a tap
// outside A, or Low not at most High. C must not overlap A or B; it may be From,
// element by element.
func GemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	check(m >= 0 && n >= 0 && k >= 0, "GemmTaps: negative size")
	check(ldc >= 0 && rsa >= 0 && csa >= 0 && ldb >= 0 && e.Row >= 0, "GemmTaps: negative stride")
	check(e.Low <= e.High, "GemmTaps: want low at most high")
	if m == 0 || n == 0 {
		return
	}
	check(m == 1 || ldc >= n, "GemmTaps: rows of C overlap")
	check((m-1)*ldc+n <= len(c), "GemmTaps: C too short")
	check(e.From == nil || (m-1)*e.Row+n <= len(e.From), "GemmTaps: From too short")
	if k == 0 || len(taps) == 0 {
		gemmTapsGo(c, ldc, nil, 0, 0, nil, nil, 0, m, n, 0, e)
		return
	}
	checkTaps("GemmTaps", taps, (m-1)*rsa+(k-1)*csa+1, a)
	check((len(taps)*k-1)*ldb+n <= len(b), "GemmTaps: B too short")
	gemmTaps(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
}

// gemmTapsGo takes two rows of C and four steps of the sum at a time: so a number
// of B is loaded once for two multiplications, and one of C once for four, but
// each sum runs in order all the same.
func gemmTapsGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	e.begin(c, ldc, m, n)
	if leavesOut(a, rsa, csa, taps, b, ldb, m, n, k) {
		gemmLiveGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
		return
	}
	if n <= panelWidth || liesInPanels(ldb, n) {
		gemmPanelGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
		return
	}
	for i := 0; i < m; i += 2 {
		x := c[i*ldc:][:n]
		var y []float32 // the next row, if there is one
		next := 0
		if i+1 < m {
			y, next = c[(i+1)*ldc:][:n], rsa
		}
		var s, t [4]float32
		held, row := 0, 0
		for _, tap := range taps {
			at := tap + i*rsa
			for range k {
				s[held], t[held] = a[at], a[at+next]
				at += csa
				if held++; held == len(s) {
					addRows(x, y, b[row*ldb:], ldb, &s, &t)
					row, held = row+held, 0
				}
			}
		}
		for h := range held {
			addRow(x, b[(row+h)*ldb:], s[h])
			addRow(y, b[(row+h)*ldb:], t[h])
		}
		if e.Cuts() {
			clampGo(x, e.Low, e.High)
			clampGo(y, e.Low, e.High)
		}
	}
}

// gemmLiveGo is gemmTapsGo without the factors that are zero, on a C that has what its
// sums begin with.
func gemmLiveGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	var l live
	for i := range m {
		x := c[i*ldc:][:n]
		for t, tap := range taps {
			for p := 0; p < k; {
				p += l.take(a[tap+i*rsa+p*csa:], csa, k-p, (t*k+p)*ldb, ldb)
				if l.held == len(l.at) {
					l.add(x, b)
				}
			}
		}
		l.add(x, b)
		if e.Cuts() {
			clampGo(x, e.Low, e.High)
		}
	}
}

// begin sets C to what its sums begin with.
func (e Ends) begin(c []float32, ldc, m, n int) {
	for i := range m {
		if row := c[i*ldc:][:n]; e.From == nil {
			clear(row)
		} else {
			copy(row, e.From[i*e.Row:])
		}
	}
}

// addRows adds four rows of b to x, each times its s, and to y, times its t; y may
// be nil. Slices as long as x let the loops do without checks of their bounds.
func addRows(x, y, b []float32, ldb int, s, t *[4]float32) {
	n := len(x)
	b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
	s0, s1, s2, s3 := s[0], s[1], s[2], s[3]
	if y == nil {
		for j, v := range x {
			v += s0 * b0[j]
			v += s1 * b1[j]
			v += s2 * b2[j]
			x[j] = v + s3*b3[j]
		}
		return
	}
	y = y[:n]
	t0, t1, t2, t3 := t[0], t[1], t[2], t[3]
	for j, v := range x {
		w := y[j]
		r := b0[j]
		v += s0 * r
		w += t0 * r
		r = b1[j]
		v += s1 * r
		w += t1 * r
		r = b2[j]
		v += s2 * r
		w += t2 * r
		r = b3[j]
		x[j] = v + s3*r
		y[j] = w + t3*r
	}
}

// addRow adds s times a row of b to x.
func addRow(x, b []float32, s float32) {
	for j, v := range b[:len(x)] {
		x[j] += s * v
	}
}
