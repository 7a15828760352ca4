package f32

// Gemm computes the matrix product C = A·B, or C += A·B where add is true:
//
//	c[i·ldc+j] (+)= Σ_p a[i·rsa+p·csa]·b[p·ldb+j]    for i < m, j < n, p < k
//
// A is m×k with a stride for its rows and one for its columns, so that a
// transposed matrix needs no copy; the rows of B (k×n) and C (m×n) are
// contiguous. Strides are in floats, and ldc is at least n where m > 1.
//
// The sum over p runs in order, from c or from zero, and with AVX2, AVX-512 and NEON
// every step of it is one fused multiplication and addition. So an element's
// bits do not depend on how the caller cuts m, n or, adding on, k into pieces.
//
// It panics where a slice is too short for its shape or a stride negative. C
// must not overlap A or B.
func Gemm(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb int, m, n, k int, add bool) {
	check(m >= 0 && n >= 0 && k >= 0, "Gemm: negative size")
	check(ldc >= 0 && rsa >= 0 && csa >= 0 && ldb >= 0, "Gemm: negative stride")
	if m == 0 || n == 0 {
		return
	}
	check(m == 1 || ldc >= n, "Gemm: rows of C overlap")
	check((m-1)*ldc+n <= len(c), "Gemm: C too short")
	if k == 0 {
		if !add {
			clearRows(c, ldc, m, n)
		}
		return
	}
	check((m-1)*rsa+(k-1)*csa < len(a), "Gemm: A too short")
	check((k-1)*ldb+n <= len(b), "Gemm: B too short")
	gemm(c, ldc, a, rsa, csa, b, ldb, m, n, k, add)
}

func gemmGo(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb int, m, n, k int, add bool) {
	e := Ends{}
	if add {
		e = Ends{From: c, Row: ldc}
	}
	gemmTapsGo(c, ldc, a, rsa, csa, oneTap, b, ldb, m, n, k, e)
}

var oneTap = []int{0}

func clearRows(c []float32, ldc, m, n int) {
	for i := range m {
		clear(c[i*ldc:][:n])
	}
}
