package engine

// MatMul computes the product of two matrices on all cores, as the ops do:
//
//	C[i, j] = Σ_p A[i, p] · B[p, j]
//
// A is m×k, B is k×n and C m×n, all row-major without gaps. MatMul panics where
// a size is negative or a slice too short. C must not overlap A or B.
func MatMul(c, a, b []float32, m, n, k int) {
	switch {
	case m < 0 || n < 0 || k < 0:
		panic("engine: MatMul: negative size")
	case len(c) < m*n:
		panic("engine: MatMul: C too short")
	case len(a) < m*k:
		panic("engine: MatMul: A too short")
	case len(b) < k*n:
		panic("engine: MatMul: B too short")
	case k == 0:
		clear(c[:m*n])
		return
	}
	new(product).run(c, rowMajor(a, k), b, m, n, k, false)
}
