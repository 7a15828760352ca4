//go:build (!amd64 && !arm64) || purego

package f32

func gemm(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n, k int, add bool) {
	gemmGo(c, ldc, a, rsa, csa, b, ldb, m, n, k, add)
}
