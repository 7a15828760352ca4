//go:build (!amd64 && !arm64) || purego

package f32

func gemmParts(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	gemmPartsGo(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
}
