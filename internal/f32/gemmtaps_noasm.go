//go:build (!amd64 && !arm64) || purego

package f32

func gemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	gemmTapsGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
}
