package f32

// GemmTaps computes C = Σ_t A_t·B_t, or adds that to C where add is true, for
// matrices A_t that lie in one slice, each beginning at its tap:
//
//	c[i·ldc+j] (+)= Σ_t Σ_p a[taps[t]+i·rsa+p·csa]·b[(t·k+p)·ldb+j]    for i < m, j < n, p < k
//
// It is a convolution where channels lie last: i counts the pixels of a row of
// the output, p the input's channels, j the filters, and the taps are where the
// kernel's pixels lie. Its gradient by the kernel is another: there i counts the
// input's channels, p the pixels of a row of the output, and the taps are rows.
// The matrices A_t may overlap. Strides are in floats, and ldc is at least n
// where m > 1.
//
// The sum runs over t and, for each t, over p in order, from c or from zero, and
// with AVX2 and AVX-512 every step of it is one fused multiplication and
// addition. So an element's bits do not depend on how the caller cuts m, n or,
// adding on, the taps into pieces.
//
// It panics where a slice is too short for its shape, a stride negative or a tap
// outside A. C must not overlap A or B.
func GemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, add bool) {
	check(m >= 0 && n >= 0 && k >= 0, "GemmTaps: negative size")
	check(ldc >= 0 && rsa >= 0 && csa >= 0 && ldb >= 0, "GemmTaps: negative stride")
	if m == 0 || n == 0 {
		return
	}
	check(m == 1 || ldc >= n, "GemmTaps: rows of C overlap")
	check((m-1)*ldc+n <= len(c), "GemmTaps: C too short")
	if k == 0 || len(taps) == 0 {
		if !add {
			clearRows(c, ldc, m, n)
		}
		return
	}
	checkTaps("GemmTaps", taps, (m-1)*rsa+(k-1)*csa+1, a)
	check((len(taps)*k-1)*ldb+n <= len(b), "GemmTaps: B too short")
	gemmTaps(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, add)
}

func gemmTapsGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, add bool) {
	if !add {
		clearRows(c, ldc, m, n)
	}
	for i := range m {
		row := c[i*ldc:][:n]
		for t, tap := range taps {
			for p := range k {
				s := a[tap+i*rsa+p*csa]
				for j, v := range b[(t*k+p)*ldb:][:len(row)] {
					row[j] += s * v
				}
			}
		}
	}
}
